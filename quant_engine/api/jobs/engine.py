"""The port of an engine: it runs what the store has queued and ends what the store wants cancelled.

The tables are the truth. An engine watches them as a reader of a stream does, and nothing calls it in between.
"""

from typing import Protocol

from quant_engine.api.jobs.notifier import Notifier
from quant_engine.api.jobs.store import JobStore


class JobEngine(Protocol):
    """Runs jobs for as long as a service runs.

    While a job runs, the engine waits on `notifier.topic(job_id)` and ends the job once its record says
    `cancel_requested`: within 5 seconds, also when a notification is lost.
    """

    async def start(self, store: JobStore, notifier: Notifier) -> None:
        """Settle the jobs that an earlier service left running, and begin to run jobs."""

    async def stop(self) -> None:
        """End every job process and return running jobs to the queue."""

    @property
    def processes(self) -> int:
        """How many job processes are ready or at work."""
