"""`schemathesis run openapi.json` reads a configuration that fits the contract."""

import tomllib
from typing import Any

import pytest
from schemathesis.config import ConfigError, SchemathesisConfig

from contract_tests.repository import ROOT, committed
from wirelaw.finding import Finding, check

FILE = ROOT / "schemathesis.toml"


def misfits(config: dict[str, Any]) -> list[Finding]:
    """Report streams that would block the command, and entries for operations that do not exist.

    Raises:
        ConfigError: schemathesis cannot read it.
    """
    SchemathesisConfig.from_dict(config)
    limited = {
        entry["include-operation-id"]
        for entry in config.get("operations", [])
        if "request-timeout" in entry
    }
    streams = {operation.name for operation in committed().operations() if operation.streams}
    unknown = limited - {operation.name for operation in committed().operations()}
    problems = [(name, "stream-without-limit", "a request-timeout") for name in streams - limited]
    problems += [(name, "unknown-operation", "an operation") for name in unknown]
    return [
        Finding("fuzz", f"{FILE.name} operations {name}", code, expected, "none")
        for name, code, expected in problems
    ]


def written() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def test_the_command_is_configured_for_the_contract() -> None:
    check(misfits(written()))


def test_a_stream_without_a_limit_and_an_unknown_operation_fail() -> None:
    config = written()
    config["operations"][0]["include-operation-id"] = "stream_nothing"
    assert [(one.pointer, one.code) for one in misfits(config)] == [
        ("schemathesis.toml operations stream_events", "stream-without-limit"),
        ("schemathesis.toml operations stream_nothing", "unknown-operation"),
    ]


def test_an_option_that_schemathesis_does_not_have_fails() -> None:
    with pytest.raises(ConfigError, match="max-exampels"):
        misfits({**written(), "generation": {"max-exampels": 5}})
