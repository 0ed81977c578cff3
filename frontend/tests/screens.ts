/** Every screen of the page: each route, at addresses that show all it can show. */
import type { router } from "../src/router.tsx";
import { dataOf, jobOf } from "./traces.ts";

const jobs = (...names: string[]): string[] => names.map((name) => jobOf(name).job_id);
const [careful = "", plain = ""] = jobs("job-backtest-careful", "job-backtest-plain");
const [version = ""] = dataOf("models", "/api/models").items.map((model) => model.version);

/** A second version; `service.ts` answers for it. */
export const OTHER_VERSION = "20260101t080000-000001";

type Route = keyof (typeof router)["routesByPath"];

/** A route that the page gains breaks the build until it has an address here. */
export const SCREENS: Readonly<Record<Route, readonly string[]>> = {
  "/": ["/"],
  "/backtests": ["/backtests", `/backtests?from=${careful}`, `/backtests?from=${plain}`],
  "/backtests/$jobId": jobs("job-backtest-careful", "job-running", "job-queued").map(
    (id) => `/backtests/${id}`,
  ),
  "/compare": [
    "/compare",
    `/compare?runs=${careful},${plain}`,
    `/compare?runs=${plain},${careful}`,
    `/compare?runs=${plain}`,
    `/compare?runs=${careful},${plain}&all=true`,
  ],
  // the running job ends in the whole list, which was recorded later
  "/jobs": ["/jobs?status=running", "/jobs", "/jobs?status=succeeded"],
  "/jobs/$jobId": jobs("job-train", "job-running", "job-queued", "job-failed").map(
    (id) => `/jobs/${id}`,
  ),
  "/models": [
    "/models",
    `/models?tab=training&version=${version}`,
    `/models?tab=training&version=${OTHER_VERSION}`,
    `/models?tab=versions&version=${version}`,
    `/models?tab=versions&version=${OTHER_VERSION}`,
    "/models?tab=history",
  ],
  "/signals": ["/signals"],
  "/autopilot": ["/autopilot"],
  "/health": ["/health"],
};

export const ADDRESSES: readonly string[] = Object.values(SCREENS).flat();
