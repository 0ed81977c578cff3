"""Lists and the log under clocks that move back and forth: pages, order, pruning and resume positions."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from contract_tests.edges.growth import moved, train
from contract_tests.edges.history import HISTORIES, History, Job, forget, play, write_lines
from contract_tests.edges.log import log_drifts, read
from contract_tests.edges.pages import lists, open_filters, torn
from contract_tests.kit.service import RunningService, idle_app, running
from contract_tests.repository import committed
from quant_engine.api.jobs import rows, store
from quant_engine.api.jobs.rows import JobRows
from quant_engine.api.jobs.store import JobStore
from quant_engine.api.schemas.jobs import JobStatus, JobType
from quant_engine.api.services.models import ModelsService
from quant_engine.models.manifest import VersionManifest
from quant_engine.models.registry import ModelRegistry
from wirelaw.finding import Drifted, Finding, check

Law = Callable[[RunningService, History], Coroutine[Any, Any, list[Finding]]]
Try = Callable[[Law, History], None]
#: not shrunk: the histories are short, and each attempt takes its time
quick = settings(
    max_examples=5, deadline=None, derandomize=True, database=None, phases=(Phase.generate,)
)


@pytest.fixture(scope="module")
def attempt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Try]:
    """Check a law on a history, on one service for all of them."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        home = tmp_path_factory.mktemp("pages") / "home"
        train(home, 4)
        app = idle_app(home)
        service = runner.run(stack.enter_async_context(running(app)))

        def try_(law: Law, history: History) -> None:
            forget(service)
            clock = history.clock()
            with pytest.MonkeyPatch.context() as patch:
                for module in (rows, store):
                    patch.setattr(module, "timestamp", partial(next, clock))
                check(runner.run(law(service, history)))

        yield try_
        runner.run(stack.aclose())


async def pages(service: RunningService, history: History) -> list[Finding]:
    ids = await play(service, committed(), history)
    write_lines(service, ids[0])
    found = [
        finding
        for operation in lists(committed())
        async for finding in torn(service.client, operation, ids[0])
    ]
    listed = (await service.client.get("/api/jobs?limit=200")).json()["data"]["items"]
    newest = [job["job_id"] for job in listed]
    if newest != ids[::-1]:
        found.append(
            Finding("edges", "GET /api/jobs", "not-newest-first", f"{ids[::-1]}", f"{newest}")
        )
    return found or await moved(service, committed(), ids[0])


async def log(service: RunningService, history: History, *, keeps: list[int]) -> list[Finding]:
    await play(service, committed(), history)
    whole = read(service)
    return [finding for keep in keeps for finding in await log_drifts(service, keep, whole)]


@quick
@given(history=HISTORIES)
def test_pages_are_the_filtered_whole(attempt: Try, history: History) -> None:
    attempt(pages, history)


def test_every_filter_is_tried() -> None:
    fix = "give it a closed set of values, or try it in contract_tests/edges/pages.py"
    check(
        Finding("edges", place, "filter-not-tried", "an enum or a flag", "neither", fix)
        for place in open_filters(committed())
    )


KEEPS = st.lists(st.integers(0, 12), min_size=1, max_size=2)


@quick
@given(history=HISTORIES, keeps=KEEPS)
def test_the_log_keeps_what_it_promises(attempt: Try, history: History, keeps: list[int]) -> None:
    attempt(partial(log, keeps=keeps), history)


MIXED = History([Job(kind, status) for status in JobStatus for kind in JobType][::3], [1, -5, 0])


def _dropped(page: Any, name: str) -> Any:
    async def careless(self: JobStore, **query: Any) -> Any:
        # the filter is lost with the cursor
        lost = {name: None} if query["before"] is not None else {}
        return await page(self, **{**query, **lost})

    return careless


@pytest.mark.parametrize("name", ["status", "job_type"])
def test_a_filter_that_is_lost_with_the_cursor_is_found(
    attempt: Try, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(JobStore, "page", _dropped(JobStore.page, name))
    with pytest.raises(Drifted) as drifted:
        attempt(pages, MIXED)
    assert {finding.code for finding in drifted.value.findings} == {"pages-not-the-whole"}
    assert any(f"{name}=" in finding.pointer for finding in drifted.value.findings)


def test_an_order_by_time_is_found(attempt: Try, monkeypatch: pytest.MonkeyPatch) -> None:
    page = JobRows.page

    async def by_time(self: JobRows, **query: Any) -> Any:
        items, more = await page(self, **query)
        return sorted(items, key=lambda job: job.created_at, reverse=True), more

    monkeypatch.setattr(JobRows, "page", by_time)
    with pytest.raises(Drifted, match=r"pages-not-the-whole|not-newest-first"):
        attempt(pages, MIXED)


def _by_change(versions: Any) -> Any:
    def by_change(self: ModelRegistry) -> list[VersionManifest]:
        found: list[VersionManifest] = versions(self)
        return sorted(found, key=lambda one: -self.folder(one.version).stat().st_mtime_ns)

    return by_change


def _changed_lately(versions: Any) -> Any:
    def lately(self: ModelRegistry) -> list[VersionManifest]:
        found: list[VersionManifest] = versions(self)
        return [one for one in found if self.folder(one.version).stat().st_mtime > 1e9]

    return lately


def _by_end(versions: Any) -> Any:
    return lambda self: sorted(versions(self), key=lambda one: one.trained_at, reverse=True)


def _oldest_first(versions: Any) -> Any:
    return lambda self: versions(self)[::-1]


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (_by_change, "pages-not-the-whole"),
        (_changed_lately, "order-of-storage"),
        (_by_end, "pages-not-the-whole"),
        (_oldest_first, "pages-not-the-whole"),
    ],
)
def test_another_order_of_models_is_found(
    attempt: Try, monkeypatch: pytest.MonkeyPatch, order: Callable[[Any], Any], code: str
) -> None:
    monkeypatch.setattr(ModelRegistry, "versions", order(ModelRegistry.versions))
    with pytest.raises(Drifted) as drifted:
        attempt(pages, MIXED)
    assert code in {finding.code for finding in drifted.value.findings}


def test_pages_that_are_counted_are_found(attempt: Try, monkeypatch: pytest.MonkeyPatch) -> None:
    def page(self: ModelsService, *, limit: int, before: str | None) -> Any:
        start, versions = int(before or 0), self._registry.versions()
        more = f"{start + limit}" if len(versions) > start + limit else None
        return versions[start : start + limit], more

    monkeypatch.setattr(ModelsService, "page", page)
    with pytest.raises(Drifted) as drifted:
        attempt(pages, MIXED)
    (finding,) = drifted.value.findings
    assert (finding.pointer, finding.code) == ("GET /api/models ?limit=1", "pages-moved")


@pytest.mark.parametrize("more", [-1, 1])
def test_a_log_that_keeps_one_more_or_less_is_found(
    attempt: Try, monkeypatch: pytest.MonkeyPatch, more: int
) -> None:
    prune = JobRows.prune
    monkeypatch.setattr(JobRows, "prune", lambda self, keep: prune(self, max(keep + more, 0)))
    codes: set[str] = set()
    for keep in range(2, 8):
        try:
            attempt(partial(log, keeps=[keep]), MIXED)
        except Drifted as drifted:
            codes |= {finding.code for finding in drifted.findings}
    assert codes == {"event-lost" if more < 0 else "event-kept"}


def test_a_position_that_is_wrong_is_found(attempt: Try, monkeypatch: pytest.MonkeyPatch) -> None:
    prune = JobRows.prune

    async def careless(self: JobRows, keep: int) -> None:
        await prune(self, keep)
        await self._connection.exec_driver_sql(
            "UPDATE event_log SET pruned_through = max(0, pruned_through - 1)"
        )

    monkeypatch.setattr(JobRows, "prune", careless)
    with pytest.raises(Drifted, match="resume-position"):
        attempt(partial(log, keeps=[3]), MIXED)
