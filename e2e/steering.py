"""A service whose jobs a test holds, releases or makes fail, by files in its home."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contract_tests.kit.process import ServiceProcess
from quant_engine.api.schemas.jobs import JobType

FAILURE = "This failure was planted."
LOOK_SECONDS = 0.01


@dataclass(frozen=True)
class Steering:
    """The files of one home that a test writes, and that each job reads when it reports progress."""

    home: Path

    def hold(self, at: float) -> None:
        """Hold every job at this fraction; a job that was held earlier continues up to it."""
        # a job that reads meanwhile sees the old file or the new one
        new = self.home / ".hold"
        new.write_text(str(at), encoding="utf-8")
        new.replace(self._hold)

    def fail(self) -> None:
        """Have jobs fail at their next stage."""
        self._fail.touch()

    def let_go(self) -> None:
        """Let jobs run to their end."""
        self._fail.unlink(missing_ok=True)
        self._hold.unlink(missing_ok=True)

    def obey(self, fraction: float) -> None:
        """Block while the files say so; raise the error that they name.

        Raises:
            RuntimeError: a test planted a failure.
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
    """A service that runs one job at a time, so that a held job keeps the others in the queue."""

    def __init__(self, home: Path, *, token: str | None = None, **settings: Any) -> None:
        jobs = (f"{kind}=e2e.jobs:{kind}" for kind in JobType)
        super().__init__(home, *jobs, token=token, **{"workers": 1, **settings})
        self.steering = Steering(home)

    def clear(self) -> None:
        """End every queued or running job, so that the next test starts with an empty queue."""
        self.steering.let_go()
        for status in ("queued", "running"):
            for record in self.read(f"/api/jobs?status={status}")["items"]:
                self.cancel(record["job_id"])
                self.finish(record["job_id"])
