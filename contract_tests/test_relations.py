"""Each rule of the contract can fail, and what breaks it is found wherever it is sent."""

import copy
import json
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path
from sqlite3 import Connection
from typing import Any

import cel
import pytest

from contract_tests.kit.service import idle_app, running
from contract_tests.observed.recorder import Recorder
from contract_tests.recording import recordings
from contract_tests.relations import Relations
from contract_tests.replay import replaying, run_each_type
from contract_tests.repository import committed
from quant_engine.api.jobs.store import Claim, JobStore
from quant_engine.api.schemas.jobs import JobType
from quant_engine.domain.errors import ErrorCode
from wirelaw.contract.document import Contract, Node
from wirelaw.finding import Finding, check
from wirelaw.running.asgi import request

COMPONENTS = committed().components
RULES = {
    (name, relation["rule"]): relation
    for name, schema in COMPONENTS.items()
    for relation in schema.get("x-relation", ())
}
DOCUMENT: Node = {
    "components": {
        "schemas": {
            "Row": {
                "type": "object",
                "x-identity": {"key": ["id"], "revision": "revision"},
                "x-relation": [
                    {"rule": "self.low <= self.high"},
                    {"rule": "self.high >= old.high"},
                    {"with": "Table", "by": "table", "rule": "self.high in other.highs"},
                ],
            },
            "Table": {"type": "object", "x-identity": {"key": ["id"]}},
        }
    }
}


def row(**values: Any) -> Node:
    return {"id": "a", "revision": 0, "low": 1, "high": 2, "table": "t", **values}


def found(*values: tuple[str, Node]) -> list[Finding]:
    contract = Contract(DOCUMENT)
    relations = Relations(contract)
    return [
        finding
        for name, value in values
        for finding in relations.add(f"GET /{name}", contract.components[name], value)
    ]


def test_values_that_keep_the_rules_have_no_finding() -> None:
    table = ("Table", {"id": "t", "highs": [2, 3]})
    assert not found(("Row", row()), table, ("Row", row(revision=1, high=3)), ("Row", row()))


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ([("Row", row(low=3))], "broken-relation"),
        ([("Row", row()), ("Row", row(low=0))], "two-representations"),
        ([("Row", row()), ("Row", row(revision=1, low=0, high=1))], "broken-relation"),
        ([("Row", row()), ("Table", {"id": "t", "highs": []})], "broken-relation"),
        ([("Table", {"id": "t", "highs": []}), ("Row", row())], "broken-relation"),
        ([("Row", {"id": "a", "revision": 0, "low": 1, "table": "t"})], "broken-relation"),
    ],
)
def test_a_broken_rule_is_found(values: list[tuple[str, Node]], code: str) -> None:
    (finding,) = found(*values)
    assert (finding.part, finding.code) == ("relations", code)
    assert finding.pointer == "GET /Row (Row)"


def test_a_value_that_repeats_a_parameter_otherwise_is_found() -> None:
    params = {"years": 2, "horizons": [10, 5], "tickers": None}
    same = {"params": params, "horizons": [5, 10], "tickers": ["AAA"], "result": {"years": 2}}
    assert not found(("Row", row(**same)))
    (finding,) = found(("Row", row(**{**same, "result": {"years": 15}})))
    assert (finding.pointer, finding.code) == ("GET /Row (Row) /years", "not-as-requested")


def test_a_trade_at_another_price_than_its_profit_is_found() -> None:
    trade = recordings().backtest.report.trades[0].model_dump(mode="json")
    add = Relations(committed()).add
    assert [*add("GET /", COMPONENTS["Trade"], trade)] == []
    wrong = {**trade, "exit_price": trade["exit_price"] * 100}
    codes = [finding.code for finding in add("GET /", COMPONENTS["Trade"], wrong)]
    assert codes == ["second-source", "second-source"]


def shares(score: Node) -> None:
    for each in score["importance"]:
        each["importance"] *= 0.9


def by_name(score: Node) -> None:
    score["importance"].sort(key=lambda one: one["feature"])


def calendar_days(report: Node) -> None:
    report["trades"][0]["holding_days"] += 4


def a_month_twice(report: Node) -> None:
    report["monthly_returns"].append(report["monthly_returns"][-1])


def a_profit_less(report: Node) -> None:
    report["trades"].pop(0)


@pytest.mark.parametrize(
    ("component", "fault", "code"),
    [
        ("HorizonScore", shares, "second-source"),
        ("HorizonScore", by_name, "other-order"),
        ("BacktestReport", calendar_days, "second-source"),
        ("BacktestReport", a_month_twice, "second-source"),
        ("BacktestReport", a_profit_less, "second-source"),
    ],
)
def test_a_law_of_a_record_that_is_broken_is_found(
    component: str, fault: Callable[[Node], None], code: str
) -> None:
    recorded = recordings()
    parts = {"HorizonScore": recorded.train.manifest.scores[0]}
    value = parts.get(component, recorded.backtest.report).model_dump(mode="json")
    add = Relations(committed()).add
    assert [*add("GET /", COMPONENTS[component], value)] == []
    fault(value)
    findings = Relations(committed()).add("GET /", COMPONENTS[component], value)
    assert code in {finding.code for finding in findings}


async def logged(store: JobStore, connection: Connection) -> list[Node]:
    """Take a job of each type through every transition; return the records of its log."""
    recorded = recordings()
    for job_type in JobType:
        recording = getattr(recorded, job_type)
        params, result = recording.params.model_dump_json(), recording.result.model_dump_json()

        async def claimed(job_type: JobType = job_type, params: str = params) -> Claim:
            await store.submit(job_type, params)
            claim = await store.claim_next()
            assert claim is not None
            await store.progress(claim, 0.5, "half")
            return claim

        await store.release(await claimed(), lost=False)
        claim = await store.claim_next()
        assert claim is not None
        await store.succeed(claim, result)
        await store.fail(await claimed(), ErrorCode.JOB_ERROR, "It raised.")
        cancelled = await claimed()
        await store.request_cancel(cancelled.job_id)
        await store.release(cancelled, lost=True)
        await store.request_cancel((await store.submit(job_type, params)).job_id)
    rows = connection.execute("SELECT record FROM job_events ORDER BY job_id, revision")
    return [json.loads(row[0]) for row in rows]


class Kept(Relations):
    """Relations that keep every value, by component."""

    def __init__(self, contract: Contract) -> None:
        super().__init__(contract)
        self.values: list[tuple[str, Node]] = []

    def add(self, place: str, schema: Node, value: Any) -> Iterator[Finding]:
        """Keep a value and check it."""
        if isinstance(value, dict):
            self.values += [(name, value) for name, one in COMPONENTS.items() if one is schema]
        yield from super().add(place, schema, value)


async def answered(folder: Path) -> list[tuple[str, Node]]:
    """Return the values that a service with one result of each type has, by component."""
    kept = Kept(committed())
    recorder = Recorder(committed(), kept)
    async with replaying(folder) as service:
        ids = await run_each_type(service)
        for operation in committed().operations():
            if operation.method == "get" and operation.path.startswith("/api"):
                path = operation.path.format(job_id=ids["backtest"], version=ids["version"])
                if not path.endswith("events"):
                    recorder.add("GET", path, await request(service.app, "GET", path))
    for part in recordings().results():
        recorder.add_component(type(part).__name__, part.model_dump(mode="json"))
    check(recorder.findings)
    return kept.values


async def test_each_rule_holds_of_what_jobs_leave_and_can_fail(tmp_path: Path) -> None:
    async with running(idle_app(tmp_path / "home")) as service:
        with closing(service.connect()) as connection:
            records = await logged(service.store, connection)
    (tmp_path / "replayed").mkdir()
    values = await answered(tmp_path / "replayed")
    values += [(f"{one['job_type'].title()}Job", one) for one in records]
    # what has no result breaks few rules
    values.sort(key=lambda named: named[1].get("result", named) is None)
    before = {(one["job_id"], one["revision"]): one for one in records}
    never_fail = {*RULES}
    for (name, rule), relation in RULES.items():
        program = cel.compile(rule)
        for value in (value for component, value in values if component == name):
            old = before.get((value.get("job_id"), value.get("revision", 0) - 1))
            other = of_the_same(value, relation, values)
            if (re.search(r"\bold\b", rule) and old is None) or (
                "with" in relation and other is None
            ):
                continue
            context = {"old": old, "other": other}
            assert is_true(program, {"self": value, **context}), (name, rule, value)
            if (name, rule) in never_fail and not all(
                is_true(program, {"self": each, **context}) for each in changed(value, rule)
            ):
                never_fail.remove((name, rule))
                break
    assert never_fail == set()


def of_the_same(value: Node, relation: Node, values: list[tuple[str, Node]]) -> Node | None:
    """Return the value of the other component that a rule compares with."""
    if "with" not in relation:
        return None
    key = COMPONENTS[relation["with"]]["x-identity"]["key"][0]
    found: Any = value
    for step in relation["by"].split("."):
        found = (found or {}).get(step)
    others = (one for name, one in values if name == relation["with"] and one[key] == found)
    return next(others, None) if found is not None else None


def test_each_rule_between_two_values_finds_the_other_by_one_key() -> None:
    others = {
        (name, relation["with"]) for (name, _), relation in RULES.items() if "with" in relation
    }
    without = [
        one for one in others if len(COMPONENTS[one[1]].get("x-identity", {}).get("key", ())) != 1
    ]
    assert without == []


def is_true(program: cel.Program, values: Node) -> bool:
    try:
        return program.execute(values) is True
    except (ValueError, RuntimeError, TypeError, LookupError):
        return False


def changed(value: Any, rule: str = "") -> Iterator[Any]:
    """Yield copies of a value, each with one field changed; of an object's fields those that a rule names."""
    # the first and the last item of a list stand for all
    keys = value if isinstance(value, dict) else {0, len(value) - 1} if value else ()
    read = set(re.findall(r"\bself\.(\w+)", rule))
    for key in (each for each in keys if each in read or not read):
        inner = value[key]
        within = changed(inner) if isinstance(inner, dict | list) else iter(())
        for other in chain(_other(inner), within):
            copied = copy.copy(value)
            copied[key] = other
            yield copied
    if isinstance(value, list):
        yield value[:-1]


def _other(value: Any) -> Iterator[Any]:
    yield None
    match value:
        case bool():
            yield not value
        case int() | float():
            yield from (value + 1, value - 1)
        case str():
            yield from ("demo", "live", "decayed")
            yield from ("", f"{value}x", "queued", "running", "succeeded", "failed", "cancelled")
        case None:
            yield from ("x", {}, 1.0)
