"""Faults in the page's code: each is a small file, and `// !` marks a line that a tool must report.

`// !!` marks a line that the compiler alone must report, so that a lint rule does not hide a hole in the
generated types.
"""

#: source files with faults, by name
FAULTS = {
    "excess": """import type { BacktestRequest } from "../types/compute.ts";
import { post } from "../api/client.ts";
import { get } from "../api/client.ts";
import type { Exact } from "../types/api.ts";
const path = "/api/compute/backtest";
export const byLiteral: BacktestRequest = { nonsense: true }; // !!
export const bySpread = (values: BacktestRequest) =>
  post(path, { body: { ...values, nonsense: true } }); // !!
export function byVariable(values: BacktestRequest) {
  const body = { ...values, nonsense: true };
  return post(path, { body }); // !
}
export function byQuery(cursor: string) {
  const query = { cursor, page: 2 };
  return get("/api/models", { query }); // !
}
declare function submit<T extends BacktestRequest>(body: Exact<T, BacktestRequest>): void;
export function byExact(values: BacktestRequest) {
  const body = { ...values, nonsense: true };
  submit(body); // !!
}
""",
    "retyped": """import type { JobRecord, JobStatus } from "../types/jobs.ts";
import type { BacktestRequest } from "../types/compute.ts";
export const renamed = (job: JobRecord) => job.progress_text; // !!
export const retyped = (job: JobRecord): string => job.progress; // !!
export const notNull = (job: JobRecord): string => job.progress_message; // !!
export const noNull: BacktestRequest = { tickers: null, years: null }; // !!
export const undeclared = (job: JobRecord) => job.status === "pending"; // !!
""",
    "handlers": """import { followStream } from "../api/stream.ts";
import { type Handlers, STREAM_EVENTS, type StreamEventsPayloads, subscribe } from "../types/jobs.ts";
const ignore = () => undefined;
export const missing: Handlers<StreamEventsPayloads> = { // !!
  status: ignore,
  position: ignore,
  started: ignore,
  progress: ignore,
  completed: ignore,
  cancelled: ignore,
  reset: ignore,
};
export const messageOnly: Handlers<StreamEventsPayloads> = { message: ignore }; // !!
export const unhandled = subscribe<StreamEventsPayloads>(STREAM_EVENTS, { status: ignore }); // !!
export const ofMessage = subscribe(STREAM_EVENTS, { message: ignore }); // !!
export function listen() {
  const source = new EventSource(STREAM_EVENTS.path); // !
  source.onmessage = ignore;
  return followStream;
}
""",
    "defaults": """import type { BacktestRequest } from "../types/compute.ts";
import { BACKTEST_REQUEST_DEFAULTS } from "../types/compute.ts";
const YEARS = 15;
export const first: BacktestRequest = { horizon: 10 }; // !
export const second = {
  ...BACKTEST_REQUEST_DEFAULTS,
  years: YEARS, // !
};
export const third = (values: BacktestRequest) => values.max_positions ?? 10; // !
export const fourth = ({ feature_mode = "core" }: BacktestRequest) => feature_mode; // !
export const fifth = (values: Pick<BacktestRequest, "years"> & { note: string }) => values.years ?? 15; // !
export const untyped = { years: 15, note: "sent by somebody, perhaps" }; // !
""",
    "plain": """import type { JobRecord, JobStatus } from "../types/jobs.ts";
export interface Row {
  status: string; // !
}
export const shown = (status: string) => status; // !
export type Pair = Pick<{ job_type: string | null }, "job_type">; // !
const COLOURS: Record<string, string> = { queued: "grey" };
export const colour = (job: JobRecord) => COLOURS[job.status]; // !
export const cast = (job: JobRecord) => job.status as string; // !
export function widened(job: JobRecord) {
  const word: string = job.status; // !
  return word;
}
export const asText = (job: JobRecord) => `${job.status}` === "pending"; // !
export const stringly = (job: JobRecord) => String(job.status) === "pending"; // !
export const lowered = (job: JobRecord) => job.status.toLowerCase() === "pending"; // !
export const some: Partial<Record<JobStatus, string>> = { queued: "grey" }; // !
export const listed: readonly JobStatus[] = ["queued", "running"]; // !
export const untyped = ["succeeded", "failed", "cancelled"]; // !
export function word(job: JobRecord) {
  switch (job.status) { // !
    case "queued":
      return "waits";
    default:
      return "runs";
  }
}
""",
    "any": """import type { JobRecord, JobStatus } from "../types/jobs.ts";
export const parsed = (text: string) => {
  const job: JobRecord = JSON.parse(text); // !
  return job;
};
export const castOf = (text: string) => JSON.parse(text) as JobRecord; // !
export async function answered(response: Response) {
  const job = await response.json(); // !
  return job.status; // !
}
export const castToRecord = (value: unknown) => value as JobRecord; // !
export const castToMany = (value: unknown) => value as readonly JobStatus[]; // !
const { parse } = JSON; // !
export const hidden = (text: string): unknown => parse(text);
""",
    "answers": """import { queryOptions, type UseQueryResult, useQuery } from "@tanstack/react-query";
import { get } from "../api/client.ts";
import type { Health } from "../types/systemHealth.ts";
const path = "/api/system/data-mode";
export function useTyped(): UseQueryResult<Health> {
  return useQuery<Health>({ queryKey: ["typed"], queryFn: () => get(path) }); // !!
}
export function useUntyped(): UseQueryResult<Health> {
  return useQuery({ queryKey: ["untyped"], queryFn: () => get(path) }); // !
}
export function untyped() {
  return queryOptions({ queryKey: ["untyped"], queryFn: () => get(path) }); // !
}
""",
    "bounds": """import { BACKTEST_REQUEST_FIELDS } from "../types/compute.ts";
import type { FieldContract } from "../types/api.ts";
const { years } = BACKTEST_REQUEST_FIELDS;
export const first: FieldContract = { ...years, max: 41 }; // !
export const second = { ...BACKTEST_REQUEST_FIELDS, years: { ...years, min: 0 } }; // !
""",
    "foreign": """import { parametersOfType } from "../components/jobs/parameters.ts";
import { useContractForm } from "../components/forms/useContractForm.ts";
import type { BacktestReport } from "../types/backtests.ts";
import {
  BACKTEST_REQUEST_DEFAULTS as BACKTEST,
  BACKTEST_REQUEST_FIELDS,
  type FieldsOf,
  PREDICT_REQUEST_DEFAULTS as PREDICT, // !
  PREDICT_REQUEST_FIELDS, // !
  type ValuesOf,
} from "../types/compute.ts";
type Values = ValuesOf<"PredictRequest">;
export const whole: Values = BACKTEST; // !!
export const one: Values = { ...PREDICT, years: BACKTEST.years }; // !!
export const { years = 2 }: Partial<Values> = BACKTEST; // !!
export const contracts: FieldsOf<"PredictRequest"> = BACKTEST_REQUEST_FIELDS; // !!
export const useFields = () => useContractForm<Values>(BACKTEST_REQUEST_FIELDS, PREDICT); // !!
export const useOther = () => useContractForm<Values>(PREDICT_REQUEST_FIELDS, BACKTEST); // !!
const mixed = { ...PREDICT_REQUEST_FIELDS, years: BACKTEST_REQUEST_FIELDS.years };
export const useMixed = () => useContractForm<Values>(mixed, PREDICT); // !!
export const shown = (report: BacktestReport) => parametersOfType("predict", report.params); // !!
""",
    "requests": """import { requestLike } from "../jobTypes.ts";
import type { BacktestRequest, TrainRequest } from "../types/compute.ts";
import { BACKTEST_REQUEST_DEFAULTS } from "../types/compute.ts";
export const overridden = (params: BacktestRequest, version: string) => ({ ...params, version }); // !
export const usual = (params: BacktestRequest) =>
  ({ ...params, version: BACKTEST_REQUEST_DEFAULTS.version }); // !
export const some = ({ years, tickers }: BacktestRequest): TrainRequest => ({ years, tickers }); // !
export const added = (values: BacktestRequest, survivorship: boolean) =>
  ({ ...requestLike("train", values), survivorship }); // !
export const without = ({ version, ...rest }: BacktestRequest) => [version, rest]; // !
export const copied = (params: BacktestRequest) => structuredClone(params); // !
export function changed(params: BacktestRequest, years: number) {
  params.years = years; // !
  delete params.tickers; // !
}
export const entered = <Values extends object>(initial: Values, entry: Partial<Values>) =>
  ({ ...initial, ...entry }); // !
""",
    "asking": """import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { get } from "../api/client.ts";
import type { Health } from "../types/systemHealth.ts";
const often = { "refetchInterval": 2000 }; // !
export function useOften() {
  return useQuery<Health>({
    queryKey: ["often"],
    queryFn: () => get("/api/system/health", {}),
    staleTime: 0, // !
    ...often,
  });
}
export function useEach() {
  const client = useQueryClient();
  void client.invalidateQueries(); // !
  useEffect(() => void client.cancelQueries()); // !
}
export const later = (ask: () => void) => window.setTimeout(ask, 1000); // !
const { setInterval: every } = window; // !
export const always = (ask: () => void) => every(ask, 1000);
""",
    "keys": """import { queryOptions } from "@tanstack/react-query";
import { usePages } from "../api/queries/pages.ts";
const queryFn = (job_id: string) => Promise.resolve(job_id);
export const keyless = (job_id: string) =>
  queryOptions<string>({ queryKey: ["planted"], queryFn: () => queryFn(job_id) }); // !
export const part = (job_id: string, year: string) =>
  queryOptions<string>({ queryKey: ["planted", year], queryFn: () => queryFn(job_id + year) }); // !
const plantedKey = (job_id: string) => ["planted", job_id, Date.now()];
export const changing = (job_id: string) =>
  queryOptions<string>({ queryKey: plantedKey(job_id), queryFn: () => queryFn(job_id) }); // !
const page = { items: [], next_cursor: null };
export const useOnce = (name: string) =>
  usePages<string>(["planted", crypto.randomUUID(), name], () => Promise.resolve(page)); // !
export const useOthers = (names: string[]) =>
  usePages<string>(["planted"], () => Promise.resolve({ ...page, items: names })); // !
""",
    "writers": """import type { JobRecord } from "../types/jobs.ts";
import { type QueryClient, useMutation } from "@tanstack/react-query"; // !
import { keepJob } from "../api/queries/useJobs.ts"; // !
export const ahead = (job: JobRecord): JobRecord => ({ ...job, cancel_requested: true }); // !
export const copied = (job: JobRecord) => Object.assign({}, job, { progress: 1 }); // !
export function changed(job: JobRecord) {
  job.cancel_requested = true; // !
  delete (job as { progress?: number }).progress;
  job["attempt"] += 1; // !
}
export const error: JobRecord["error"] = { code: "job_error", message: "", fields: [] }; // !
export function write(client: QueryClient, job: JobRecord) { // !
  client.setQueryData(["jobs", "record", job.job_id], job); // !
  keepJob(client, job); // !
}
export const useEager = () =>
  useMutation<void, Error, string>({
    mutationFn: () => Promise.resolve(),
    onMutate: () => undefined, // !
  });
""",
    "zones": """import { clock } from "../format/figures.ts";
import type { BacktestReport } from "../types/backtests.ts";
const time = new Date("2026-11-23T00:00:00Z"); // !
export const asText = String(new Date("2026-11-23T00:00:00Z")); // !
export const asTime = ({ first_date }: BacktestReport) => clock(first_date); // !
export const day = time.getDate(); // !
export const text = time.toLocaleDateString("en-GB"); // !
export const format = new Intl.DateTimeFormat("en-GB"); // !
export const midnight = new Date(2026, 10, 23); // !
export const utc = new Date(Date.UTC(2026, 10, 23)).toISOString();
""",
    "units": """import { basisPoints, count, finePercent, percent, ratio } from "../format/figures.ts";
import type { Metrics, Trade } from "../types/backtests.ts";
export const asRatio = ({ exposure }: Metrics) => ratio(exposure); // !!
export const asCount = ({ profit }: Trade) => count(profit); // !!
export const asPercent = ({ cost_bps }: Trade) => percent(cost_bps); // !!
export const plain = ({ exposure }: Metrics) => `${exposure}`; // !
const shown = (value: number) => basisPoints(value);
export const lost = ({ exposure }: Metrics) => shown(exposure); // !
export const declared = ({ exposure }: Metrics) => {
  const value: number = exposure; // !
  return basisPoints(value);
};
interface Row {
  cost: number;
}
export const stored = ({ cost_bps }: Trade): Row => ({ cost: cost_bps }); // !
export const finer = ({ exposure }: Metrics) => finePercent(exposure); // !
export const unlabelled = ({ cost_bps }: Trade) => ({
  name: "Cost", // !
  value: basisPoints(cost_bps),
});
export const mislabelled = ({ exposure }: Metrics) => ({
  label: "Exposure, bps", // !
  value: percent(exposure),
});
export const inDays = ({ exposure }: Metrics) => ({
  heading: "Days", // !
  value: percent(exposure),
});
""",
    "arithmetic": """import type { BacktestReport, MonthlyReturn } from "../types/backtests.ts";
import type { JobRecord } from "../types/jobs.ts";
export const added = (months: readonly MonthlyReturn[]) =>
  months.reduce((sum, { return_fraction }) => sum + return_fraction, 0); // !
export const since = (job: JobRecord) => Date.now() - Date.parse(job.created_at); // !
export const half = ({ metrics: { sharpe } }: BacktestReport) => (sharpe ?? 0) / 2; // !
export const more = (report: BacktestReport) => report.metrics.n_trades + 1; // !
export const most = ({ equity }: BacktestReport) => Math.max(...equity); // !
export const falls = ({ drawdown }: BacktestReport) => drawdown.map((one) => one * 100); // !
""",
    "connections": """export const plain = () => fetch("/api/jobs"); // !
export const ofWindow = () => window.fetch("/api/jobs"); // !
export const ofGlobal = () => globalThis.fetch("/api/jobs"); // !
export const byName = () => globalThis["fetch"]("/api/jobs"); // !
const { fetch: other } = window; // !
export const renamed = () => other("/api/jobs");
const alias = self.fetch; // !
export const aliased = () => alias("/api/jobs");
export const old = () => new XMLHttpRequest(); // !
export const beacon = () => navigator.sendBeacon("/api/jobs"); // !
export const socket = () => new WebSocket("/api/jobs"); // !
export const source = () => new window.EventSource("/api/events"); // !
""",
    "generated": """import type { Schemas } from "../types/contract.gen.ts"; // !
export const lazily = () => import("../types/contract.gen.ts"); // !
export type Inline = import("../types/openapi.gen.ts").components; // !
export { JOB_STATUS } from "../types/contract.gen.ts"; // !
export type Job = Schemas["JobRecord"];
""",
}

#: no tool may report anything here
SOUND = """import { requestLike } from "../jobTypes.ts";
import type { JobRecord, JobStatus } from "../types/jobs.ts";
import { BACKTEST_REQUEST_DEFAULTS, type BacktestRequest } from "../types/compute.ts";
const WORDS: Readonly<Record<JobStatus, string>> = {
  queued: "waits",
  running: "runs",
  succeeded: "is done",
  failed: "failed",
  cancelled: "was cancelled",
};
export const sentence = (job: JobRecord): string => `${job.job_type} ${WORDS[job.status]}`;
export const waits = (job: JobRecord): boolean => job.status === "queued";
export const request: BacktestRequest = BACKTEST_REQUEST_DEFAULTS;
export const training = requestLike("train", request);
interface Axis {
  label: string;
  years?: number;
}
export const axis: Axis = { label: "Years", years: 3 };
export const ticks = ({ label, years = 3 }: Axis) => `${label} ${years}`;
export const newest = (jobs: readonly JobRecord[]) =>
  jobs.toSorted((a, b) => Date.parse(b.created_at) - Date.parse(a.created_at));
export const yearsOf = (one: Axis) => one.years ?? 3;
"""
