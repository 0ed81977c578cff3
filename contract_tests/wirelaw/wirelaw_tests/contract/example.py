"""A small service with its contract and its page, which tests plant drifts in."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

SERVICE = """
from fastapi import FastAPI
from sse_starlette import EventSourceResponse

app = FastAPI()


@app.get("/api/jobs/{job_id}/events")
async def job_events(job_id: str) -> EventSourceResponse:
    return EventSourceResponse(events(job_id))


@app.get("/api/hidden", include_in_schema=False)
def hidden() -> None:
    ...
"""

CLIENT = """
const BASE = import.meta.env.VITE_BASE ?? "";

async function request<T>(path: string, options: RequestInit = {}): Promise<T> {
  const response = await fetch(`${BASE}/api${path}`, options);
  return (await response.json()).data;
}

export const get = <T>(path: string) => request<T>(path, { method: "GET" });
export const post = <T>(path: string, body?: unknown) =>
  request<T>(path, { method: "POST", body: JSON.stringify(body) });
"""

ADDRESSES = """
export const JOBS = "/jobs";
export const ENDPOINTS = { job: (id: string) => `${JOBS}/${id}`, results: "/results" };
"""

TYPES = """
export interface Job {
  job_id: string;
  status: "queued" | "running" | "done";
  progress: number;
  note?: string;
}

export interface Result {
  bytes: number;
  rows: number;
  parts: Part[];
}

export interface Part {
  name: string;
  kind: string;
}
"""

PAGE = """
import { get, post } from "./client";
import { ENDPOINTS, JOBS } from "./addresses";
import type { Job, Result } from "./types";

export async function showJob(id: string) {
  const job = await get<Job>(ENDPOINTS.job(id));
  if (job.status === "done") return job.job_id;
  return `${job.progress * 100} % ${job["note"] ?? ""}`;
}

export async function listJobs() {
  const jobs = await get<Job[]>(`${JOBS}?limit=20`);
  return jobs.map(({ job_id, status }) => `${job_id} ${status}`);
}

export const submit = (rows: number) => post<Job>(JOBS, { rows, label: "one" });

export async function showResult() {
  const { bytes, rows, parts } = await get<Result>(ENDPOINTS.results);
  return [bytes, rows, parts.map((part) => part.name + part.kind)];
}

export function follow(id: string) {
  return new EventSource(`/api/jobs/${id}/events`);
}

export const hidden = () => get<unknown>("/hidden");
"""


def _answer(schema: dict[str, Any]) -> dict[str, Any]:
    envelope = {
        "type": "object",
        "required": ["data"],
        "properties": {"data": schema, "trace": {"type": "string"}},
    }
    return {"200": {"content": {"application/json": {"schema": envelope}}}}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


_EVENT = {"type": "object", "properties": {"event": {"enum": ["status", "done"]}}}
_TEXT = {"type": "string"}
_WORDS = {"enum": ["queued", "running", "done"], "type": "string"}

CONTRACT: dict[str, Any] = {
    "openapi": "3.1.0",
    "paths": {
        "/api/jobs": {
            "get": {"responses": _answer({"type": "array", "items": _ref("Job")})},
            "post": {
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": _ref("JobRequest")}},
                },
                "responses": _answer(_ref("Job")),
            },
        },
        "/api/jobs/{job_id}": {"get": {"responses": _answer(_ref("Job"))}},
        "/api/jobs/{job_id}/events": {
            "get": {
                "operationId": "job_events_api_jobs__job_id__events_get",
                "responses": {"200": {"content": {"text/event-stream": {"itemSchema": _EVENT}}}},
            }
        },
        "/api/results": {"get": {"responses": _answer(_ref("Result"))}},
    },
    "components": {
        "schemas": {
            "Job": {
                "type": "object",
                "properties": {
                    "job_id": _TEXT,
                    "status": _ref("JobStatus"),
                    "progress": {"type": "number"},
                    "note": {"anyOf": [_TEXT, {"type": "null"}]},
                },
            },
            "JobStatus": _WORDS,
            "JobRequest": {
                "type": "object",
                "properties": {"rows": {"type": "integer"}, "label": _TEXT},
            },
            "Result": {
                "type": "object",
                "properties": {
                    "bytes": {"type": "integer"},
                    "rows": {"type": "integer"},
                    "parts": {"type": "array", "items": _ref("Part")},
                },
            },
            "Part": {
                "type": "object",
                "properties": {"name": _TEXT, "kind": _TEXT},
            },
        }
    },
}

FILES = {
    "service/main.py": SERVICE,
    "web/package.json": "{}",
    "web/tsconfig.json": '{"compilerOptions": {"strict": true, "target": "es2022"}}',
    "web/src/client.ts": CLIENT,
    "web/src/addresses.ts": ADDRESSES,
    "web/src/types.ts": TYPES,
    "web/src/page.ts": PAGE,
}


def contract() -> dict[str, Any]:
    """Return the contract, which may be changed."""
    return deepcopy(CONTRACT)


def write(folder: Path, document: dict[str, Any], **edits: tuple[str, str]) -> None:
    """Write the example; an edit replaces a text of `page`, `types` or `service` by another one."""
    files = {**FILES, "openapi.json": json.dumps(document, indent=2)}
    names = {"page": "web/src/page.ts", "types": "web/src/types.ts", "service": "service/main.py"}
    for key, (old, new) in edits.items():
        text = files[names[key]]
        assert old in text, old
        files[names[key]] = text.replace(old, new)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
