import { renderHook } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { useNewDecisions } from "../src/hooks/useNewDecisions.ts";
import type { JobRecord } from "../src/types/jobs.ts";
import { makeProviders } from "./providers.tsx";
import { jobOf } from "./traces.ts";

it("refetches a cycle at each new stage, and not while it is queued", () => {
  const job = jobOf("job-autopilot");
  const at = (status: "queued" | "running", stage: string): JobRecord =>
    ({ ...job, status, progress_message: stage }) as JobRecord;
  const { client, wrapper } = makeProviders();
  const invalidate = vi.spyOn(client, "invalidateQueries");
  const hook = renderHook(useNewDecisions, { initialProps: at("queued", "waiting"), wrapper });
  expect(invalidate).not.toHaveBeenCalled();
  for (const stage of ["scoring", "scoring", "retraining"]) hook.rerender(at("running", stage));
  expect(invalidate).toHaveBeenCalledTimes(2);
});
