"""No test has a limit of time of its own, or reads a clock: on a busy machine it would fail."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract_tests.hang import HANG_SECONDS

ROOT = Path(__file__).parents[1]
#: they measure and limit the programs of others
MEASURING = tuple(ROOT / "contract_tests" / name for name in ("clients", "drift"))
CLOCKS = {"monotonic", "perf_counter", "process_time", "thread_time", "monotonic_ns"}


def limits_of(source: str) -> Iterator[str]:
    """Yield the lines of a module that limit a wait by a number, or read a clock that measures."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS:
            yield f"{node.lineno}: {ast.unparse(node)}"
        elif isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            values = [one.value for one in node.keywords if one.arg == "timeout"]
            if name in {"wait", "join", "timeout", "wait_for"}:
                values += node.args
            if any(map(_is_limit, values)):
                yield f"{node.lineno}: {ast.unparse(node)}"


def _is_limit(node: ast.expr) -> bool:
    # a moment is a poll
    value = node.value if isinstance(node, ast.Constant) else None
    return isinstance(value, int | float) and value is not True and value >= 0.5


def test_no_test_limits_a_time_of_its_own() -> None:
    files = [
        file for name in ("tests", "contract_tests", "e2e") for file in (ROOT / name).rglob("*.py")
    ]
    limits = [
        f"{file.relative_to(ROOT)}:{line}"
        for file in files
        if not {*MEASURING} & {*file.parents}
        for line in limits_of(file.read_text())
    ]
    assert not limits, "Use contract_tests/hang.py, or count steps:\n" + "\n".join(limits)


def test_pytest_ends_a_test_after_its_waits() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]
    assert settings["ini_options"]["timeout"] == 3 * HANG_SECONDS


@pytest.mark.parametrize(
    "source",
    [
        "process.wait(10)",
        "thread.join(60)",
        "run(command, timeout=5)",
        "mark.timeout(300)",
        "began = time.monotonic()",
        "from time import perf_counter as now\nassert time.perf_counter() - began < 5",
    ],
)
def test_a_limit_is_found(source: str) -> None:
    assert len([*limits_of(source)]) == 1


@pytest.mark.parametrize("source", ["process.wait(HANG_SECONDS)", "connect(timeout=0)", "wait()"])
def test_what_limits_nothing_is_accepted(source: str) -> None:
    assert not [*limits_of(source)]
