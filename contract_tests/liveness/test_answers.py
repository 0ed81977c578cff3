"""The page uses each field and event that the service sends, or an exception says why not; and it reads no other."""

import json
import shutil
from collections.abc import AsyncIterator, Callable
from copy import deepcopy
from pathlib import Path

import pytest

from contract_tests.conftest import Summarise
from contract_tests.exceptions import Entry, Exceptions, read_exceptions, unexcused
from contract_tests.kit.examples import manifest, store
from contract_tests.kit.service import RunningService
from contract_tests.liveness.answers import (
    FRONTEND,
    PART,
    Usage,
    call_of,
    never_recorded,
    recorded_fields,
    undeclared,
    unused,
    usage_of,
)
from contract_tests.replay import replaying, run_each_type
from contract_tests.repository import committed
from quant_engine.api.schemas.jobs import JobType
from wirelaw.contract.document import JSON_TYPE, Contract, Node, Operation
from wirelaw.finding import check
from wirelaw.running.asgi import request
from wirelaw.running.sse import Frame, Parser


@pytest.fixture(scope="module")
def usage() -> Usage:
    return usage_of(FRONTEND)


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Usage:
    """The same page with one fault of each kind."""
    return usage_of(break_page(tmp_path_factory.mktemp("frontend")))


def test_what_the_service_sends_is_used(usage: Usage, summarise: Summarise) -> None:
    found, n_read = unused(committed(), usage)
    exceptions = read_exceptions()
    check(unexcused(PART, found, exceptions))
    n_excused = len(exceptions.of(PART))
    summarise(
        "liveness of answers",
        f"{n_read} fields read, {len(usage.events)} events handled, {n_excused} exceptions",
    )


def test_what_the_page_reads_is_declared(usage: Usage) -> None:
    check(undeclared(committed(), usage))


async def recorded(folder: Path, usage: Usage) -> set[str]:
    """Send everything that the page sends to a service that has an item of each kind; return the fields."""
    contract, found = committed(), set[str]()
    async with replaying(folder) as service:
        ids = await run_each_type(service)
        place = {**ids, "job_id": ids["backtest"]}
        for kind in ("train", "predict", "backtest"):
            await service.run(kind, tickers=[ids["ticker"]])
        spare = (await service.run("backtest"))["job_id"]
        service.engine.fail()
        for kind in JobType:
            await service.run(kind)
        await service.client.delete(f"/api/jobs/{ids['predict']}/report")
        (lists,) = (one for one in contract.operations() if one.path == "/api/backtests")
        gone = {"job_id": spare, "version": store(service.home, manifest("unused"))}
        # what deletes a report comes before what deletes its job, and the lists are read after both
        for operation in sorted(contract.operations(), key=_order):
            is_called = call_of(operation) in usage.calls
            if is_called and operation.streams and operation.content["x-sse"]["ends"]:
                found |= await _streamed(service, operation, operation.path.format(**place))
            if not is_called or operation.streams or ".csv" in operation.path:
                continue
            own = gone if operation.method == "delete" else place
            places = [own, {**own, "job_id": "none"}] if "{" in operation.path else [own]
            for path in [
                operation.path.format(**each) + end for each in places for end in _ends(operation)
            ]:
                body = {"years": 99} if operation.method == "post" else None
                answer = await service.client.request(operation.method, path, json=body)
                response = operation.responses[str(answer.status_code)]
                schema = response["content"][JSON_TYPE]["schema"]
                found |= set(recorded_fields(contract, schema, answer.json()))
                if operation.path.endswith("/report"):
                    items = (await service.client.get("/api/backtests")).json()
                    listed = lists.responses["200"]
                    schema = listed["content"][JSON_TYPE]["schema"]
                    found |= set(recorded_fields(contract, schema, items))
        found |= {field async for field in _logged(service, contract)}
    return found


def _order(operation: Operation) -> tuple[bool, int]:
    return operation.method != "delete", -len(operation.path)


async def _streamed(service: RunningService, operation: Operation, path: str) -> set[str]:
    """Return the fields of the events of a stream that ends."""
    answer = await request(service.app, "GET", path)
    found = set[str]()
    for frame in answer.events:
        schema = operation.events[str(frame.event)]["properties"]["data"]["contentSchema"]
        data = json.loads(frame.data or "")
        found |= set(recorded_fields(operation.contract, schema, data))
    return found


async def _logged(service: RunningService, contract: Contract) -> AsyncIterator[str]:
    """Give the fields of the payloads of logged events."""
    end = await service.parts.log.end()
    found, _ = await service.parts.log.read_all(end.log_id, 0, 0)
    frames: list[Frame] = []
    Parser(frames).feed(b"".join(found))
    (every,) = (one for one in contract.operations() if one.path == "/api/events")
    for frame in frames:
        schema = every.events[str(frame.event)]["properties"]["data"]["contentSchema"]
        for field in recorded_fields(contract, schema, json.loads(frame.data or "")):
            yield field


def _ends(operation: Operation) -> list[str]:
    """Of a list its first page, and one that has a next page."""
    names = {parameter["name"] for parameter in operation.parameters}
    return ["", "?limit=1"] if "limit" in names else [""]


async def test_what_the_page_reads_was_recorded(usage: Usage, tmp_path: Path) -> None:
    # the form reads the fields of requests
    requests = {name for name in committed().components if name.endswith("Request")}
    read = {name for name in usage.reads if name.partition(".")[0] not in requests}
    check(never_recorded(usage, sorted(read - await recorded(tmp_path, usage))))


# planted


def places(contract: Contract, usage: Usage) -> set[tuple[str, str]]:
    return {(one.pointer, one.code) for one in unused(contract, usage)[0]}


def _field(document: Node) -> tuple[str, str]:
    document["components"]["schemas"]["Trade"]["properties"]["venue"] = {"type": "string"}
    return "Trade.venue", "field-never-read"


def _event(document: Node) -> tuple[str, str]:
    schemas = document["components"]["schemas"]
    schemas["PausedEvent"] = deepcopy(schemas["StatusEvent"])
    schemas["PausedEvent"]["properties"]["event"]["const"] = "paused"
    schemas["AnyJobEvent"]["oneOf"].append({"$ref": "#/components/schemas/PausedEvent"})
    return "GET /api/events event/paused", "event-unhandled"


def _operation(document: Node) -> tuple[str, str]:
    item = deepcopy(document["paths"]["/api/system/data-mode"])
    item["get"]["operationId"] = "get_fees"
    document["paths"]["/api/system/fees"] = item
    return "GET /api/system/fees", "operation-never-called"


@pytest.mark.parametrize("plant", [_field, _event, _operation])
def test_what_the_page_does_not_use_is_named(
    usage: Usage, plant: Callable[[Node], tuple[str, str]]
) -> None:
    document = committed().copy().document
    place = plant(document)
    assert place in places(Contract(document), usage)


def test_a_field_that_is_no_longer_declared_is_named(usage: Usage) -> None:
    document = committed().copy().document
    del document["components"]["schemas"]["Metrics"]["properties"]["cagr"]
    del document["paths"]["/api/jobs"]
    field, call = undeclared(Contract(document), usage)
    assert (field.code, field.found) == ("field-undeclared", "Metrics.cagr")
    assert field.pointer.startswith("frontend/src/components/")
    assert (call.code, call.found) == ("call-undeclared", "get /api/jobs")


def test_a_stale_exception_is_named(usage: Usage) -> None:
    entry = Entry(PART, "Trade.shares", "tests/test_house.py::none", "It was not shown.")
    (stale,) = unexcused(PART, [], Exceptions((entry,), 1))
    assert (stale.pointer, stale.code) == ("Trade.shares", "stale-exception")
    assert unused(committed(), usage)[0]


async def test_a_field_that_was_never_recorded_is_named(usage: Usage, tmp_path: Path) -> None:
    assert "Trade.venue" not in await recorded(tmp_path, usage)
    imagined = Usage({}, {"Trade.venue": ["src/components/backtests/TradesTable.tsx:9"]}, {})
    (finding,) = never_recorded(imagined, ["Trade.venue"])
    assert finding.pointer == "frontend/src/components/backtests/TradesTable.tsx:9"
    assert finding.code == "field-never-recorded"
    assert finding.expected == "Trade.venue in a recorded answer"


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text, f"{file} has no {old!r} any more: plant the fault elsewhere"
    file.write_text(text.replace(old, new))


def break_page(folder: Path) -> Path:
    shutil.copytree(FRONTEND / "src", folder / "src")
    shutil.copy(FRONTEND / "tsconfig.json", folder)
    (folder / "node_modules").symlink_to(FRONTEND / "node_modules")
    components, hook = folder / "src/components", folder / "src/hooks/useJobProgress.ts"
    holdings = components / "autopilot/HoldingsTables.tsx"
    account = components / "autopilot/AccountPanel.tsx"
    scores = components / "models/HorizonScores.tsx"
    # no read
    replace(holdings, '{ name: "Decided", cell: ({ decided_on }) => decided_on },', "")
    # read past the types
    replace(account, "rules.cost_bps", "(rules as any).cost_bps")
    replace(
        account,
        "rules.risk_management",
        '(rules as unknown as Record<string, boolean>)[String("risk_management")]',
    )
    # a read without effect, and a write
    replace(scores, "figures.hit_rate", "null")
    replace(scores, "figures.rank_ic_t", "null")
    replace(
        scores,
        "  const fw = strong ? 700 : 400;\n",
        "  const fw = strong ? 700 : 400;\n  void figures.hit_rate;\n  figures.rank_ic_t = null;\n",
    )
    # read in a component that is never shown
    replace(
        components / "backtests/BacktestResult.tsx",
        "<MonthlyTable returns={report.monthly_returns} />",
        "",
    )
    # no handler, an empty one, and one that returns undefined
    replace(hook, '    started: (job) => keep("started")(job),\n', "")
    replace(hook, '    progress: (job) => keep("progress")(job),', "    progress: () => {},")
    replace(hook, "reset: () => void refreshJobs(client)", "reset: () => undefined")
    (folder / "src/planted.tsx").write_text(READS)
    replace(
        folder / "src/main.tsx",
        'import "./page.css";',
        'import "./page.css";\nimport "./planted.tsx";',
    )
    return folder


#: every way to read, and two that are no reads
READS = """
import type { ResponseMeta } from "./types/api.ts";
import type { ModelAge } from "./types/systemHealth.ts";
declare const meta: ResponseMeta;
declare const age: ModelAge;
function Mode({ data_mode }: { data_mode: ResponseMeta["data_mode"] }) { return <b>{data_mode}</b>; }
let warnings: string[];
({ warnings } = meta);
console.log(meta["elapsed_ms"], warnings, <Mode {...meta} />);
const take = ({ generated_at }: ResponseMeta): string => generated_at;
console.log({ ...age }, take(meta), age[String("version") as string]);
import { fillPath, post as submit } from "./api/client.ts";
declare const api: { delete: (path: string) => void };
void submit("/api/jobs/{job_id}/cancel", { params: { job_id: "one" } });
api.delete("/api/models/{version}");
fillPath("/api/backtests/{job_id}/trades.csv", { job_id: "one" });
"""


@pytest.mark.parametrize("name", ["warnings", "elapsed_ms", "data_mode", "generated_at"])
def test_each_way_to_read_counts(broken: Usage, name: str) -> None:
    places = broken.reads.get(f"ResponseMeta.{name}", [])
    assert any(place.startswith("src/planted.tsx:") for place in places)


@pytest.mark.parametrize(
    "call",
    [
        pytest.param("post /api/jobs/{job_id}/cancel", id="imported under another name"),
        pytest.param("delete /api/models/{version}", id="a method of an object"),
        pytest.param("get /api/backtests/{job_id}/trades.csv", id="the only method of the path"),
    ],
)
def test_a_call_has_the_method_of_the_called_function(broken: Usage, call: str) -> None:
    assert any(place.startswith("src/planted.tsx:") for place in broken.calls.get(call, []))


def test_a_copy_and_a_string_do_not_count(broken: Usage) -> None:
    for name in ("age_days", "version", "status"):
        assert not any("planted" in place for place in broken.reads[f"ModelAge.{name}"])


PLANTED: list[tuple[str, str]] = [
    ("PaperOrder.decided_on", "the only read is gone"),
    ("PaperRules.cost_bps", "cast to any"),
    ("PaperRules.risk_management", "by a string"),
    ("MemberScore.hit_rate", "without effect"),
    ("MemberScore.rank_ic_t", "written"),
    ("BacktestReport.monthly_returns", "in a component that is never shown"),
    ("GET /api/events event/started", "no handler"),
    ("GET /api/events event/progress", "an empty handler"),
    ("GET /api/events event/reset", "a handler that returns"),
]


@pytest.mark.parametrize("place", [place for place, _ in PLANTED], ids=[why for _, why in PLANTED])
def test_a_page_that_no_longer_uses_it_is_named(broken: Usage, usage: Usage, place: str) -> None:
    code = "event-unhandled" if " event/" in place else "field-never-read"
    assert (place, code) not in places(committed(), usage)
    assert (place, code) in places(committed(), broken)


def test_nothing_but_the_faults_is_found(broken: Usage, usage: Usage) -> None:
    found = places(committed(), broken) - places(committed(), usage)
    assert {place for place, _ in found} == {place for place, _ in PLANTED}
