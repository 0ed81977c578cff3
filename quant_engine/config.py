"""Settings from `QUANT_ENGINE_*`; only the entry points (`cli`, `api.main`) read them."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from quant_engine.domain.errors import Refused
from quant_engine.domain.redaction import password_of
from quant_engine.domain.work import DataSourceName, Workspace


class Settings(BaseSettings):
    """The settings of one installation; with nothing set it serves demo data on loopback."""

    model_config = SettingsConfigDict(
        env_prefix="QUANT_ENGINE_", env_ignore_empty=True, frozen=True, hide_input_in_errors=True
    )

    home: Annotated[Path, Field(description="Folder of the database, models and reports.")] = Path(
        "~/.quant-engine"
    )
    database_url: Annotated[
        SecretStr | None, Field(description="sqlite:///path; unset: a file in the home.")
    ] = None
    api_token: Annotated[
        SecretStr | None, Field(description="Bearer token that every client must send.")
    ] = None
    host: Annotated[str, Field(description="Address to bind.")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535, description="0 picks a free one.")] = 8000
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
    data_source: DataSourceName = "demo"
    data_path: Annotated[
        Path | None, Field(description="Folder of CSV or Parquet files for the source `files`.")
    ] = None

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return [name.strip() for name in value.split(",") if name.strip()]
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
        Refused: a value is wrong; the message names the variable and never the value.
    """
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        raise Refused(
            "A setting is wrong.",
            fields=tuple(
                (f"QUANT_ENGINE_{'.'.join(map(str, details['loc'])).upper()}", details["msg"])
                for details in error.errors(include_input=False)
            ),
        ) from None
