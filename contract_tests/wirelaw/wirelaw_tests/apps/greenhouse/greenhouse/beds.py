"""Beds and their schedules."""

from fastapi import APIRouter, Depends, HTTPException

from .models import Bed, Schedule
from .security import require_key

router = APIRouter(prefix="/beds", tags=["beds"])

BEDS = {
    "north": Bed(name="north", crop="tomato", moisture=0.31),
    "south": Bed(name="south", crop="basil", moisture=0.58),
}
SCHEDULES: dict[str, Schedule] = {}


@router.get("")
def list_beds() -> list[Bed]:
    return list(BEDS.values())


@router.get("/{name}/schedule")
def read_schedule(name: str) -> Schedule:
    if name not in BEDS:
        raise HTTPException(404, f"There is no bed {name}.")
    return SCHEDULES.get(name, Schedule())


@router.put("/{name}/schedule", dependencies=[Depends(require_key)])
def write_schedule(name: str, schedule: Schedule) -> Schedule:
    if name not in BEDS:
        raise HTTPException(404, f"There is no bed {name}.")
    SCHEDULES[name] = schedule
    return schedule
