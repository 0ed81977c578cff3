"""Settings from `QUANT_ENGINE_*`; only the entry points (`cli`, `api.main`) read them.

A setting has an effect or is refused: a variable that is no setting, a value that nothing would use, and two values that
contradict each other stop the program at its start.
"""

import os
import re
from collections.abc import Iterator
from difflib import get_close_matches
from ipaddress import IPv6Address
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from quant_engine.domain.errors import Refused
from quant_engine.domain.redaction import password_of
from quant_engine.domain.work import DataSourceName, Workspace

PREFIX = "QUANT_ENGINE_"
_RELATIVE = re.compile(r"sqlite(\+\w+)?:///(?![/:])[^?]*")
_HOST_NAME = re.compile(r"[A-Za-z0-9._-]+")


class Settings(BaseSettings):
    """The settings of one installation; with nothing set it serves demo data on loopback.

    The description of a field says what the setting does; `quant-engine doctor` shows it.
    """

    model_config = SettingsConfigDict(
        env_prefix="QUANT_ENGINE_", env_ignore_empty=True, frozen=True, hide_input_in_errors=True
    )

    home: Annotated[Path, Field(description="Folder of the database, models and reports.")] = Path(
        "~/.quant-engine"
    )
    database_url: Annotated[
        SecretStr | None,
        Field(
            description="sqlite:////path/to/file.db or postgresql://user:password@host/name; unset: a file in the home."
        ),
    ] = None
    api_token: Annotated[
        SecretStr | None,
        Field(description="Bearer token that every client must send; unset: loopback only."),
    ] = None
    host: Annotated[str, Field(description="Address to listen on.")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535, description="Port to listen on; 0: a free one.")] = (
        8000
    )
    allowed_hosts: Annotated[
        list[str],
        NoDecode,
        Field(description="More names that a Host header may have, separated by commas."),
    ] = []
    workers: Annotated[
        int,
        # one, so that a backtest that is queued behind a training finds its model
        Field(ge=1, le=64, description="Jobs that run at once."),
    ] = 1
    job_timeout: Annotated[
        float | None,
        Field(gt=0, description="Seconds after which a job is ended as failed; unset: no limit."),
    ] = None
    max_queued: Annotated[int, Field(ge=1, le=100_000, description="Jobs that may wait.")] = 100
    events_kept: Annotated[
        int, Field(ge=0, description="How many of the newest events of ended jobs to keep.")
    ] = 100_000
    log_format: Annotated[
        Literal["text", "json"],
        Field(description="Of the service's own log: text, or one JSON object a line."),
    ] = "text"
    keep_days: Annotated[
        float | None,
        Field(gt=0, description="Days after which ended jobs are deleted; unset: never."),
    ] = None
    keep_gb: Annotated[
        float | None,
        Field(
            gt=0,
            description="Gigabytes of database, models and reports above which the oldest are deleted; unset: no limit.",
        ),
    ] = None
    data_source: Annotated[
        DataSourceName,
        Field(description="demo: the prices that ship with the program; files: your own."),
    ] = "demo"
    data_path: Annotated[
        Path | None, Field(description="Folder of CSV or Parquet files for the source `files`.")
    ] = None

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return [name.strip() for name in value.split(",") if name.strip()]
        return value

    @field_validator("allowed_hosts", mode="after")
    @classmethod
    def _are_host_names(cls, value: list[str]) -> list[str]:
        # the port of a Host header is not compared, and a name with one would fit no header
        if not all(_HOST_NAME.fullmatch(name) or _is_ipv6(name) for name in value):
            raise ValueError(
                "it takes host names, such as quant.example, separated by commas; remove scheme, port, path and *"
            )
        return value

    @field_validator("home", "data_path", mode="before")
    @classmethod
    def _has_an_owner(cls, value: object) -> object:
        try:
            Path(str(value)).expanduser()
        except RuntimeError:
            raise ValueError(
                "the folder that ~ stands for is not known to this system; write the whole path"
            ) from None
        return value

    @field_validator("home", "data_path", mode="after")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return value and value.expanduser().absolute()

    @field_validator("home", mode="after")
    @classmethod
    def _in_a_url(cls, value: Path) -> Path:
        if "?" in str(value):
            raise ValueError(
                "the path has a question mark, which ends the path in the URL of a database; choose another folder"
            )
        return value

    @field_validator("database_url", mode="after")
    @classmethod
    def _has_a_whole_path(cls, value: SecretStr | None) -> SecretStr | None:
        # another folder to start in would be another database, without any job
        if value is not None and _RELATIVE.fullmatch(value.get_secret_value()):
            raise ValueError(
                "the path depends on the folder that the program starts in; write the whole path after three slashes: "
                "sqlite:////path/to/file.db"
            )
        return value

    @field_validator("api_token", mode="after")
    @classmethod
    def _can_be_sent(cls, value: SecretStr | None) -> SecretStr | None:
        token = None if value is None else value.get_secret_value()
        if token is not None and not token.strip():
            raise ValueError("API_TOKEN is blank; unset it or give it a value")
        if token is not None and token != token.strip():
            raise ValueError(
                "API_TOKEN begins or ends with white space, which no client can send; remove that"
            )
        if token is not None and not token.isprintable():
            raise ValueError(
                "API_TOKEN has a line break or another character that no client can send; remove it"
            )
        return value

    @field_validator("data_path", mode="after")
    @classmethod
    def _is_used(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        source = info.data.get("data_source")
        if source == "demo" and value is not None:
            raise ValueError(
                "the source demo does not read it; set QUANT_ENGINE_DATA_SOURCE=files, or unset it"
            )
        if source == "files" and value is None:
            raise ValueError(
                "the source files needs it; set it to the folder of your prices, or unset QUANT_ENGINE_DATA_SOURCE"
            )
        return value

    @property
    def token(self) -> str | None:
        """The bearer token as plain text."""
        return None if self.api_token is None else self.api_token.get_secret_value()

    @property
    def secrets(self) -> tuple[str | None, ...]:
        """What no log and no error may contain."""
        return self.token, password_of(self.workspace.database_url)

    @property
    def workspace(self) -> Workspace:
        """The folders and the data source that jobs work with."""
        url = self.database_url
        return Workspace(
            home=self.home,
            data_source=self.data_source,
            data_path=self.data_path,
            database_url=None if url is None else url.get_secret_value(),
        )


def load_settings(**overrides: object) -> Settings:
    """Read the settings; `overrides` win over the environment.

    Raises:
        Refused: a value is wrong, or a variable is no setting; the message names the variable and never the value.
    """
    wrong = list(_misspelt())
    try:
        settings = Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        wrong += [
            (
                f"{PREFIX}{'.'.join(map(str, details['loc'])).upper()}",
                details["msg"].removeprefix("Value error, "),
            )
            for details in error.errors(include_input=False)
        ]
    if wrong:
        raise Refused("A setting is wrong.", fields=tuple(wrong)) from None
    return settings


def _misspelt() -> Iterator[tuple[str, str]]:
    for variable, value in os.environ.items():
        name = variable.upper().removeprefix(PREFIX).lower()
        # an empty variable is unset, as it is for a setting
        if variable.upper().startswith(PREFIX) and value and name not in Settings.model_fields:
            near = get_close_matches(name, Settings.model_fields, n=1)
            meant = f"write {PREFIX}{near[0].upper()}, or unset it" if near else "unset it"
            yield variable, f"there is no such setting; {meant}"


def _is_ipv6(name: str) -> bool:
    try:
        IPv6Address(name.strip("[]"))
    except ValueError:
        return False
    return True
