"""Settings come from QUANT_ENGINE_*, are checked, and keep their secrets."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from quant_engine.config import Settings

SECRET = "hunter2secret"  # noqa: S105 - a test's own


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"QUANT_ENGINE_{name.upper()}", raising=False)


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
