import { cleanup, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { SignalsTable } from "../src/components/signals/SignalsTable.tsx";
import { ordered } from "../src/components/signals/signalOrder.ts";
import { signedPercent } from "../src/format/figures.ts";
import type { PredictRequest } from "../src/types/compute.ts";
import type { Signal } from "../src/types/signals.ts";
import { at, forAnyBody } from "./mutations.ts";
import { recorded } from "./network.ts";
import { show } from "./providers.tsx";
import { dataOf, refusalOf, trace } from "./traces.ts";
import { NOTHING, panel, reads, rowsOf, visit } from "./visit.tsx";

afterEach(cleanup);

const report = dataOf("signals", "/api/signals/latest");
if (report === null) throw new Error("No predictions in the trace");
const { signals } = report;

describe("the latest predictions", () => {
  it("are ranked, with their figures", async () => {
    await visit("/signals");
    const latest = await panel("Latest predictions");
    const [, ...rows] = rowsOf(await latest.findByRole("table"));
    expect(rows.map(([rank, ticker, predicted]) => [rank, ticker, predicted])).toEqual(
      signals.map(({ rank, ticker, predicted_return }) => [
        String(rank),
        ticker,
        signedPercent(predicted_return),
      ]),
    );
    await reads(report.as_of);
  });

  it("show their provenance", async () => {
    await visit("/signals");
    const latest = await panel("Latest predictions");
    await latest.findByText(report.provenance.data_fingerprint);
    expect(latest.getAllByText(report.provenance.model_version)).not.toEqual([]);
  });

  it("are empty before the first prediction", async () => {
    await visit("/signals", ...NOTHING, recorded("empty-jobs", at("/api/jobs?job_type=predict")));
    await reads("No predictions yet");
    await reads("There is no model yet");
  });

  it("show the error where they cannot be read", async () => {
    await visit("/signals", recorded("broken-models", at("/api/signals/latest")));
    const latest = await panel("Latest predictions");
    expect((await latest.findByRole("alert")).textContent).toContain(
      refusalOf("broken-models").message,
    );
  });
});

describe("the controls", () => {
  it("submit a prediction with every field of the contract", async () => {
    const { calls } = await visit("/signals", recorded("submit-predict"));
    const { years } = trace("submit-predict").body as Required<PredictRequest>;
    fireEvent.change(await screen.findByLabelText("Years"), { target: { value: String(years) } });
    fireEvent.click(screen.getByRole("button", { name: "Predict" }));
    await reads("Submitted");
    const [sent] = calls.filter(({ method }) => method === "POST");
    expect(sent?.body).toEqual(trace("submit-predict").body);
  });

  it("show the error of the service", async () => {
    await visit("/signals", forAnyBody(recorded("version-unknown", at("/api/compute/predict"))));
    fireEvent.click(await screen.findByRole("button", { name: "Predict" }));
    const { message, code } = refusalOf("version-unknown");
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain(message);
    expect(alert.textContent).toContain(code);
  });
});

describe("a table of signals", () => {
  it("sorts by any column in either direction", () => {
    show(<SignalsTable signals={signals} />);
    const names = () =>
      rowsOf(screen.getByRole("table"))
        .slice(1)
        .map(([, name]) => name);
    const heading = screen.getByRole("columnheader", { name: /Predicted/ });
    const falling = [...signals]
      .sort((a, b) => b.predicted_return - a.predicted_return)
      .map(({ ticker }) => ticker);
    fireEvent.click(within(heading).getByRole("button"));
    expect(heading.getAttribute("aria-sort")).toBe("descending");
    expect(names()).toEqual(falling);
    fireEvent.click(within(heading).getByRole("button"));
    expect(names()).toEqual(falling.toReversed());
  });

  it("filters names", async () => {
    const many: Signal[] = Array.from({ length: 30 }, (_, index) => ({
      ...(signals[0] as Signal),
      rank: index + 1,
      ticker: `NAME${index}`,
    }));
    show(<SignalsTable signals={many} />);
    fireEvent.change(screen.getByLabelText("Find a name"), { target: { value: "name29" } });
    await waitFor(() => expect(rowsOf(screen.getByRole("table"))).toHaveLength(2));
    expect(screen.getByRole("status").textContent).toBe("1 of 30 names");
  });

  it("has null last in either direction", () => {
    const [first, ...rest] = signals as [Signal, ...Signal[]];
    const without = [{ ...first, z_score: null }, ...rest];
    for (const descending of [true, false]) {
      expect(ordered(without, { by: "z_score", descending }).at(-1)?.ticker).toBe(first.ticker);
    }
  });
});
