"""A change of the contract breaks the build of the page in every place that does not handle it."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from contract_tests.conftest import Summarise
from contract_tests.repository import ROOT, committed
from contract_tests.types.page import PART, Page, diagnostics
from wirelaw.finding import Finding, check

Contract = dict[str, Any]
#: what changes, and the diagnostics that must come: a word of each by its file
Change = tuple[str, Callable[[Contract], None], dict[str, str]]
JOBS = ("AutopilotJob", "BacktestJob", "PredictJob", "TrainJob")


def in_records(
    name: str, schema: Contract | None, to: str | None = None
) -> Callable[[Contract], None]:
    """Change a field of every record: its schema, or its name."""

    def change(document: Contract) -> None:
        for kind in JOBS:
            record = document["components"]["schemas"][kind]
            before = record["properties"].pop(name)
            record["properties"][to or name] = schema or before
            record["required"][record["required"].index(name)] = to or name

    return change


def status(change: str, name: str) -> Callable[[Contract], None]:
    """Append a status, or remove one."""
    return lambda document: getattr(document["components"]["schemas"]["JobStatus"]["enum"], change)(
        name
    )


def event(old: str | None, new: str | None) -> Callable[[Contract], None]:
    """Add, remove or rename an event of the stream that the page follows."""

    def change(document: Contract) -> None:
        schemas = document["components"]["schemas"]
        frames = schemas["AnyJobEvent"]["oneOf"]
        laws = document["paths"]["/api/events"]["get"]["x-sse"]
        reference = f"#/components/schemas/{(old or 'status').capitalize()}Event"
        if old is not None:
            frames.remove({"$ref": reference})
            laws["events"].remove(old)
        if new is not None:
            frame = copy.deepcopy(schemas[reference.rpartition("/")[2]])
            frame["properties"]["event"]["const"] = new
            schemas[f"{new.capitalize()}Event"] = frame
            frames.append({"$ref": f"#/components/schemas/{new.capitalize()}Event"})
            laws["events"].append(new)

    return change


def drop_field(document: Contract) -> None:
    del document["components"]["schemas"]["BacktestRequest"]["properties"]["horizon"]


FORM, SHOWN = "src/components/forms/BacktestForm.tsx", "src/components/jobs/JobProgress.tsx"
HANDLERS, WORDS = "src/hooks/useJobProgress.ts", "src/types/jobs.ts"
DERIVED = "src/format/derived.ts"
NULLABLE, TEXT = {"anyOf": [{"type": "number"}, {"type": "null"}]}, {"type": "string"}
ENDED = "cancelled"
UNNECESSARY = "Unnecessary conditional"  #: a diagnostic of the linter
RENAMED = in_records("progress_message", None, "stage")
#: changes that do not touch each other share a build
BUILDS: dict[str, tuple[Change, ...]] = {
    "first": (
        ("a field renamed", RENAMED, {SHOWN: "progress_message"}),
        ("a status added", status("append", "paused"), {WORDS: "paused", SHOWN: "paused"}),
        ("an event added", event(None, "paused"), {HANDLERS: "paused"}),
    ),
    "second": (
        ("a field retyped", in_records("progress", TEXT), {DERIVED: "arithmetic"}),
        ("a status removed", status("remove", ENDED), {WORDS: ENDED, SHOWN: ENDED}),
        ("an event removed", event("failed", None), {HANDLERS: "failed"}),
        ("a request's field removed", drop_field, {FORM: "horizon"}),
    ),
    "third": (
        ("a field that may be null", in_records("progress", NULLABLE), {SHOWN: "null"}),
        ("an event renamed", event("failed", "broke"), {HANDLERS: "failed"}),
        ("a field that is never null", in_records("progress_message", TEXT), {SHOWN: UNNECESSARY}),
    ),
}


@pytest.mark.parametrize("build", BUILDS.values(), ids=BUILDS)
def test_the_build_breaks_where_it_must(build: tuple[Change, ...], tmp_path: Any) -> None:
    page = Page(tmp_path, ROOT)
    document = committed().copy().document
    for _, change, _ in build:
        change(document)
    page.change_contract(document)
    files = sorted({file for _, _, places in build for file in places})
    page.narrow(*files)
    assert page.run("node", "scripts/generate-types.mjs").returncode == 0
    found = page.compile()
    if any(UNNECESSARY in places.values() for _, _, places in build):
        found += page.tool("oxlint", "--type-aware", "--deny-warnings", "--format=unix", *files)
    fix = "let the page's types come from the contract there"
    check(
        Finding(
            PART, f"frontend/{file}", "change-not-found", f"a diagnostic of {word}", change, fix
        )
        for change, _, places in build
        for file, word in places.items()
        if not any(
            one.pointer.startswith(f"frontend/{file}:") and word in one.found for one in found
        )
    )


def test_types_are_made_of_the_contract_alone_and_edits_by_hand_are_named(
    tmp_path: Any, summarise: Summarise
) -> None:
    page = Page(tmp_path, ROOT)
    types = page.frontend / "src" / "types"
    committed = {path.name: path.read_text() for path in sorted(types.glob("*.gen.ts"))}
    assert len(committed) == 2
    for name, text in committed.items():
        assert text.startswith("// Generated from openapi.json by `npm run types`; do not edit.\n")
        (types / name).write_text(text.replace("cancelled", "canceled", 1))
    done = page.run("node", "scripts/generate-types.mjs", "--check")
    assert done.returncode == 1
    for line in done.stderr.splitlines():
        name = line.partition(":")[0].removeprefix("frontend/src/types/")
        place = committed[name][: committed[name].index("cancelled")].count("\n") + 1
        assert line.startswith(f"frontend/src/types/{name}:{place}: "), line
        assert line.endswith("run: npm --prefix frontend run types")
    assert len(done.stderr.splitlines()) == len(committed)
    (types / "contract.gen.ts").unlink()
    assert page.run("node", "scripts/generate-types.mjs").returncode == 0
    assert {path.name: path.read_text() for path in types.glob("*.gen.ts")} == committed
    count = sum(len(build) for build in BUILDS.values())
    summarise(
        "types of the contract", f"{count} changes of it, each breaks the build where it must"
    )


@pytest.mark.parametrize(
    ("line", "pointer", "code"),
    [
        ("src/a.ts(3,7): error TS1: no", "frontend/src/a.ts:3", "TS1"),
        ("frontend/src/a.ts:3:7: error TS2: no\n  x", "frontend/src/a.ts:3", "TS2"),
        ("src/b.tsx:4:1: no [Error/eslint(no-x)]", "frontend/src/b.tsx:4", "eslint(no-x)"),
        ("frontend/src/c.ts:5:1: no [wire/cast]", "frontend/src/c.ts:5", "cast"),
        ("::error title=lint/a,file=src/d.ts,line=6,col=1::no", "frontend/src/d.ts:6", "lint/a"),
    ],
)
def test_a_diagnostic_of_each_tool_is_read(line: str, pointer: str, code: str) -> None:
    (finding,) = diagnostics(f"before\n{line}\nafter")
    assert (finding.pointer, finding.code) == (pointer, code)
    # tsc goes on in indented lines
    assert finding.found == ("no x" if "  x" in line else "no")
