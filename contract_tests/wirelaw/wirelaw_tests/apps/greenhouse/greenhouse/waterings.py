"""Waterings, and the stream of each."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import count
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query
from sse_starlette import EventSourceResponse

from .beds import BEDS
from .events import WATERING_EVENTS
from .models import Watering, WateringRequest, WateringStage
from .security import require_key

router = APIRouter(prefix="/waterings", tags=["waterings"])

WATERINGS: dict[int, Watering] = {}
IDS = count(1)
LITRES_PER_MINUTE = 4.0
STEPS = 4


def find(watering_id: int) -> Watering:
    if watering_id not in WATERINGS:
        raise HTTPException(404, f"There is no watering {watering_id}.")
    return WATERINGS[watering_id]


@router.get("")
def list_waterings(
    stage: WateringStage | None = None, limit: Annotated[int, Query(ge=1, le=100)] = 20
) -> list[Watering]:
    found = [one for one in WATERINGS.values() if stage is None or one.stage == stage]
    return sorted(found, key=lambda one: one.id, reverse=True)[:limit]


@router.post("", status_code=201, dependencies=[Depends(require_key)])
def start_watering(request: WateringRequest) -> Watering:
    if request.bed not in BEDS:
        raise HTTPException(404, f"There is no bed {request.bed}.")
    watering = Watering(
        id=next(IDS),
        bed=request.bed,
        litres=request.litres,
        mode=request.mode,
        dry_run=request.dry_run,
        stage=WateringStage.QUEUED,
        fraction=0.0,
        queued_at=datetime.now(UTC),
    )
    WATERINGS[watering.id] = watering
    return watering


@router.get("/{watering_id}")
def read_watering(watering_id: int) -> Watering:
    return find(watering_id)


@router.post("/{watering_id}/stop", dependencies=[Depends(require_key)])
def stop_watering(watering_id: int) -> Watering:
    watering = find(watering_id)
    if watering.stage in {WateringStage.DONE, WateringStage.FAILED}:
        raise HTTPException(409, "It has ended already.")
    watering.stage = WateringStage.FAILED
    return watering


@router.get(
    "/{watering_id}/events", response_class=EventSourceResponse, responses={200: WATERING_EVENTS}
)
async def watch_watering(watering_id: int) -> EventSourceResponse:
    return EventSourceResponse(_water(find(watering_id)), ping=15)


async def _water(watering: Watering) -> AsyncIterator[dict[str, Any]]:
    yield {
        "event": "snapshot",
        "data": json.dumps({"stage": watering.stage, "fraction": watering.fraction}),
    }
    if watering.stage == WateringStage.QUEUED:
        watering.stage = WateringStage.OPENING
        yield {"event": "valve", "data": json.dumps({"valve": watering.bed, "open": True})}
        watering.stage = WateringStage.RUNNING
        for step in range(1, STEPS + 1):
            await asyncio.sleep(0)
            if watering.stage != WateringStage.RUNNING:
                break
            watering.fraction = step / STEPS
            flow = 0.0 if watering.dry_run else LITRES_PER_MINUTE
            data = {"fraction": watering.fraction, "litres_per_minute": flow}
            yield {"event": "flow", "data": json.dumps(data)}
        else:
            watering.stage = WateringStage.DONE
    litres = watering.litres * watering.fraction
    yield {"event": "finished", "data": json.dumps({"stage": watering.stage, "litres": litres})}
