import { cleanup, screen, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { withEnvelope } from "./mutations.ts";
import { recorded } from "./network.ts";
import { textOf } from "./stage.tsx";
import { dataOf, refusalOf } from "./traces.ts";
import { NOTHING, panel, reads, visit } from "./visit.tsx";

afterEach(cleanup);

describe("the health page", () => {
  it.each(["health", "empty-health", "demo-health", "broken-health"])(
    "has each check with its reason and what to do, the worst first: %s",
    async (name) => {
      await visit("/health", recorded(name));
      const { checks, status } = dataOf(name, "/api/system/health");
      const health = await panel("Health");
      const rows = await health.findAllByRole("listitem");
      expect(rows).toHaveLength(checks.length);
      const texts = rows.map(textOf);
      for (const check of checks) {
        const text = texts.find((one) => one.includes(check.reason.replaceAll(/\s+/g, " ")));
        expect(text?.toLowerCase(), check.name).toContain(check.status);
        if (check.action !== null) expect(texts.join(" ")).toContain(check.action);
      }
      const advised = texts.filter((text) => text.includes("What to do"));
      expect(advised).toHaveLength(checks.filter(({ action }) => action !== null).length);
      const order = { failing: 0, degraded: 1, ok: 2 };
      const worst = [...checks].sort((a, b) => order[a.status] - order[b.status]);
      expect(texts[0]?.toLowerCase()).toContain(worst[0]?.status);
      expect(health.getByRole("status").textContent?.toLowerCase()).toBe(status);
      const verdicts = { ok: /as it should/, degraded: /needs a look/, failing: /does not work/ };
      expect(health.getByText(verdicts[status])).toBeDefined();
    },
  );

  it("says which model is in use and how old it is", async () => {
    await visit("/health");
    const { version } = dataOf("model-age", "/api/system/model-age");
    const model = await panel("Model");
    await model.findByText(String(version));
    expect(model.getByText(/Fresh/)).toBeDefined();
    expect(model.getByText(/Counted until now/)).toBeDefined();
  });

  it("says that the age of a model of demo data ends with them", async () => {
    const data = { ...dataOf("model-age", "/api/system/model-age"), relative_to: "last_bar" };
    await visit("/health", recorded("model-age", withEnvelope({ data })));
    const model = await panel("Model");
    await model.findByText(/Counted until the last bar/);
  });

  it.each([
    ["data-mode", /^Live/, "Your own files", "Stale"],
    ["demo-data-mode", /^Demo/, "What ships with the service", "Stale"],
  ])("says what the prices are, whose, and of when: %s", async (name, mode, source, age) => {
    await visit("/health", recorded(name));
    const data = await panel("Data");
    const facts = await data.findAllByRole("definition");
    const [saidMode, saidSource, saidAge] = facts.map((one) => one.textContent.trim());
    expect(saidMode).toMatch(mode);
    expect([saidSource, saidAge]).toEqual([source, age]);
  });

  it("says that there is no model, and that one can be trained", async () => {
    await visit("/health", ...NOTHING);
    const model = await panel("Model");
    await model.findByText(/no model yet/);
    expect(model.getByRole("link", { name: /Train/ })).toBeDefined();
  });

  it("says what cannot be read, and shows the rest", async () => {
    await visit("/health", recorded("broken-health"), recorded("broken-model-age"));
    const model = await panel("Model");
    const alert = await model.findByRole("alert");
    const { message, code, request_id } = refusalOf("broken-model-age");
    for (const said of [message, code, request_id]) expect(alert.textContent).toContain(said);
    expect(within(await screen.findByRole("region", { name: "Data" })).queryByRole("alert")).toBe(
      null,
    );
  });

  it("says which prices everything is computed on", async () => {
    await visit("/health", recorded("demo-data-mode"), recorded("demo-model-age"));
    const { tickers, fallbacks, last_date } = dataOf("demo-data-mode", "/api/system/data-mode");
    const data = await panel("Data");
    await data.findByText(last_date);
    for (const fallback of fallbacks) expect(data.getByText(new RegExp(fallback))).toBeDefined();
    await reads(tickers.join(" "));
  });
});
