"""The configuration: both files, each key, and one sentence for each mistake."""

import pytest

from wirelaw.settings import Settings, SettingsError
from wirelaw_tests.conftest import Write

WHOLE = """
service = "api"
page = ["web", "admin"]
exclude = ["legacy/*"]
contract = "openapi.json"
ignore = ["event-not-sent"]
"""
READ = Settings(
    service=("api",),
    page=("web", "admin"),
    exclude=("legacy/*",),
    contract="openapi.json",
    ignore=("event-not-sent",),
)


def test_either_file_is_read_and_its_own_goes_first(write: Write) -> None:
    root = write({})
    assert Settings.read(root) == Settings()
    write({"pyproject.toml": f"[tool.wirelaw]\n{WHOLE}"})
    assert Settings.read(root) == READ
    write({"wirelaw.toml": "service = 'src'"})
    assert Settings.read(root) == Settings(service=("src",))


def test_another_tool_is_not_read(write: Write) -> None:
    assert Settings.read(write({"pyproject.toml": "[tool.ruff]\nservice = 1\n"})) == Settings()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("servce = 'api'", "wirelaw.toml has the unknown key servce; did you mean service?"),
        ("zzz = 1", "wirelaw.toml has the unknown key zzz; it may be service, page, "),
        ("page = 3", "wirelaw.toml: page must be a string or a list of strings"),
        ("page = [3]", "wirelaw.toml: page must be a string or a list of strings"),
        ("contract = ['a']", "wirelaw.toml: contract must be a string"),
        ("app = 'api:app'", "wirelaw.toml has the unknown key app"),
        ("page = ", "wirelaw.toml cannot be read: "),
    ],
)
def test_a_mistake_is_one_sentence(write: Write, text: str, message: str) -> None:
    with pytest.raises(SettingsError) as raised:
        Settings.read(write({"wirelaw.toml": text}))
    assert str(raised.value).startswith(message)


def test_a_file_that_is_not_text_is_one_sentence(write: Write) -> None:
    with pytest.raises(SettingsError, match=r"pyproject\.toml cannot be read"):
        Settings.read(write({"pyproject.toml": b"\xff"}))
