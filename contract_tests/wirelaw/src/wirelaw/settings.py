"""The configuration of a repository: `[tool.wirelaw]` in pyproject.toml, or wirelaw.toml. Every key is optional."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

OWN_FILE = "wirelaw.toml"
SHARED_FILE = "pyproject.toml"


class SettingsError(ValueError):
    """The configuration cannot be used; the message says what to change."""


@dataclass(frozen=True)
class Settings:
    """What a repository says about itself."""

    service: tuple[str, ...] = ()  #: folders of the Python sources; without them, all
    page: tuple[str, ...] = ()  #: folders of the TypeScript sources; without them, all
    exclude: tuple[str, ...] = ()  #: folders or patterns that are not read
    contract: str = ""  #: the OpenAPI document
    ignore: tuple[str, ...] = ()  #: codes of checks, and names in the key of a finding

    @classmethod
    def read(cls, root: Path) -> "Settings":
        """Read the configuration of a folder; wirelaw.toml goes before pyproject.toml.

        Raises:
            SettingsError: a file is not TOML, or a key or a value is not one of these.
        """
        if (root / OWN_FILE).is_file():
            return cls.parse(_load(root / OWN_FILE), OWN_FILE)
        if (root / SHARED_FILE).is_file():
            table = _load(root / SHARED_FILE).get("tool", {}).get("wirelaw", {})
            return cls.parse(table, f"[tool.wirelaw] in {SHARED_FILE}")
        return cls()

    @classmethod
    def parse(cls, table: Mapping[str, Any], source: str) -> "Settings":
        """Read a table.

        Raises:
            SettingsError: a key or a value is not one of these.
        """
        names = [one.name for one in fields(cls)]
        for name in table:
            if name not in names:
                close = get_close_matches(name, names, n=1)
                advice = f"did you mean {close[0]}?" if close else f"it may be {', '.join(names)}"
                raise SettingsError(f"{source} has the unknown key {name}; {advice}")
        return cls(**{name: _value(name, value, source) for name, value in table.items()})


def _load(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path.name} cannot be read: {error}") from None


def _value(name: str, value: Any, source: str) -> Any:
    if name == "contract":
        if isinstance(value, str):
            return value
        raise SettingsError(f"{source}: contract must be a string")
    return _texts(name, value, source)


def _texts(name: str, value: Any, source: str) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    raise SettingsError(f"{source}: {name} must be a string or a list of strings")
