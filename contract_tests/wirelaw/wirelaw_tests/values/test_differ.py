"""Defaults, bounds and scales that both sides state: silent where they agree, and both values where they differ."""

import pytest

from wirelaw.repository import Repository
from wirelaw.values import differ, scales
from wirelaw_tests.looking import seen, write

SERVICE = """
    from fastapi import APIRouter
    from pydantic import BaseModel, Field

    router = APIRouter()

    class TrainRequest(BaseModel):
        horizons: list[int] = Field(default=[10])
        mode: str = "core"
        survivorship: bool = False
        years: int = Field(5, ge=1, le=30)
        note: str | None = None
        name: str = Field("run", max_length=20)
        top_n: int = 10

    class Status(BaseModel):
        progress: float = 0.0
        done_pct: float = Field(0, ge=0, le=100)
        confidence: float = Field(0, ge=0, le=1)
        weight: float = 1.0

    @router.post("/train")
    def train(request: TrainRequest) -> Status:
        def report(progress_callback):
            progress_callback(0.1, "loading")
            progress_callback(0.5, "half")
            progress_callback(1.0, "done")
        weights = dict(weight=1.5)
        return Status(progress=0.25)
"""
REQUEST = """
    export interface TrainRequest { horizons?: number[]; mode?: string; survivorship?: boolean; years?: number; topN?: number }
    export const unused = 1;
"""
PAGE = {
    "types.ts": REQUEST,
    "defaults.ts": """
        import type { TrainRequest } from "./types";
        const FALLBACK: TrainRequest = {
          horizons: [5, 10],
          mode: "core",
          survivorship: true,
          topN: 50,
        };
        export default FALLBACK;
    """,
    "state.tsx": """
        import { useState } from "react";
        export function Form({ send }) {
          const [years, setYears] = useState(8);
          const [mode, setMode] = useState("core");
          const post = ({ horizons, note }) => send.mutate({ years, mode, horizons, note: note ?? "x", name: "fixed", topN: 10, survivorship: true });
          return null;
        }
    """,
    "other.ts": """
        export interface Props { years: number; mode: string }
        export const defaultChart: Props = { years: 99, mode: "wide" };
        export const shown = { years: 3, mode: "full", colour: "red" };
    """,
    "form.ts": """
        import { z } from "zod";
        export const trainSchema = z.object({
          years: z.number().int().min(1).max(50).default(7),
          name: z.string().max(20).default("run"),
        });
    """,
    "input.tsx": """
        import type { TrainRequest } from "./types";
        export const Wide = ({ config }: { config: TrainRequest }) => <input min={0} max={30} value={config.years} />;
        export const Narrow = ({ config }: { config: TrainRequest }) => <input min={2} max={10} value={config.years} />;
    """,
    "bar.tsx": """
        export function Bar({ progress, label }) {
          const pct = Math.min(100, Math.max(0, progress));
          return <p style={{ width: `${pct}%` }}>{pct.toFixed(0)}%</p>;
        }
        export const Done = ({ job }) => <b>{Math.round(job.done_pct * 100)}%</b>;
        export const Sure = ({ job }) => <b>{(job.confidence * 100).toFixed(0)}%</b>;
        export const Heavy = ({ job }) => <b>{job.weight}%</b>;
        export const Part = ({ job }) => <b>{Math.round(job.progress / job.total)}%</b>;
    """,
}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """All files at once; Node starts once."""
    files = {f"web/{name}": text for name, text in PAGE.items()}
    files |= {"api/main.py": SERVICE, "web/package.json": "{}"}
    return write(tmp_path_factory.mktemp("values"), files)


def test_defaults_with_other_values_are_found_and_equal_ones_are_not(
    repository: Repository,
) -> None:
    assert seen(repository, differ.DEFAULTS) == {
        "web/defaults.ts:3": (
            "FALLBACK.horizons starts as [5, 10]",
            "api/main.py:7",
            "TrainRequest.horizons defaults to [10]",
        ),
        "web/defaults.ts:5": (
            "FALLBACK.survivorship starts as true",
            "api/main.py:9",
            "TrainRequest.survivorship defaults to false",
        ),
        "web/defaults.ts:6": (
            "FALLBACK.topN starts as 50",
            "api/main.py:13",
            "TrainRequest.top_n defaults to 10",
        ),
        "web/state.tsx:5": (
            "mutate.years starts as 8",
            "api/main.py:10",
            "TrainRequest.years defaults to 5",
        ),
        "web/form.ts:3": (
            "trainSchema.years starts as 7",
            "api/main.py:10",
            "TrainRequest.years defaults to 5",
        ),
    }


def test_bounds_that_let_through_what_is_refused_are_found(repository: Repository) -> None:
    assert seen(repository, differ.BOUNDS) == {
        "web/form.ts:3": (
            "trainSchema.years has max 50",
            "api/main.py:10",
            "TrainRequest.years has le 30",
        ),
        "web/input.tsx:2": (
            "TrainRequest.years has min 0",
            "api/main.py:10",
            "TrainRequest.years has ge 1",
        ),
    }


def test_scales_are_found_both_ways(repository: Repository) -> None:
    assert seen(repository, scales.CHECK) == {
        "web/bar.tsx:3": (
            "shows progress as it is, as a number from 0 to 100",
            "api/main.py:24",
            "progress goes from 0 to 1",
        ),
        "web/bar.tsx:5": (
            "shows done_pct times 100, as a number from 0 to 1",
            "api/main.py:17",
            "done_pct goes from 0 to 100",
        ),
    }
    assert repository.unseen == []
