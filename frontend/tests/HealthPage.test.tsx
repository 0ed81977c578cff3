import { cleanup, screen, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { withEnvelope } from "./mutations.ts";
import { recorded } from "./network.ts";
import { textOf } from "./providers.tsx";
import { dataOf, refusalOf } from "./traces.ts";
import { NOTHING, panel, reads, visit } from "./visit.tsx";

afterEach(cleanup);

describe("the health page", () => {
  it.each(["health", "empty-health", "demo-health", "broken-health"])(
    "shows each check with its reason and action, the worst first: %s",
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
      const verdicts = {
        ok: /The service works\./,
        degraded: /needs attention/,
        failing: /does not work/,
      };
      expect(health.getByText(verdicts[status])).toBeDefined();
    },
  );

  it("shows the latest model and its age", async () => {
    await visit("/health");
    const { version } = dataOf("model-age", "/api/system/model-age");
    const model = await panel("Model");
    await model.findByText(String(version));
    expect(model.getByText(/Fresh/)).toBeDefined();
    expect(model.getByText(/Age as of now/)).toBeDefined();
  });

  it("counts the age of a model of demo data to the last bar", async () => {
    const data = { ...dataOf("model-age", "/api/system/model-age"), relative_to: "last_bar" };
    await visit("/health", recorded("model-age", withEnvelope({ data })));
    const model = await panel("Model");
    await model.findByText(/Age as of the last bar/);
  });

  it.each([
    ["data-mode", /^Live/, "Your own files", "Stale"],
    ["demo-data-mode", /^Demo/, "Included with the service", "Stale"],
  ])("shows the mode, source and age of the data: %s", async (name, mode, source, age) => {
    await visit("/health", recorded(name));
    const data = await panel("Data");
    const facts = await data.findAllByRole("definition");
    const [modeText, sourceText, ageText] = facts.map((one) => one.textContent.trim());
    expect(modeText).toMatch(mode);
    expect([sourceText, ageText]).toEqual([source, age]);
  });

  it("shows that there is no model, with a link to train one", async () => {
    await visit("/health", ...NOTHING);
    const model = await panel("Model");
    await model.findByText(/no model yet/);
    expect(model.getByRole("link", { name: /Train/ })).toBeDefined();
  });

  it("shows what cannot be read, and the other panels", async () => {
    await visit("/health", recorded("broken-health"), recorded("broken-model-age"));
    const model = await panel("Model");
    const alert = await model.findByRole("alert");
    const { message, code, request_id } = refusalOf("broken-model-age");
    for (const text of [message, code, request_id]) expect(alert.textContent).toContain(text);
    expect(within(await screen.findByRole("region", { name: "Data" })).queryByRole("alert")).toBe(
      null,
    );
  });

  it("shows the names and fallbacks of the data", async () => {
    await visit("/health", recorded("demo-data-mode"), recorded("demo-model-age"));
    const { tickers, fallbacks, last_date } = dataOf("demo-data-mode", "/api/system/data-mode");
    const data = await panel("Data");
    await data.findByText(last_date);
    for (const fallback of fallbacks) expect(data.getByText(new RegExp(fallback))).toBeDefined();
    await reads(tickers.join(" "));
  });
});
