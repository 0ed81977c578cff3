"""The history that streams are compared with: each job's record at each revision, as GET answered it."""

from dataclasses import dataclass, field

from contract_tests.streams.laws import LawBroken
from contract_tests.streams.streamed import Record, Stream

# as docs/wire.md defines them: an attempt starts, and it makes progress
STARTED, PROGRESS = "started", "progress"


@dataclass(frozen=True)
class Place:
    """How far one reader of all jobs is: the next revision that it receives of each job."""

    awaited: dict[str, int]  #: jobs whose opening `status` is still to come, and its revision
    ahead: dict[str, int]  #: each job's next revision; 0 for other jobs

    def after(self, job_id: str, revision: int) -> "Place":
        """Return the place after one more event."""
        awaited = {job: rev for job, rev in self.awaited.items() if job != job_id}
        return Place(awaited, {**self.ahead, job_id: revision + 1})


@dataclass(frozen=True)
class Opening:
    """The state when a reader connected."""

    revisions: tuple[int, int]  #: its job's revision before and after it was answered
    here: Place  #: where a new reader of all jobs began
    resumed: Place | None  #: what the requested id stands for
    lost: bool  #: and whether something after that was no longer kept
    newest: tuple[int, int] = (0, 0)  #: its log's newest line before and after it was answered


@dataclass
class Ledger:
    """The history of every job."""

    stream: Stream  #: of one job; its laws name the events
    jobs: dict[str, list[Record]] = field(default_factory=dict)  #: records by revision
    places: dict[str, Place] = field(default_factory=dict)  #: what each opaque id stands for
    forgotten: set[str] = field(default_factory=set)  #: jobs whose events are no longer kept
    order: list[str] = field(default_factory=list)  #: the job of each change
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
        self.forgotten |= {
            job
            for job, records in self.jobs.items()
            if self.stream.is_final(records[-1]) and ended[job] < len(self.order) - keep
        }

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
            if not self.stream.is_final(records[-1])
        }
        return Place(awaited, ahead)

    def opening(self, job_id: str | None, requested_id: str | None) -> Opening:
        """Return the state for a reader that connects now."""
        resumed = self.places.get(requested_id or "") if job_id is None else None
        now = len(self.jobs.get(job_id or "", ())) - 1
        lost = resumed is not None and self.is_lost(resumed)
        newest = self.newest(job_id)
        return Opening((now, now), self.here(), resumed, lost, (newest, newest))

    def is_lost(self, place: Place) -> bool:
        """Whether something that follows a place is no longer kept."""
        return any(job in self.forgotten for job in self.behind(place))

    def behind(self, place: Place) -> list[str]:
        """Return the jobs of which a reader at a place has not received everything."""
        return [
            job
            for job, records in self.jobs.items()
            if job in place.awaited or place.ahead.get(job, 0) < len(records)
        ]
