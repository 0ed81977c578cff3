"""The port that an engine fills: it delivers job ids and wishes to cancel; the tables are the truth."""

from typing import Protocol


class JobEngine(Protocol):
    """Runs what the store has queued."""

    async def start(self) -> None:
        """Settle what an earlier service left, and begin to run jobs."""

    async def stop(self) -> None:
        """End every job process and return running jobs to the queue."""

    def cancel(self, job_id: str) -> None:
        """End a running job's process; the wish is in the store already."""

    @property
    def processes(self) -> int:
        """How many job processes are ready or at work."""
