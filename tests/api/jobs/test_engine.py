"""An engine that is passed in watches the log: nothing calls it when a client cancels a job."""

from pathlib import Path

from contract_tests.kit.answers import envelope
from contract_tests.kit.engine import ScriptedEngine
from contract_tests.kit.examples import SUMMARY
from contract_tests.kit.service import idle_app, running
from quant_engine.api.jobs.engine import JobEngine
from quant_engine.api.jobs.store import Claim
from quant_engine.api.schemas.jobs import JobType


class OneStage:
    """A script of one report."""

    def progress(self, _job_type: JobType) -> list[tuple[float, str]]:
        return [(0.5, "half")]

    def finish(self, _claim: Claim) -> str:
        return SUMMARY.model_dump_json()


async def test_a_cancel_reaches_an_engine_through_the_log(tmp_path: Path) -> None:
    engine = ScriptedEngine(OneStage(), workers=1)
    async with running(idle_app(tmp_path / "home", engine=engine)) as service:
        client = service.client
        engine.hold()
        submitted = envelope(await client.post("/api/compute/backtest", json={}))["data"]
        await engine.settle()
        place = f"/api/jobs/{submitted['job_id']}"
        cancelled = envelope(await client.post(f"{place}/cancel"))["data"]
        assert (cancelled["status"], cancelled["cancel_requested"]) == ("running", True)
        await engine.settle()
        assert envelope(await client.get(place))["data"]["status"] == "cancelled"


def test_the_port_has_no_call_for_a_cancel() -> None:
    public = {name for name in vars(JobEngine) if not name.startswith("_")}
    assert public == {"start", "stop", "processes"}
