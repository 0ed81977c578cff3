"""`schemathesis run openapi.json` reads a configuration that fits the contract."""

import tomllib
from typing import Any

import pytest
from schemathesis.config import ConfigError, SchemathesisConfig

from contract_tests.repository import ROOT, committed

FILE = ROOT / "schemathesis.toml"


def misfits(config: dict[str, Any]) -> list[str]:
    """Say which streams would hold the command up, and which operations it names in vain.

    Raises:
        ConfigError: schemathesis cannot read it.
    """
    SchemathesisConfig.from_dict(config)
    capped = {
        entry["include-operation-id"]
        for entry in config.get("operations", [])
        if "request-timeout" in entry
    }
    streams = {operation.name for operation in committed().operations() if operation.streams}
    unknown = capped - {operation.name for operation in committed().operations()}
    where = f"fuzz: {FILE.name}: operations"
    return [
        *(f"{where}: {name} is a stream and is not capped; cap it" for name in streams - capped),
        *(f"{where}: {name} is no operation; take it out" for name in unknown),
    ]


def written() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def test_the_command_is_configured_for_the_contract() -> None:
    assert not misfits(written())


def test_a_stream_without_a_cap_and_a_cap_of_nothing_fail() -> None:
    config = written()
    config["operations"][0]["include-operation-id"] = "stream_nothing"
    told = misfits(config)
    assert told == [
        "fuzz: schemathesis.toml: operations: stream_events is a stream and is not capped; cap it",
        "fuzz: schemathesis.toml: operations: stream_nothing is no operation; take it out",
    ]


def test_an_option_that_schemathesis_does_not_have_fails() -> None:
    with pytest.raises(ConfigError, match="max-exampels"):
        misfits({**written(), "generation": {"max-exampels": 5}})
