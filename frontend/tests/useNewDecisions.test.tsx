import { renderHook } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { useNewDecisions } from "../src/hooks/useNewDecisions.ts";
import type { JobRecord } from "../src/types/jobs.ts";
import { setStage } from "./stage.tsx";
import { jobOf } from "./traces.ts";

it("has a cycle read again at each new stage, and not while it waits", () => {
  const job = jobOf("job-autopilot");
  const at = (status: "queued" | "running", stage: string): JobRecord =>
    ({ ...job, status, progress_message: stage }) as JobRecord;
  const { client, wrapper } = setStage();
  const invalidate = vi.spyOn(client, "invalidateQueries");
  const hook = renderHook(useNewDecisions, { initialProps: at("queued", "waiting"), wrapper });
  expect(invalidate).not.toHaveBeenCalled();
  for (const stage of ["scoring", "scoring", "retraining"]) hook.rerender(at("running", stage));
  expect(invalidate).toHaveBeenCalledTimes(2);
});
