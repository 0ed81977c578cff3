import { describe, expect, it } from "vitest";
import { backOff } from "../src/api/stream.ts";

describe("back-off", () => {
  it("doubles from an eighth of the service's retry time up to the cap", () => {
    const waits = [0, 1, 2, 3, 4, 9].map((failures) =>
      backOff({ retryMs: 2000, failures }, false, () => 1),
    );
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 5000]);
    expect(backOff({ retryMs: 2000, failures: 9 }, true, () => 1)).toBe(2000);
  });

  it("is between half of that and all of it", () => {
    expect(backOff({ retryMs: 2000, failures: 9 }, false, () => 0)).toBe(2500);
  });
});
