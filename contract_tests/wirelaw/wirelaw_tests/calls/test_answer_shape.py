"""Reads and types of answers against handlers of all styles: one service and one page, with each drift in its own line."""

from pathlib import Path

import pytest

from wirelaw.calls.answer_shape import CHECK
from wirelaw.repository import Repository
from wirelaw_tests.calls.conftest import lines, write

SERVICE = """
from typing import Any, Optional
from dataclasses import dataclass
from fastapi import APIRouter, FastAPI
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from app.store import Store, enrich

app = FastAPI()
router = APIRouter(prefix="/api")

class Shown(BaseModel):
    id: str

    @classmethod
    def dump_many(cls, rows) -> list[dict]:
        return [cls.dump(one) for one in rows]

    @classmethod
    def dump(cls, row) -> dict:
        return cls.model_validate(row).model_dump()

class Part(Shown):
    created_at: Optional[str] = None

@router.get("/sla/{case_id}")
def sla(case_id: str):
    store = Store()
    status = store.status(case_id)
    if not status:
        return JSONResponse({"detail": "none"}, status_code=404)
    return status

@router.get("/parts")
def parts():
    return {"parts": Part.dump_many(Store().rows())}

@router.get("/plain")
def plain() -> dict[str, Any]:
    return {"total": 1}

@router.get("/listed")
def listed():
    found = []
    for number in range(3):
        row = {"id": number}
        row["square"] = number * number
        found.append(row)
    return found

@router.get("/open")
def open_answer():
    found = {"id": 1}
    enrich(found)
    return found

@router.get("/looped")
def looped():
    rows = [{"id": 1}]
    for row in rows:
        row["extra"] = 2
    found = {"rows": [{"id": 1}]}
    for index, row in enumerate(found["rows"]):
        row["number"] = index
    return {"rows": rows, **found} if rows else {"rows": found["rows"]}

@router.get("/one")
def one():
    return {"one": 1}

@router.get("/two")
def two():
    return {"two": 2}

app.include_router(router)
"""
STORE = """
from typing import Optional

def enrich(found):
    found["more"] = 1

class Store:
    def status(self, key) -> Optional[dict]:
        if not key:
            return None
        found = {"case_id": key, **self._times()}
        found.update(due="now", breached=False)
        return found

    def _times(self):
        return dict(started="now")

    def rows(self): ...
"""
CLIENT = """
import axios from "axios";
export const api = axios.create({ baseURL: "/api" });
export const calls = {
  sla: (id: string) => api.get(`/sla/${id}`),
  parts: () => api.get("/parts"),
  plain: () => api.get("/plain"),
  listed: () => api.get("/listed"),
};
export async function request<T>(path: string): Promise<T> {
  const attempt = () => fetch(`/api${path}`);
  let response = await attempt();
  if (response.status === 503) response = await attempt();
  const text = await response.text();
  if (!response.ok) throw new Error(JSON.parse(text).detail);
  return JSON.parse(text) as T;
}
"""
#: lines of the page, each with what is found in it
PAGE = {
    "calls.sla('1').then((r) => (r.data?.sla ?? null) as Sla | null);": (
        'reads "sla" of the answer of GET /api/sla/{}; app/store.py:11 answers "breached", "case_id", "due" and '
        '"started" only'
    ),
    "calls.sla('2').then((r) => r.data as Sla);": (
        'takes the answer of GET /api/sla/{} for Sla with "policy"; app/store.py:11 answers "breached", "case_id", '
        '"due" and "started" only'
    ),
    "export async function seen() { return ((await calls.parts()).data.parts as Part[]).map((one) => one.added_at); }": (
        'reads "added_at" of Part, the answer of GET /api/parts at parts[]; app/main.py:23 answers "created_at" and '
        '"id" only'
    ),
    "export async function many() { const { data } = await calls.listed(); return data.items; }": (
        'reads "items" of the answer of GET /api/listed; app/main.py:44 answers a list'
    ),
    "request<{ count: number }>('/plain').then(show);": (
        'takes the answer of GET /api/plain for an object with "count"; app/main.py:40 answers "total" only'
    ),
    "export const usePlain = () => useQuery({ queryFn: () => calls.plain().then((r) => r.data) });": "",
    "export function Plain() { const { data } = usePlain(); return data.sum; }": (
        'reads "sum" of the answer of GET /api/plain; app/main.py:40 answers "total" only'
    ),
    "calls.listed().then(({ data }) => data.map((one: any) => one.cube));": (
        'reads "cube" of the answer of GET /api/listed at []; app/main.py:46 answers "id" and "square" only'
    ),
    # silent: sent, not understood, or one of several
    "calls.sla('3').then((r) => [r.data.due, r.data.started]);": "",
    "api.get('/open').then((r) => r.data.more);": "",
    "api.get('/looped').then((r) => r.data.rows.map((one: any) => [one.extra, one.number]));": "",
    "calls.listed().then((r) => r.data.items || r.data);": "",
    "calls.plain().then((r) => r.data.sum ?? r.data.total);": "",
    "calls.plain().then((r) => (Array.isArray(r.data) ? r.data : r.data.total));": "",
    "export const either = (first: boolean) => api.get(first ? '/one' : '/two').then((r) => r.data.one);": "",
    "calls.plain().then((r) => fill(Array.isArray(r.data) ? r.data : r.data?.parts || []));": "",
    "calls.plain().then((r) => { r.data.own = 1; return r.data.own; });": "",
}
HEAD = """import { api, calls, request } from "./client"; import { useQuery } from "@tanstack/react-query";
interface Sla { case_id: string; policy: string } interface Part { id: string; added_at?: string }
declare function show(value: unknown): void; declare function fill(parts: any[]): void;
"""


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    files = {
        "app/main.py": SERVICE,
        "app/store.py": STORE,
        "web/tsconfig.json": '{"compilerOptions": {"strict": true, "lib": ["es2020", "dom"]}}',
        "web/client.ts": CLIENT,
        "web/page.ts": HEAD + "\n".join(PAGE),
    }
    return write(tmp_path_factory.mktemp("answers"), files)


def test_each_drift_is_found_in_its_line_and_nothing_else(repository: Repository) -> None:
    first = HEAD.count("\n") + 1
    expected = [
        f"web/page.ts:{first + number} {text} [answer-shape]"
        for number, text in enumerate(PAGE.values())
        if text
    ]
    assert lines([*CHECK.run(repository)]) == sorted(expected)


def test_an_interceptor_takes_the_answer_out(tmp_path: Path) -> None:
    client = CLIENT.replace(
        "export const calls",
        "api.interceptors.response.use((response) => response.data);\nexport const calls",
    )
    page = 'import { calls } from "./client";\ncalls.plain().then((body: any) => body.sum);'
    files = {"app/main.py": SERVICE, "app/store.py": STORE, "web/client.ts": client}
    found = CHECK.run(write(tmp_path, {**files, "web/page.ts": page}))
    assert [one.pointer for one in found] == ["web/page.ts:2"]
