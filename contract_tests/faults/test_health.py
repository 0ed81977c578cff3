"""Each health check with each of its dependencies broken in each way: it must not say `ok`.

The part `faults` checks the verdict as a whole; here each check is alone with what it reads itself.
"""

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from contract_tests.faults.derived import Breakage, Law, breakages
from contract_tests.faults.law import PART
from contract_tests.faults.probe import watched
from contract_tests.faults.requests import Request
from contract_tests.faults.tolerated import TOLERATED, Outcome
from contract_tests.kit.faults import FULL, UNWRITABLE_DATABASE, Fault
from contract_tests.kit.homes import FilledService
from contract_tests.kit.nobody import NOBODY
from contract_tests.repository import committed
from quant_engine.api.schemas.system_health import Check
from quant_engine.api.services import data_catalog, health_checks, health_service, tracker_checks
from quant_engine.api.services.health_service import Run
from wirelaw.finding import Drifted, Finding, check

(OPERATION,) = (one for one in committed().operations() if one.name == "get_health")
FIX = "let the error reach `guarded`, or add to contract_tests/faults/tolerated.py why it is none"


@asynccontextmanager
async def _read_only(service: FilledService) -> AsyncIterator[None]:
    mode = service.home.stat().st_mode
    service.home.chmod(0o555)
    # root may write everywhere
    os.seteuid(NOBODY if os.geteuid() == 0 else os.geteuid())
    try:
        yield
    finally:
        os.seteuid(os.getuid())
        service.home.chmod(mode)


@asynccontextmanager
async def _home_gone(service: FilledService) -> AsyncIterator[None]:
    away = service.home.with_name("home-away")
    service.home.rename(away)
    try:
        yield
    finally:
        away.rename(service.home)


@asynccontextmanager
async def _slow(service: FilledService) -> AsyncIterator[None]:
    limit, data_catalog.DESCRIBE_SECONDS = data_catalog.DESCRIBE_SECONDS, 0.0
    catalog = service.parts.catalog
    describe, catalog.describe = catalog.describe, data_catalog.describe
    (service.home / "data" / "files.json").unlink()
    try:
        yield
    finally:
        data_catalog.DESCRIBE_SECONDS, catalog.describe = limit, describe


#: faults that nothing derives from what a check reads, by the check
MORE: dict[str, tuple[Fault, ...]] = {
    health_checks.DATA_FRESHNESS.name: (Fault("describing the data takes too long", _slow),),
    health_checks.DATABASE.name: (FULL, *UNWRITABLE_DATABASE[:2]),
    health_checks.DISK.name: (
        Fault("the home is gone", _home_gone),
        Fault("the home is read-only", _read_only),
        UNWRITABLE_DATABASE[2],
    ),
}


async def _faults(service: FilledService, run: Run, names: Sequence[str]) -> list[Fault]:
    """Return the ways to break what a check reads; one of each kind of place and way."""
    await service.reopen_database()
    with watched(service.parts.database.engine) as touched:
        await run()
    await service.reopen_database()
    found = [one.fault for one in breakages(touched, service) if _must_fail(one)]
    return [*found, *(fault for name in names for fault in MORE.get(name, ()))]


def _must_fail(breakage: Breakage) -> bool:
    request = Request(OPERATION)
    excuse = next((one for one in TOLERATED if one.fits(request, breakage)), None)
    is_answered = excuse is not None and excuse.outcome is not Outcome.FAILING
    return breakage.law is Law.REFUSED and not breakage.fine and not is_answered


async def deviations(service: FilledService) -> tuple[list[Finding], dict[str, int]]:
    """Return the checks that say `ok` all the same, and how many faults each had."""
    found, counts = [], {}
    health = service.parts.services.health
    for run, declared in health.checks:
        names = [one.name for one in declared]
        faults = await _faults(service, run, names)
        counts.update(dict.fromkeys(names, len(faults)))
        for fault in faults:
            async with fault.broken(service):
                results = await health_service.guarded(run, declared)
            await service.reopen_database()
            for one in results or [health_checks.HealthCheck(names[0], "", "").ok("no result")]:
                if one.status != "failing":
                    place = f"health {one.name}: {fault.name}"
                    shown = f"{one.status}: {one.reason}"
                    found.append(Finding(PART, place, "health-says-ok", "failing", shown, FIX))
    return found, counts


async def test_no_check_is_ok_when_what_it_reads_is_broken(service: FilledService) -> None:
    found, counts = await deviations(service)
    check(found)
    # job processes are counted and not read
    assert {name for name, count in counts.items() if not count} == {health_checks.PROCESSES.name}
    modules = (health_checks, tracker_checks)
    declared = [one for module in modules for one in vars(module).values()]
    assert set(counts) == {
        one.name for one in declared if isinstance(one, health_checks.HealthCheck)
    }


async def test_a_check_that_answers_ok_for_unknown_is_found(
    service: FilledService, monkeypatch: pytest.MonkeyPatch
) -> None:
    health = service.parts.services.health
    run, declared = health.checks[3]

    async def unknown() -> list[Check]:
        try:
            return await run()
        except Exception:  # noqa: BLE001 - the fault that is planted
            return [tracker_checks.IC_TREND.ok("Unknown.")]

    monkeypatch.setattr(health, "checks", ((unknown, declared),))
    with pytest.raises(Drifted) as caught:
        check((await deviations(service))[0])
    finding = caught.value.findings[0]
    assert finding.pointer.startswith("health ic_trend: ")
    assert (finding.code, finding.found) == ("health-says-ok", "ok: Unknown.")


async def test_a_database_that_only_grants_its_lock_is_found(
    service: FilledService, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = service.parts.database

    async def lock() -> None:
        async with database.writing():
            pass

    monkeypatch.setattr(database, "probe", lock)
    found, _ = await deviations(service)
    assert {one.pointer for one in found} >= {"health database: the database is read-only"}
