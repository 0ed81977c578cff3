"""The port of an engine: it runs the queued jobs and ends the jobs whose cancellation was requested.

An engine watches the tables as a reader of a stream does; the service only starts and stops it.
"""

from dataclasses import dataclass
from typing import Protocol

from quant_engine.api.jobs.notifier import Notifier
from quant_engine.api.jobs.store import JobStore


@dataclass(frozen=True)
class Processes:
    """How many job processes an engine has."""

    alive: int  #: ready or running a job
    silent: int = 0  #: of these, running a job and not responding
    restarts: int = 0  #: processes that ended while the service ran, and that others replaced


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
    def processes(self) -> Processes:
        """The job processes, as they are now."""
