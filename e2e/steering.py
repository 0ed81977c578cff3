"""Files in a home by which a test holds the jobs of a service, lets them go, or makes them fail."""

import time
from dataclasses import dataclass
from pathlib import Path

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
