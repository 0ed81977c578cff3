"""Each check of the contract is silent on an example that agrees, and finds the drift that is planted there."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wirelaw import page
from wirelaw.checks import CHECKS
from wirelaw.finding import Unseen
from wirelaw.repository import Repository
from wirelaw.tree import Tree
from wirelaw_tests.contract import example

#: Node takes half a second to start, and most drifts are planted in the contract alone
_FACTS: dict[tuple[str, ...], tuple[page.Facts, list[Unseen]]] = {}
LEVEL = [check for check in CHECKS if check.level == 1]
Edit = Callable[[dict[str, Any]], None]


@pytest.fixture(autouse=True)
def read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read a page that several tests share once."""
    read = page.read

    def cached(tree: Tree) -> tuple[page.Facts, list[Unseen]]:
        texts = tuple((tree.root / path).read_text() for path in tree.page)
        if texts not in _FACTS:
            _FACTS[texts] = read(tree)
        return _FACTS[texts]

    monkeypatch.setattr(page, "read", cached)


def lines(folder: Path) -> list[str]:
    """Run the checks of level 1; return what they print."""
    repository = Repository.at(folder)
    found = [finding.line for check in LEVEL for finding in check.run(repository)]
    assert repository.unseen == []
    return sorted(found)


def schema(document: dict[str, Any], name: str) -> dict[str, Any]:
    fields: dict[str, Any] = document["components"]["schemas"][name]["properties"]
    return fields


def test_an_example_that_agrees_has_no_finding(tmp_path: Path) -> None:
    example.write(tmp_path, example.contract())
    assert lines(tmp_path) == []


def test_without_a_contract_nothing_is_compared(tmp_path: Path) -> None:
    example.write(tmp_path, example.contract())
    (tmp_path / "openapi.json").unlink()
    assert lines(tmp_path) == []


def _no_note(document: dict[str, Any]) -> None:
    del schema(document, "Job")["note"]


def _new_field(document: dict[str, Any]) -> None:
    schema(document, "Result")["bytes_written"] = {"type": "integer"}


def _other_word(document: dict[str, Any]) -> None:
    document["components"]["schemas"]["JobStatus"]["enum"][2] = "finished"


def _closed_kind(document: dict[str, Any]) -> None:
    schema(document, "Part")["kind"] = {"enum": ["head", "tail"]}


def _no_results(document: dict[str, Any]) -> None:
    item = document["paths"].pop("/api/results")
    document["paths"]["/api/outcomes"] = item


def _plain_stream(document: dict[str, Any]) -> None:
    operation = document["paths"]["/api/jobs/{job_id}/events"]["get"]
    operation["responses"] = {"200": {"content": {"application/json": {"schema": {}}}}}


def _rows(document: dict[str, Any]) -> None:
    rows = {"anyOf": [{"type": "integer", "exclusiveMaximum": 21}, {"type": "null"}], "default": 10}
    schema(document, "JobRequest")["rows"] = rows


def _nothing(_: dict[str, Any]) -> None:
    pass


PLANTED: dict[str, tuple[Edit, dict[str, tuple[str, str]], list[str]]] = {
    "field-not-sent": (
        _no_note,
        {},
        ["web/src/page.ts:9 reads note of Job", "declares only job_id, status, progress in Job"],
    ),
    "field-not-read": (
        _new_field,
        {},
        ["openapi.json:", "sends bytes_written in Result; web/src/types.ts:10 describes it as"],
    ),
    "word-never-sent": (
        _other_word,
        {},
        [
            'web/src/page.ts:8 compares status with "done"',
            'declares "finished", "queued", "running" only',
        ],
    ),
    "field-words-differ": (
        _other_word,
        {},
        ['web/src/types.ts:4 the type of status lacks "finished" and has "done"'],
    ),
    "field-default-differs": (
        _rows,
        {"page": ("(rows: number)", "(rows = 5)")},
        ["web/src/page.ts:17 post.rows starts as 5", " JobRequest.rows defaults to 10"],
    ),
    "field-bound-differs": (
        _rows,
        {
            "page": (
                "export const hidden",
                "const jobRequest = z.object({ rows: z.number().max(50) });\nconst hidden",
            )
        },
        [
            "web/src/page.ts:28 jobRequest.rows has max 50",
            "JobRequest.rows has exclusiveMaximum 21",
        ],
    ),
    "word-widened": (
        _closed_kind,
        {"page": ("part.name + part.kind", 'part.kind === "head"')},
        ['takes kind for any string, and compares it with "head" at web/src/page.ts:'],
    ),
    "word-loosened": (
        _nothing,
        {"page": ('job.status === "done"', '(job.status as string) === "finished"')},
        ["web/src/page.ts:8 takes status for any text: it casts it to string"],
    ),
    "operation-not-declared": (
        _no_results,
        {},
        ["web/src/page.ts:20 requests GET /api/results", "declares no such path"],
    ),
    "required-body-not-sent": (
        _nothing,
        {"page": ('post<Job>(JOBS, { rows, label: "one" })', "post<Job>(JOBS)")},
        ["web/src/page.ts:17 sends no body to POST /api/jobs", "requires one"],
    ),
    "sent-field-not-declared": (
        _nothing,
        {"page": ("{ rows, label", "{ rows, dry_run: true, label")},
        ["web/src/page.ts:17 sends dry_run to POST /api/jobs", "declares only label, rows"],
    ),
    "stream-untyped": (
        _plain_stream,
        {},
        [
            "service/main.py:9 answers GET /api/jobs/{job_id}/events with an event stream",
            "declares application/json, and no text/event-stream",
        ],
    ),
}


def test_each_check_has_a_planted_drift() -> None:
    assert PLANTED.keys() == {check.code for check in LEVEL}


@pytest.mark.parametrize("code", PLANTED)
def test_a_planted_drift_is_found_with_both_places(code: str, tmp_path: Path) -> None:
    edit, edits, texts = PLANTED[code]
    document = example.contract()
    edit(document)
    example.write(tmp_path, document, **edits)
    (line,) = [one for one in lines(tmp_path) if f"[{code}]" in one]
    for text in texts:
        assert text in line
    assert line.count("openapi.json:") == 1
