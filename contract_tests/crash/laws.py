"""What must hold of a job after a round, whatever was killed: judged by what two readers received."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from contract_tests.kit.process import Event, Record

ENDS = {"completed": "succeeded", "failed": "failed", "cancelled": "cancelled"}


def broken_laws(
    record: Record, job: Sequence[Event], every: Sequence[Event], *, is_cancelled: bool
) -> Iterator[str]:
    """Yield each law that is broken.

    Args:
        record: the job as GET answers it.
        job: what the reader of its stream received, from its creation on.
        every: what the reader of all jobs received of it.
        is_cancelled: its cancellation was requested.
    """
    changes, ends = [event for event in job if event.name != "done"], ENDS.keys()
    yield from (f"in the job's stream {fault}" for fault in _gaps(changes))
    yield from (f"in the stream of all jobs {fault}" for fault in _gaps(every))
    if [event.name for event in job].count("done") != 1 or job[-1].name != "done":
        yield f"`done` is not the last event, once: {[event.name for event in job]}"
    for seen, place in ((changes, "the job's stream"), (every, "the stream of all jobs")):
        terminal = [event.name for event in seen if event.name in ends]
        if terminal != [seen[-1].name if seen else ""]:
            yield f"{place} has the terminal events {terminal}"
        elif seen[-1].record != record:
            yield f"{place} ends with another record than GET"
    started = [event.name for event in every].count("started")
    if record["attempt"] != started:
        yield f"attempt is {record['attempt']}, and it was started {started} times"
    allowed = {"succeeded", "cancelled"} if is_cancelled else {"succeeded"}
    if record["status"] not in allowed:
        yield f"the job ended as {record['status']}: {record['error']}"


def _gaps(events: Sequence[Event]) -> Iterator[str]:
    revisions = [event.revision for event in events]
    if revisions != list(range(len(revisions))):
        yield f"the revisions are {revisions}"
    for before, after in pairwise(events):
        is_same = before.record["attempt"] == after.record["attempt"]
        fell = after.record["progress"] < before.record["progress"]
        if is_same and fell and after.record["status"] != "queued":
            yield f"progress falls at revision {after.revision}"
