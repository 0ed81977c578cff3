"""The law of the event log: what pruning keeps, and from where each position resumes."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

from contract_tests.kit.service import RunningService
from wirelaw.finding import Finding
from wirelaw.running.asgi import request
from wirelaw.running.exchange import Answer

PART = "edges"
FIX = "see JobRows.prune and EventStreams; then run `pytest contract_tests/edges/test_pages.py`"
ENDS = {"completed", "failed", "cancelled"}  #: the last event of a job, as docs/wire.md has it


@dataclass(frozen=True)
class Logged:
    """One event of the log."""

    seq: int
    job_id: str
    revision: int
    event: str


def read(service: RunningService) -> list[Logged]:
    """Read the log as another program does."""
    with closing(service.connect()) as other:
        rows = other.execute("SELECT seq, job_id, revision, event FROM job_events ORDER BY seq")
        return [Logged(*row) for row in rows]


async def log_drifts(service: RunningService, keep: int, whole: list[Logged]) -> list[Finding]:
    """Prune a log, `whole` at first, and report what is lost or kept by mistake, and positions that resume wrongly."""
    before = read(service)
    await service.store.prune(keep)
    after = read(service)
    found = list(_pruned(before, after, keep))
    gone = [event.seq for event in whole if event not in after]
    end = whole[-1].seq
    # one past the end is of another log, as after the restoration of a backup
    for seq in range(whole[0].seq - 1, end + 2):
        is_whole = seq <= end and not any(one > seq for one in gone)
        found += await _resumed(service, seq, after, is_whole=is_whole)
    return found


def _pruned(before: list[Logged], after: list[Logged], keep: int) -> Iterator[Finding]:
    newest = {event.seq for event in before[len(before) - keep :]} if keep else set()
    jobs: dict[str, list[Logged]] = defaultdict(list)
    for event in before:
        jobs[event.job_id].append(event)
    # events that an earlier pruning removed count as well, so fewer may be kept than are there
    has_gaps = bool(before) and before[-1].seq - before[0].seq + 1 > len(before)
    for events in jobs.values():
        kept = [event for event in events if event in after]
        end = events[-1]
        stays = end.event not in ENDS or end.seq in newest
        place = f"log of {len(before)}, {keep} to keep, a job that {end.event} at {end.seq}"
        if stays and kept != events and not has_gaps:
            found = f"{len(events) - len(kept)} are gone"
            yield Finding(PART, place, "event-lost", f"its {len(events)} events", found, FIX)
        if not stays and kept:
            yield Finding(PART, place, "event-kept", "none of its events", f"{len(kept)}", FIX)


async def _resumed(
    service: RunningService, seq: int, after: list[Logged], *, is_whole: bool
) -> list[Finding]:
    log_id = (await service.parts.log.end()).log_id
    headers = {"last-event-id": f"{log_id}.{seq}"}
    answer = await request(service.app, "GET", "/api/events", headers=headers)
    expected = [f"{log_id}.{event.seq}" for event in after if event.seq > seq]
    found = [frame.id for frame in answer.events if frame.event not in {"reset", "position"}]
    resets = _has_reset(answer)
    place = f"GET /api/events Last-Event-ID of {seq}"
    if resets is is_whole:
        texts = ("no reset", "reset") if is_whole else ("reset: events are gone", "none")
        return [Finding(PART, place, "resume-position", *texts, FIX)]
    if is_whole and found != expected:
        return [Finding(PART, place, "resume-position", f"{expected}", f"{found}", FIX)]
    return []


def _has_reset(answer: Answer) -> bool:
    return any(frame.event == "reset" for frame in answer.events)
