"""What the three apps answer is what they declare, every field of a request matters, and drifts of both are found."""

import hashlib
import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from wirelaw.contract.document import Contract
from wirelaw.finding import Finding
from wirelaw.running.inputs import Input, inputs
from wirelaw.running.proof import Comparison, Outcome, steady
from wirelaw.running.suite import Suite
from wirelaw.running.watch import watch
from wirelaw_tests.apps.table import DRIFTS, MODULES, REQUESTS, STARTED, Row, copy, loaded, tour

IGNORED = "field-ignored"
BY_ANSWERS = [row for row in DRIFTS if row.level == 2 and row.code != IGNORED]
BY_ASKING_TWICE = [row for row in DRIFTS if row.code == IGNORED]
#: other values, where the contract suggests none
EXAMPLES: dict[str, list[Any]] = {
    "bed": ["south"],
    "box": ["B-2"],
    "note": ["soft"],
    "script": ["Bye"],
    "title": ["Debate"],
}
#: times and random ids
_EACH_TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z|[0-9a-f]{32}")


async def exchanged(row: Row, folder: Path) -> Sequence[Finding]:
    """Return what the answers to the page's requests show."""
    contract = Contract.read(folder / "openapi.json")
    suite = Suite(root=folder, contract=contract, source="openapi.json")
    with loaded(folder, row.app) as app, watch(suite):
        await tour(app, REQUESTS[row.app])
    assert not suite.unseen
    return suite.in_order()


@pytest.mark.parametrize("row", STARTED, ids=lambda row: row.id)
async def test_the_answers_are_declared(row: Row, tmp_path: Path) -> None:
    found = await exchanged(row, copy(row, tmp_path))
    assert [finding.line for finding in found] == []


@pytest.mark.parametrize("row", BY_ANSWERS, ids=lambda row: row.id)
async def test_an_answer_that_is_not_declared_is_found(row: Row, tmp_path: Path) -> None:
    folder = copy(row, tmp_path, exports=False)
    found = await exchanged(row, folder)
    lines = "\n".join(finding.line for finding in found)
    assert [finding.code for finding in found] == [row.code], lines
    places = {place.partition(":")[0] for place in (found[0].pointer, found[0].source)}
    assert places - {""} == {*row.places}, lines


async def ignored(app: str, folder: Path) -> list[Finding]:
    """Return the fields of bodies that change nothing, by sending other values of each."""
    contract = Contract.read(folder / "openapi.json")
    found = []
    for one in inputs(contract):
        index = _request_of(contract, app, one)
        if one.place != "body" or index is None:
            continue
        base = REQUESTS[app][index][2].get(one.name)

        async def send(value: Any, index: int = index, one: Input = one) -> Outcome:
            requests = [*REQUESTS[app]]
            method, path, body, status = requests[index]
            requests[index] = (method, path, {**body, one.name: value}, status)
            with loaded(folder, app) as service:
                answers = await tour(service, requests)
            if answers[index].status_code >= 400:
                return Outcome(refused=str(answers[index].status_code))
            text = "\n".join(answer.text for answer in answers)
            return Outcome(hashlib.sha256(_EACH_TIME.sub("", text).encode()).hexdigest())

        if base is None:
            base = one.schema.get("default")
        outcome = await steady(partial(send, base))
        finding = await Comparison(contract, one, send, base, outcome).drift(EXAMPLES)
        found += [finding] if finding else []
    return found


def _request_of(contract: Contract, app: str, one: Input) -> int | None:
    """Return the request of the page that has a body for this operation and is accepted."""
    for index, (method, path, body, status) in enumerate(REQUESTS[app]):
        operation = contract.match(method, path.partition("?")[0])
        if str(operation) == str(one.operation) and body is not None and status < 300:
            return index
    return None


@pytest.mark.parametrize("app", MODULES)
async def test_every_field_matters(app: str, tmp_path: Path) -> None:
    folder = copy(Row(app, "clean"), tmp_path)
    assert [str(finding) for finding in await ignored(app, folder)] == []


@pytest.mark.parametrize("row", BY_ASKING_TWICE, ids=lambda row: row.id)
async def test_a_field_without_effect_is_found(row: Row, tmp_path: Path) -> None:
    found = await ignored(row.app, copy(row, tmp_path, exports=False))
    assert [(finding.code, finding.pointer) for finding in found] == [(row.code, *row.places)]
