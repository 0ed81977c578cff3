"""Jobs: create, list, follow, cancel."""

from typing import AsyncIterable, Dict, Optional
from uuid import uuid4

from fastapi import APIRouter, HTTPException, Query
from fastapi.sse import EventSourceResponse

from subtitles.models import (
    Finished,
    Job,
    JobCreate,
    JobEvent,
    JobPage,
    JobStatus,
    JobUpdate,
    LineDone,
    Skipped,
    Started,
)
from subtitles.script import Line, confidence, lines_of

router = APIRouter(prefix="/jobs", tags=["jobs"])

jobs: Dict[str, Job] = {}
scripts: Dict[str, list[Line]] = {}


def get_or_404(job_id: str) -> Job:
    job = jobs.get(job_id)
    if job is None:
        raise HTTPException(status_code=404, detail="No such job")
    return job


@router.post("", status_code=201)
def create_job(body: JobCreate) -> Job:
    lines = lines_of(body.script, body.max_chars, body.speaker_labels)
    job = Job(
        id=uuid4().hex,
        title=body.title,
        status=JobStatus.waiting,
        language=body.language,
        max_chars=body.max_chars,
        speaker_labels=body.speaker_labels,
        pinned=False,
        lines_done=0,
        lines_total=len(lines),
    )
    jobs[job.id] = job
    scripts[job.id] = lines
    return job


@router.get("")
def list_jobs(
    status: Optional[JobStatus] = None,
    offset: int = Query(0, ge=0),
    limit: int = Query(20, ge=1, le=100),
) -> JobPage:
    found = [job for job in jobs.values() if status in (None, job.status)]
    found.sort(key=lambda job: not job.pinned)
    return JobPage(items=found[offset : offset + limit], total=len(found))


@router.get("/{job_id}")
def get_job(job_id: str) -> Job:
    return get_or_404(job_id)


@router.patch("/{job_id}")
def update_job(job_id: str, body: JobUpdate) -> Job:
    job = get_or_404(job_id)
    changed = job.model_copy(update=body.model_dump(exclude_none=True))
    jobs[job_id] = changed
    return changed


@router.post("/{job_id}/cancel")
def cancel_job(job_id: str) -> Job:
    job = get_or_404(job_id)
    if job.status is JobStatus.finished:
        raise HTTPException(status_code=409, detail="The job has finished")
    job.status = JobStatus.cancelled
    return job


@router.get("/{job_id}/events", response_class=EventSourceResponse)
async def job_events(job_id: str) -> AsyncIterable[JobEvent]:
    job = get_or_404(job_id)
    yield Started(lines_total=job.lines_total)
    if job.status is JobStatus.waiting:
        job.status = JobStatus.working
    for index, line in enumerate(scripts[job_id]):
        if jobs[job_id].status is JobStatus.cancelled:
            break
        if line.skip:
            yield Skipped(index=index, reason=line.skip)
            continue
        job.lines_done += 1
        sure = confidence(line.text)
        yield LineDone(index=index, text=line.text, confidence=sure)
    else:
        job.status = JobStatus.finished
    cancelled = job.status is JobStatus.cancelled
    yield Finished(lines_done=job.lines_done, cancelled=cancelled)
