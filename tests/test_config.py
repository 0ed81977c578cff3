"""Settings come from QUANT_ENGINE_*, are checked, and keep their secrets."""

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from quant_engine.config import Settings, load_settings
from quant_engine.domain.errors import Refused

SECRET = "hunter2secret"  # noqa: S105 - a test's own


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in [name for name in os.environ if name.upper().startswith("QUANT_ENGINE_")]:
        monkeypatch.delenv(variable)


def test_with_nothing_set_it_is_demo_data_on_loopback() -> None:
    settings = Settings()
    assert settings.home == Path("~/.quant-engine").expanduser()
    assert settings.workspace.database == f"sqlite:///{settings.home}/quant_engine.db"
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.api_token is None
    assert settings.max_queued == 100
    assert settings.data_source == "demo"
    assert settings.workspace.data_mode == "demo"


def test_each_setting_has_a_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    variables = {
        "HOME": str(tmp_path / "h"),
        "DATABASE_URL": f"sqlite:///{tmp_path}/x.db",
        "API_TOKEN": SECRET,
        "HOST": "0.0.0.0",  # noqa: S104 - not bound here
        "PORT": "0",
        "ALLOWED_HOSTS": "a.example, b.example,",
        "WORKERS": "3",
        "MAX_QUEUED": "7",
        "EVENTS_KEPT": "0",
        "JOB_TIMEOUT": "60",
        "KEEP_DAYS": "90",
        "KEEP_GB": "1.5",
        "LOG_FORMAT": "json",
        "DATA_SOURCE": "files",
        "DATA_PATH": str(tmp_path),
    }
    assert set(variables) == {name.upper() for name in Settings.model_fields}
    for name, value in variables.items():
        monkeypatch.setenv(f"QUANT_ENGINE_{name}", value)
    settings = Settings()
    assert settings.home == tmp_path / "h"
    assert settings.workspace.database == variables["DATABASE_URL"]
    assert settings.api_token is not None
    assert settings.api_token.get_secret_value() == SECRET
    assert settings.allowed_hosts == ["a.example", "b.example"]
    assert (settings.port, settings.workers, settings.max_queued) == (0, 3, 7)
    assert settings.job_timeout == 60
    assert settings.workspace.data_mode == "live"
    assert settings.workspace.data_path == tmp_path


def test_an_empty_variable_is_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.setenv(f"QUANT_ENGINE_{name.upper()}", "")
    assert Settings() == Settings.model_construct(home=Settings().home)


@pytest.mark.parametrize("name", ["HOME", "DATA_PATH"])
def test_paths_are_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QUANT_ENGINE_DATA_SOURCE", "files")
    monkeypatch.setenv("QUANT_ENGINE_DATA_PATH", "prices")
    monkeypatch.setenv(f"QUANT_ENGINE_{name}", "here")
    settings = Settings()
    assert {"HOME": settings.home, "DATA_PATH": settings.data_path}[name] == tmp_path / "here"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "-1"),
        ("PORT", "65536"),
        ("PORT", "x"),
        ("WORKERS", "0"),
        ("WORKERS", "65"),
        ("MAX_QUEUED", "0"),
        ("EVENTS_KEPT", "-1"),
        ("DATA_SOURCE", "web"),
        ("API_TOKEN", " "),
        ("API_TOKEN", "token\n"),
        ("API_TOKEN", "to\nken"),
        ("ALLOWED_HOSTS", "https://quant.example"),
        ("ALLOWED_HOSTS", "quant.example:8443"),
        ("ALLOWED_HOSTS", "quant.example, *.example"),
        ("ALLOWED_HOSTS", "[192.0.2.1]"),
        ("DATABASE_URL", "sqlite:///quant.db"),
        ("DATABASE_URL", "sqlite+pysqlite:///./quant.db"),
        ("DATABASE_URL", "sqlite:///~/quant.db"),
        ("DATA_PATH", "/srv/prices"),
        ("DATA_SOURCE", "files"),
        ("HOME", "~nobody-has-this-name/home"),
        ("HOME", "/home/q?uery"),
        ("JOB_TIMEOUT", "0"),
    ],
)
def test_an_impossible_setting_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"QUANT_ENGINE_{name}", value)
    with pytest.raises(ValidationError):
        Settings()


def test_a_setting_that_would_do_nothing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUANT_ENGINE_DATA_PATH", "/srv/prices")
    with pytest.raises(Refused) as refused:
        load_settings()
    ((variable, text),) = refused.value.fields
    assert variable == "QUANT_ENGINE_DATA_PATH"
    assert text.startswith("the source demo does not read it; set QUANT_ENGINE_DATA_SOURCE=files")
    monkeypatch.setenv("QUANT_ENGINE_DATA_SOURCE", "files")
    assert load_settings().data_path == Path("/srv/prices")


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("QUANT_ENGINE_WORKER", "write QUANT_ENGINE_WORKERS, or unset it"),
        ("quant_engine_token", "write QUANT_ENGINE_API_TOKEN, or unset it"),
        ("QUANT_ENGINE_ALLOWED_HOST", "write QUANT_ENGINE_ALLOWED_HOSTS, or unset it"),
        ("QUANT_ENGINE_", "there is no such setting; unset it"),
        ("QUANT_ENGINE_XYZZY", "there is no such setting; unset it"),
    ],
)
def test_a_misspelt_variable_is_refused(
    monkeypatch: pytest.MonkeyPatch, variable: str, meant: str
) -> None:
    monkeypatch.setenv(variable, SECRET)
    with pytest.raises(Refused) as refused:
        load_settings()
    ((found, text),) = refused.value.fields
    assert found == variable
    assert text.endswith(meant)
    assert SECRET not in text
    # an empty one is unset, as it is for a setting
    monkeypatch.setenv(variable, "")
    load_settings()


def test_everything_that_is_wrong_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PROT", "PORT", "DATA_PATH"):
        monkeypatch.setenv(f"QUANT_ENGINE_{name}", "x")
    with pytest.raises(Refused) as refused:
        load_settings()
    assert [name for name, _ in refused.value.fields] == [
        "QUANT_ENGINE_PROT",
        "QUANT_ENGINE_PORT",
        "QUANT_ENGINE_DATA_PATH",
    ]


@pytest.mark.parametrize("hosts", ["quant.example", "192.0.2.1", "::1,[fe80::1]", "Quant_1"])
def test_a_host_has_a_name_or_an_address(monkeypatch: pytest.MonkeyPatch, hosts: str) -> None:
    monkeypatch.setenv("QUANT_ENGINE_ALLOWED_HOSTS", hosts)
    assert load_settings().allowed_hosts == hosts.split(",")


def test_each_setting_says_what_it_does() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUANT_ENGINE_API_TOKEN", SECRET)
    monkeypatch.setenv("QUANT_ENGINE_DATABASE_URL", f"postgresql://me:{SECRET}@db/x")
    settings = Settings()
    assert (
        SECRET
        not in f"{settings} {settings!r} {settings.model_dump()} {settings.model_dump_json()}"
    )
    monkeypatch.setenv("QUANT_ENGINE_PORT", SECRET)
    with pytest.raises(ValidationError) as refused:
        Settings()
    assert SECRET not in str(refused.value)


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError):
        Settings().port = 1  # type: ignore[misc]
