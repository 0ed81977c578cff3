"""The history that streams are compared with: each job's record at each revision, as GET answered it."""

from dataclasses import dataclass, field

from contract_tests.streams.laws import LawBroken
from contract_tests.streams.streamed import Record, Stream

# as docs/wire.md defines them: an attempt starts, it makes progress, and the job is deleted
STARTED, PROGRESS, DELETED = "started", "progress", "deleted"


@dataclass(frozen=True)
class Place:
    """How far one reader of all jobs is: the next revision that it receives of each job."""

    awaited: dict[str, int]  #: jobs whose opening `status` is still to come, and its revision
    ahead: dict[str, int]  #: each job's next revision; 0 for other jobs
    gone: frozenset[str] = frozenset()  #: jobs whose deletion it has received

    def after(self, job_id: str, revision: int) -> "Place":
        """Return the place after one more event."""
        awaited = {job: rev for job, rev in self.awaited.items() if job != job_id}
        return Place(awaited, {**self.ahead, job_id: revision + 1}, self.gone)

    def after_deletion(self, job_id: str) -> "Place":
        """Return the place after a job was deleted."""
        awaited = {job: rev for job, rev in self.awaited.items() if job != job_id}
        return Place(awaited, self.ahead, self.gone | {job_id})


@dataclass(frozen=True)
class Opening:
    """The state when a reader connected."""

    revisions: tuple[int, int]  #: its job's revision before and after it was answered
    here: Place  #: where a new reader of all jobs began
    resumed: Place | None  #: what the requested id stands for
    lost: bool  #: and whether something after that was no longer kept
    is_deleted: bool = False  #: its job was deleted already
    newest: tuple[int, int] = (0, 0)  #: its log's newest line before and after it was answered


@dataclass
class Ledger:
    """The history of every job."""

    stream: Stream  #: of one job; its laws name the events
    jobs: dict[str, list[Record]] = field(default_factory=dict)  #: records by revision
    places: dict[str, Place] = field(default_factory=dict)  #: what each opaque id stands for
    forgotten: set[str] = field(default_factory=set)  #: jobs whose events are no longer kept
    order: list[str] = field(default_factory=list)  #: the job of each change
    deleted: set[str] = field(default_factory=set)
    deletions_forgotten: set[str] = field(default_factory=set)  #: whose `deleted` is not kept
    #: by job and number: every line that GET ever answered, and whether it did so the last time
    lines: dict[str, dict[int, Record]] = field(default_factory=dict)
    kept: dict[str, set[int]] = field(default_factory=dict)

    def write(self, record: Record) -> None:
        """Add a record as it is now; the same record again is no change.

        Raises:
            LawBroken: the record changed without a new revision, or a revision is missing.
        """
        records = self.jobs.setdefault(record["job_id"], [])
        revision, newest = record["revision"], len(records) - 1
        where = f"job {record['job_id']} at revision {revision}"
        if revision == newest:
            before = records[-1]
            changed = {key: value for key, value in record.items() if before.get(key) != value}
            if changed:
                expected = {key: before.get(key) for key in changed}
                law = "changed-without-revision"
                raise LawBroken(law, self.stream, where, expected, changed)
            return
        if revision != newest + 1:
            raise LawBroken("missing-revision", self.stream, where, newest + 1, revision)
        records.append(record)
        self.order.append(record["job_id"])

    def write_log(self, job_id: str, lines: list[Record]) -> None:
        """Note the lines of a job as they are now.

        Raises:
            LawBroken: a line changed.
        """
        history = self.lines.setdefault(job_id, {})
        for line in lines:
            before = history.setdefault(line["line"], line)
            if before != line:
                where = f"line {line['line']} of job {job_id}"
                raise LawBroken("changed-without-revision", self.stream, where, before, line)
        self.kept[job_id] = {line["line"] for line in lines}

    def newest(self, job_id: str | None) -> int:
        """Return the number of the newest line of a job; 0 if there is none."""
        return max(self.lines.get(job_id or "", ()), default=0)

    def forget(self, keep: int) -> None:
        """Note that the log was pruned: of jobs that ended before the newest `keep` events."""
        ended = {job: place for place, job in enumerate(self.order)}
        old = {
            job
            for job, records in self.jobs.items()
            if self.stream.is_final(records[-1]) and ended[job] < len(self.order) - keep
        }
        self.forgotten |= old - self.deleted
        self.deletions_forgotten |= old & self.deleted

    def delete(self, job_id: str) -> None:
        """Note that a job was deleted, which is logged: its earlier events are gone."""
        self.order.append(job_id)
        self.deleted.add(job_id)

    def event_of(self, job_id: str, revision: int) -> str:
        """Return the event that made a revision, from what changed between two records."""
        records = self.jobs[job_id]
        record = records[revision]
        begin = str(self.stream.laws["first"])
        if revision == 0:
            return begin
        before = records[revision - 1]
        if self.stream.is_final(record):
            return self.stream.terminal_event(record["status"])
        if record["attempt"] > before["attempt"]:
            return STARTED
        if record["status"] != before["status"]:
            return self.stream.event_into(record["status"]) or begin
        return PROGRESS if record["cancel_requested"] == before["cancel_requested"] else begin

    def here(self) -> Place:
        """Return the place of a reader that connects now without an id."""
        ahead = {job: len(records) for job, records in self.jobs.items()}
        awaited = {
            job: records[-1]["revision"]
            for job, records in self.jobs.items()
            if not self.stream.is_final(records[-1]) and job not in self.deleted
        }
        return Place(awaited, ahead, frozenset(self.deleted))

    def remaining(self, place: Place) -> Place:
        """Return a place without the revisions of deleted jobs, which readers may have received or not."""

        def kept(revisions: dict[str, int]) -> dict[str, int]:
            return {job: number for job, number in revisions.items() if job not in self.deleted}

        return Place(kept(place.awaited), kept(place.ahead), place.gone)

    def opening(self, job_id: str | None, requested_id: str | None) -> Opening:
        """Return the state for a reader that connects now."""
        resumed = self.places.get(requested_id or "") if job_id is None else None
        now = len(self.jobs.get(job_id or "", ())) - 1
        lost = resumed is not None and self.is_lost(resumed)
        newest = self.newest(job_id)
        is_deleted = job_id in self.deleted
        return Opening((now, now), self.here(), resumed, lost, is_deleted, (newest, newest))

    def is_lost(self, place: Place) -> bool:
        """Whether something that follows a place is no longer kept."""
        if self.deletions_forgotten - place.gone:
            return True
        return any(self._lacks_revisions(place, job, len(self.jobs[job])) for job in self.forgotten)

    def behind(self, place: Place) -> list[str]:
        """Return the jobs of which a reader at a place has not received everything."""
        return [
            job for job, records in self.jobs.items() if self._is_behind(place, job, len(records))
        ]

    def _is_behind(self, place: Place, job: str, revisions: int) -> bool:
        if job in self.deleted:
            return job not in place.gone
        return self._lacks_revisions(place, job, revisions)

    @staticmethod
    def _lacks_revisions(place: Place, job: str, revisions: int) -> bool:
        return job in place.awaited or place.ahead.get(job, 0) < revisions
