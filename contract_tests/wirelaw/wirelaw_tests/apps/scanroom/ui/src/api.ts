import type { Archived, Batch, BatchChange, BatchState, NewBatch } from "./types";

const BASE = "/v1";

export class ApiError extends Error {
  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message);
  }
}

async function request<T>(path: string, init: RequestInit = {}): Promise<T> {
  const response = await fetch(`${BASE}${path}`, {
    ...init,
    headers: { "Content-Type": "application/json", ...init.headers },
  });
  const body = await response.json();
  if (!response.ok) throw new ApiError(body.error.message, body.error.code);
  return body as T;
}

export function listBatches(state: BatchState | "", page: number): Promise<Batch[]> {
  const query = new URLSearchParams({ page: String(page), per_page: "25" });
  if (state !== "") query.set("state", state);
  return request<Batch[]>(`/batches?${query}`);
}

export const createBatch = (batch: NewBatch) =>
  request<Batch>("/batches", { method: "POST", body: JSON.stringify(batch) });

export const changeBatch = (id: number, change: BatchChange) =>
  request<Batch>(`/batches/${id}`, { method: "PATCH", body: JSON.stringify(change) });

export const archiveBatch = (id: number) => request<Archived>(`/batches/${id}/archive`, { method: "POST" });

export const scanUrl = (id: number) => `${BASE}/batches/${id}/scan`;
