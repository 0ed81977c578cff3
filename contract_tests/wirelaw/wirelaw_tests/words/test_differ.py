"""Closed sets that both sides have: silent where they agree or mean two things, and both places where they drifted."""

from pathlib import Path

import pytest

from wirelaw.words import differ
from wirelaw_tests.looking import Seen, seen, write

SERVICE = """
    from enum import Enum, StrEnum, auto
    from typing import Literal
    from fastapi import Query
    from pydantic import BaseModel

    JobStatus = Literal["queued", "running", "paused", "failed"]

    class AlertSeverity(str, Enum):
        LOW = "low"
        HIGH = "high"
        CRITICAL = "critical"

    class OrderState(StrEnum):
        DRAFT = auto()
        SENT = auto()
        PAID = auto()

    class Job(BaseModel):
        status: JobStatus
        mode: Literal["fast", "exact", "auto"]
        visibility: str = Query("mine", pattern="^(mine|team|public)$")

    class RunStatus(StrEnum):
        queued = "queued"
        running = "running"
        paused = "paused"
        done = "done"

    EXPORT_FORMATS = ("csv", "parquet", "xlsx")
    TERMINAL_STATES = frozenset(["completed", "failed", "cancelled"])

    class ChatMessage(BaseModel):
        role: Literal["user", "assistant", "system"]

    class IndexMetric(StrEnum):
        L2 = "l2"
        INNER = "inner"
        COSINE = "cosine"
        HAMMING = "hamming"
        JACCARD = "jaccard"

    class Backup(BaseModel):
        place: Literal["disk", "bucket", "tape", "cloud"]

    REQUEST_KEYS = ("user_id", "run_id", "agent_id")

    class TreeStep(StrEnum):
        GROWING = "growing"
        RANKING = "ranking"
        LOTTERY = "lottery"
        EXPORT = "export"
        REVIEW = "review"
        SCORED = "scored"

    class TourPhaseReport(BaseModel):
        phase: Literal["intro", "collect", "dive", "ended", "unknown"]

    TourPhase = Literal["intro", "collect", "checkout", "counsel", "ended"]

    class MetadataFieldType(StrEnum):
        TEXT = "text"
        NUMBER = "number"
        TIME = "time"

    class Metadata(BaseModel):
        field_type: MetadataFieldType

    _PICTURES = ("png", "jpg", "bmp")

    Effort = Literal["low", "medium", "high"]

    class PipelineKind(StrEnum):
        TEXT = "text"
        IMAGE = "image"
        VIDEO = "video"
"""
WRITTEN = """
    async def move(store, id, status):
        await store.save(id, status=status)

    async def work(store, id):
        await move(store, id, status="fetched")
        await move(store, id, status="parsed")
        await move(store, id, status="split")
        await move(store, id, status="stored")
        await store.save(id, status="retrying")
        await store.save(id, status="ended")
"""
#: each file by what the check has to find there; nothing for those that are right
PAGE = {
    "union.ts": 'export type JobStatus = "queued" | "running" | "failed";\n',
    "same.ts": 'export type JobStatusValue = "queued" | "running" | "paused" | "failed" | null;\n',
    "enum.ts": 'export enum AlertSeverity {\n  Low = "low",\n  High = "high",\n  Urgent = "urgent",\n}\n',
    "field.ts": 'export interface JobResponse {\n  mode: "fast" | "exact";\n  status: string;\n}\n',
    "zod.ts": 'import { z } from "zod";\nexport const orderStateSchema = z.enum(["draft", "sent"]);\n',
    "const.ts": 'const RunStatuses = { Q: "queued", R: "running", D: "done" } as const;\n'
    "export type WorkflowRunStatus = (typeof RunStatuses)[keyof typeof RunStatuses];\n",
    "table.ts": "export const LABELS: Record<string, string> = {\n"
    '  fetched: "1", parsed: "2", split: "3", stored: "4", ended: "6",\n};\n',
    "gen/types.gen.ts": 'export type ExportFormat = "csv" | "xlsx";\n',
    # two concepts under one name, a part chosen on purpose, words of the page alone, and what is open
    "other/status.ts": 'export type AlertSeverityColour = "red" | "amber";\n',
    "other/part.ts": 'export const ACTIVE_RUN_STATUSES = ["queued", "running", "paused"] as const;\n',
    "other/filter.ts": 'export type VisibilityFilter = "mine" | "team" | "public" | "all";\n',
    "other/open.ts": 'export type OrderState = "draft" | (string & {});\n',
    "other/props.ts": 'export interface JobProps {\n  mode: "fast" | "slow" | "exact";\n}\n',
    "other/chat.ts": 'export interface ChatMessage {\n  role: "user" | "assistant" | "tool";\n}\n',
    "other/context.ts": 'export interface Context {\n  exportFormats: "csv" | "parquet" | "xlsx" | "pdf";\n}\n',
    "other/local.ts": 'export function pick() {\n  const runStatuses = ["queued", "running", "paused"];\n  return runStatuses;\n}\n',
    "other/shared.ts": 'export type Phase = "fast" | "exact" | "auto" | "off";\n'
    "export interface JobRecord {\n  mode: Phase;\n}\n",
    # a branch more than what comes, and the other side's spelling beside the own
    "other/branches.ts": "export function icon(alertSeverity: string) {\n  switch (alertSeverity) {\n"
    '    case "low": return 1;\n    case "high": return 2;\n    case "critical": return 3;\n'
    '    case "grave": return 4;\n    default: return 0;\n  }\n}\n',
    "other/keys.ts": 'export const REQUEST_KEYS = ["user_id", "run_id", "agent_id", "userId", "runId"];\n',
    # a field of another shape, one word that another shape's field has as well, and what somebody chose to show
    "other/vectors.ts": 'export interface FlatIndex {\n  indexMetric: "l2" | "inner" | "cosine";\n}\n',
    "other/places.ts": 'const PLACES = ["disk", "bucket", "tape"] as const;\nexport default PLACES;\n',
    "other/shown.ts": 'const interesting = ["growing", "ranking", "lottery", "export", "review"];\nexport default interesting;\n',
    "other/columns.ts": 'export type FieldType = "text" | "number";\n',
    "other/pictures.ts": 'const PICTURES = ["png", "jpg", "bmp", "webp"];\nexport default PICTURES;\n',
    "other/context.tsx": 'export function Box(props: { effort?: "minimal" | "low" | "medium" | "high" }) {\n  return props;\n}\n',
    # another set of the service is much nearer than the one of the same name
    "other/tour.ts": 'export enum TourPhase {\n  A = "intro",\n  B = "collect",\n  C = "dive",\n  D = "ended",\n'
    '  E = "unknown",\n  F = "starting",\n}\n',
    # a format as it was, beside the format as it is
    "other/v1/kinds.ts": 'export type PipelineKind = "text" | "image";\n',
    "other/v2/kinds.ts": 'export type PipelineKind = "text" | "image" | "video";\n',
    "other/derived.ts": 'import type { JobStatusValue } from "../same";\n'
    'export type ShownJobStatus = Exclude<JobStatusValue, "paused">;\n',
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """What the check finds in all files at once; Node starts once."""
    files = {f"web/{name}": text for name, text in PAGE.items()}
    files |= {
        "api/models.py": SERVICE,
        "api/work.py": WRITTEN,
        "web/package.json": "{}",
    }
    repository = write(tmp_path_factory.mktemp("words"), files)
    result = seen(repository, differ.CHECK)
    assert repository.unseen == []
    return result


@pytest.mark.parametrize(
    ("place", "page", "source", "service"),
    [
        ("union.ts:1", 'JobStatus lacks "paused"', "models.py:6", 'JobStatus has "paused"'),
        (
            "enum.ts:1",
            'AlertSeverity lacks "critical" and has "urgent"',
            "models.py:8",
            'AlertSeverity has "critical" and lacks "urgent"',
        ),
        ("field.ts:2", 'JobResponse.mode lacks "auto"', "models.py:20", 'Job.mode has "auto"'),
        ("zod.ts:2", 'orderStateSchema lacks "paid"', "models.py:13", 'OrderState has "paid"'),
        ("const.ts:1", 'RunStatuses lacks "paused"', "models.py:23", 'RunStatus has "paused"'),
        ("table.ts:1", 'LABELS lacks "retrying"', "work.py:9", 'save.status has "retrying"'),
        (
            "gen/types.gen.ts:1",
            'ExportFormat lacks "parquet"',
            "models.py:29",
            'EXPORT_FORMATS has "parquet"',
        ),
    ],
)
def test_a_drift_is_found_with_both_sides(
    found: Seen, place: str, page: str, source: str, service: str
) -> None:
    assert found[f"web/{place}"] == (page, f"api/{source}", service)


def test_what_is_right_open_or_another_concept_is_not_found(found: Seen) -> None:
    assert [one for one in found if "/other/" in one or "same" in one] == []
    assert len(found) == 7


def test_without_a_page_nothing_is_compared(tmp_path: Path) -> None:
    repository = write(tmp_path, {"api/models.py": SERVICE})
    assert seen(repository, differ.CHECK) == {}
