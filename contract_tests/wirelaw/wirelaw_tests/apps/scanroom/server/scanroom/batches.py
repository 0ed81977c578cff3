"""Batches of photographs, and their scans."""

from collections.abc import Iterator
from itertools import count
from typing import Any

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from scanroom.errors import Refused
from scanroom.frames import KEEP_ALIVE, SCAN_STREAM, frame
from scanroom.schemas import Batch, BatchChange, BatchState, NewBatch, Priority

router = APIRouter()

ALL: dict[int, Batch] = {}
NUMBERS = count(1)
SHARP_ENOUGH = 0.4


def batch_or_refuse(batch_id: int) -> Batch:
    if batch_id not in ALL:
        raise Refused(404, "unknown_batch", f"There is no batch {batch_id}")
    return ALL[batch_id]


@router.post("/batches", status_code=201)
async def create_batch(new: NewBatch) -> Batch:
    if any(batch.box == new.box for batch in ALL.values()):
        raise Refused(409, "box_taken", f"Box {new.box} is in another batch")
    batch = Batch(
        id=next(NUMBERS),
        box=new.box,
        sheets=new.sheets,
        scanned=0,
        dpi=new.dpi,
        priority=new.priority,
        double_sided=new.double_sided,
        state=BatchState.OPEN,
    )
    ALL[batch.id] = batch
    return batch


@router.get("/batches")
async def list_batches(
    state: BatchState | None = None, page: int = Query(1, ge=1), per_page: int = Query(25, ge=1, le=100)
) -> list[Batch]:
    found = [batch for batch in ALL.values() if state is None or batch.state == state]
    found.sort(key=lambda batch: [Priority.HIGH, Priority.NORMAL, Priority.LOW].index(batch.priority))
    return found[(page - 1) * per_page : page * per_page]


@router.patch("/batches/{batch_id}")
async def change_batch(batch_id: int, change: BatchChange) -> Batch:
    batch = batch_or_refuse(batch_id)
    if change.priority is not None:
        batch.priority = change.priority
    if change.note is not None:
        batch.note = change.note
    return batch


@router.post("/batches/{batch_id}/archive")
async def archive_batch(batch_id: int) -> dict[str, Any]:
    batch = batch_or_refuse(batch_id)
    if batch.state != BatchState.REVIEW:
        raise Refused(409, "not_reviewed", "Only a batch in review can be archived")
    batch.state = BatchState.ARCHIVED
    return {"id": batch.id, "archived_sheets": batch.scanned}


@router.get("/batches/{batch_id}/scan", response_class=StreamingResponse, responses={200: SCAN_STREAM})
async def scan_batch(batch_id: int) -> StreamingResponse:
    batch = batch_or_refuse(batch_id)
    return StreamingResponse(scan(batch), media_type="text/event-stream")


def scan(batch: Batch) -> Iterator[str]:
    batch.state = BatchState.SCANNING
    yield frame("opened", sheets=batch.sheets, dpi=batch.dpi)
    yield KEEP_ALIVE
    again = 0
    sides = ("front", "back") if batch.double_sided else ("front",)
    for number in range(batch.scanned + 1, batch.sheets + 1):
        sharpness = (number * 37 % 100) / 100
        for side in sides:
            yield frame("sheet", number=number, sharpness=sharpness, side=side)
        if sharpness < SHARP_ENOUGH:
            again += 1
            yield frame("blurred", number=number, advice=f"Scan it again at {batch.dpi * 2} dpi")
        batch.scanned = number
    batch.state = BatchState.REVIEW
    yield frame("closed", scanned=batch.scanned, again=again)
