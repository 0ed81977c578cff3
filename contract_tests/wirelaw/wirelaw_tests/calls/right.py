"""A service and a page that agree, which tests of calls change."""

SERVICE = """
import os
from fastapi import FastAPI, APIRouter, Depends, HTTPException, Request
from pydantic import BaseModel

app = FastAPI()
router = APIRouter(prefix="/api/jobs")

class JobRequest(BaseModel):
    name: str
    years: int = 5

class Envelope(BaseModel):
    ok: bool = True
    data: object = None

    @classmethod
    def success(cls, data):
        return cls(ok=True, data=data)

async def require_token(request: Request):
    if not request.headers.get("X-Token"):
        raise HTTPException(status_code=401, detail="no token")

@router.get("")
def list_jobs(limit: int = 20):
    return Envelope.success([{"job_id": "a", "status": "queued"}])

@router.get("/{job_id}")
def get_job(job_id: str):
    if job_id == "":
        raise HTTPException(404, "no such job")
    return Envelope.success({"job_id": job_id, "status": "queued"})

@router.post("", dependencies=[Depends(require_token)])
def start_job(request: JobRequest):
    return Envelope.success({"job_id": "a", "status": "queued"})

@router.delete("/{job_id}")
def delete_job(job_id: str): ...

app.include_router(router)
"""
CLIENT = """
interface Envelope<T> { ok: boolean; data: T | null }

async function request<T>(path: string, options: RequestInit = {}): Promise<T> {
  const response = await fetch(`/api${path}`, { ...options, headers: { "X-Token": "t" } });
  if (!response.ok) {
    const body = await response.json();
    throw new Error(body.detail);
  }
  const json: Envelope<T> = await response.json();
  return json.data as T;
}
export const get = <T>(path: string) => request<T>(path);
export function post<T>(path: string, body?: unknown) {
  return request<T>(path, { method: "POST", body: body ? JSON.stringify(body) : undefined });
}
export function remove(path: string) { return request<void>(path, { method: "DELETE" }); }
"""
PATHS = """
export const JOBS = { list: "/jobs", one: (id: string) => `/jobs/${encodeURIComponent(id)}` };
"""
JOBS = """
import { get, post, remove } from "./client";
import { JOBS } from "./paths";
import { useMutation } from "@tanstack/react-query";

export interface Job { job_id: string; status: string; note?: string }
export interface JobRequest { name: string; years?: number }

export const listJobs = (limit: number) => get<Job[]>(`${JOBS.list}?limit=${limit}`);
export const readJob = (id: string) => get<Job>(JOBS.one(id));
export const deleteJob = (id: string) => remove(JOBS.one(id));
export function useStartJob() {
  return useMutation({ mutationFn: (body?: JobRequest) => post<Job>(JOBS.list, body) });
}
"""
BUTTON = """
import { useStartJob } from "./jobs";

export function Button() {
  const start = useStartJob();
  return () => start.mutate({ name: "a", years: 2 });
}
"""
RIGHT = {
    "app/main.py": SERVICE,
    "web/tsconfig.json": '{"compilerOptions": {"strict": true, "lib": ["es5"]}}',
    "web/src/client.ts": CLIENT,
    "web/src/paths.ts": PATHS,
    "web/src/jobs.ts": JOBS,
    "web/src/Button.ts": BUTTON,
}
