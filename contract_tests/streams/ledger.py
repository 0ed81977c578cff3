"""What happened, written down beside the service: each job's record at each revision, as GET answered it."""

from dataclasses import dataclass, field

from contract_tests.streams.streamed import Record, is_final, job_stream, laws, terminal_of

# as docs/wire.md defines them: an attempt starts, and it makes progress
STARTED, PROGRESS = "started", "progress"


@dataclass(frozen=True)
class Place:
    """How far one reader of all jobs is: what it hears next of each job."""

    awaited: dict[str, int]  #: jobs whose opening `status` is still to come, and its revision
    ahead: dict[str, int]  #: each job's next revision; 0 of a job that is not here

    def heard(self, job_id: str, revision: int) -> "Place":
        """Return the place after one more event."""
        awaited = {job: rev for job, rev in self.awaited.items() if job != job_id}
        return Place(awaited, {**self.ahead, job_id: revision + 1})


@dataclass(frozen=True)
class Opening:
    """How things stood when a reader came."""

    revisions: tuple[int, int]  #: its job's revision before and after it was answered
    here: Place  #: where a new reader of all jobs began
    resumed: Place | None  #: what the id that it goes on from stood for
    lost: bool  #: and whether something after that was no longer kept


@dataclass
class Ledger:
    """The truth that streams are held against."""

    jobs: dict[str, list[Record]] = field(default_factory=dict)  #: records by revision
    places: dict[str, Place] = field(default_factory=dict)  #: what each opaque id stands for
    forgotten: set[str] = field(default_factory=set)  #: jobs whose events are no longer kept
    _order: list[str] = field(default_factory=list)  #: the job of each change

    def write(self, record: Record) -> None:
        """Take down a record as it is now; one that was taken down already is no change."""
        known = self.jobs.setdefault(record["job_id"], [])
        if record["revision"] == len(known) - 1:
            if record != known[-1]:
                raise AssertionError(f"a record changed without a revision: {known[-1]}, {record}")
            return
        if record["revision"] != len(known):
            raise AssertionError(
                f"job {record['job_id']}: revision {record['revision']} after {len(known) - 1}"
            )
        known.append(record)
        self._order.append(record["job_id"])

    def forget(self, keep: int) -> None:
        """Note that the log was pruned: of jobs that ended before the newest `keep` events."""
        ended = {job: place for place, job in enumerate(self._order)}
        self.forgotten |= {
            job
            for job, records in self.jobs.items()
            if is_final(records[-1]) and ended[job] < len(self._order) - keep
        }

    def event_of(self, job_id: str, revision: int) -> str:
        """Return the event that made a revision, from what changed between two records."""
        records = self.jobs[job_id]
        record = records[revision]
        begin = str(laws(job_stream())["first"])
        if revision == 0:
            return begin
        before = records[revision - 1]
        if is_final(record):
            return terminal_of(record["status"])
        if record["attempt"] > before["attempt"]:
            return STARTED
        if (record["status"], record["cancel_requested"]) != (
            before["status"],
            before["cancel_requested"],
        ):
            return begin
        return PROGRESS

    def here(self) -> Place:
        """Return where a reader begins who comes now."""
        ahead = {job: len(records) for job, records in self.jobs.items()}
        awaited = {
            job: records[-1]["revision"]
            for job, records in self.jobs.items()
            if not is_final(records[-1])
        }
        return Place(awaited, ahead)

    def opening(self, job_id: str | None, asked: str | None) -> "Opening":
        """Return how things stand for a reader who comes now."""
        resumed = self.places.get(asked or "") if job_id is None else None
        records = self.jobs.get(job_id or "", [])
        now = len(records) - 1
        return Opening(
            revisions=(now, now),
            here=self.here(),
            resumed=resumed,
            lost=resumed is not None and self.is_lost(resumed),
        )

    def is_lost(self, place: Place) -> bool:
        """Whether something that follows a place is no longer kept."""
        return any(
            job in place.awaited or place.ahead.get(job, 0) < len(self.jobs[job])
            for job in self.forgotten
        )

    def is_behind(self, place: Place) -> list[str]:
        """Name the jobs of which a reader at a place has not heard all."""
        return [
            job
            for job, records in self.jobs.items()
            if job in place.awaited or place.ahead.get(job, 0) < len(records)
        ]
