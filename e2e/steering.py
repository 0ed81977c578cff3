"""A service whose jobs a test holds, releases or makes fail, by files in its home."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contract_tests.kit.process import ServiceProcess
from quant_engine.api.schemas.jobs import JobType

FAILURE = "This failure was asked for."
LOOK_SECONDS = 0.01


@dataclass(frozen=True)
class Steering:
    """The files of one home; a test writes them, and each job looks at them when it reports progress."""

    home: Path

    def hold(self, at: float) -> None:
        """Let no job go on from this fraction; one that is held before goes on up to there."""
        # a job that looks meanwhile sees the old file or the new one
        new = self.home / ".hold"
        new.write_text(str(at), encoding="utf-8")
        new.replace(self._hold)

    def fail(self) -> None:
        """Have jobs fail at their next stage."""
        self._fail.touch()

    def let_go(self) -> None:
        """Let jobs run as they do, to their end."""
        self._fail.unlink(missing_ok=True)
        self._hold.unlink(missing_ok=True)

    def obey(self, fraction: float) -> None:
        """Stay here for as long as the files say so; raise where they ask for it.

        Raises:
            RuntimeError: a failure was asked for.
        """
        while self._is_held(fraction):
            time.sleep(LOOK_SECONDS)
        if self._fail.exists():
            raise RuntimeError(FAILURE)

    def _is_held(self, fraction: float) -> bool:
        try:
            return fraction >= float(self._hold.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return False

    @property
    def _hold(self) -> Path:
        return self.home / "hold"

    @property
    def _fail(self) -> Path:
        return self.home / "fail"


class SteeredService(ServiceProcess):
    """What a browser visits; one job at a time, so that a held one keeps the others in the queue."""

    def __init__(self, home: Path, *, token: str | None = None, **settings: Any) -> None:
        jobs = (f"{kind}=e2e.jobs:{kind}" for kind in JobType)
        super().__init__(home, *jobs, token=token, **{"workers": 1, **settings})
        self.steering = Steering(home)

    def clear(self) -> None:
        """End every job that waits or runs, so that the next test finds an empty queue."""
        self.steering.let_go()
        for status in ("queued", "running"):
            for record in self.read(f"/api/jobs?status={status}")["items"]:
                self.cancel(record["job_id"])
                self.finish(record["job_id"])
