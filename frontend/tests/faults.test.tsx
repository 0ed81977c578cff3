/** Faults that the walks over all screens must find, each on a screen of its own. */
import { cleanup, render } from "@testing-library/react";
import { createChart, LineSeries } from "lightweight-charts";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { chartFaults } from "./charts.ts";
import { dialogFaults, selectionFaults, sortFaults } from "./dialogs.ts";
import { linkFaults } from "./links.ts";
import { jobOf } from "./traces.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  cleanup();
});

const job = jobOf("job-backtest-careful");
const other = jobOf("job-backtest-plain");

function Row({ href, text = "Open" }: { job: typeof job; href: string; text?: string }) {
  return (
    <main id="content">
      <a href={href}>{text}</a>
    </main>
  );
}

it.each([
  [`/backtests/${job.job_id}`, undefined],
  [`/backtests/${other.job_id}`, "is the link of another record"],
  ["/backtests", "is not the link of its record"],
  ["/backtests/undefined", "has no job where one belongs"],
  [`/models?version=newest&job=${job.job_id}`, "has no version where one belongs"],
])("a link to %s", (href, fault) => {
  render(<Row job={job} href={href} />);
  expect(linkFaults().some((one) => fault === undefined || one.endsWith(fault))).toBe(
    fault !== undefined,
  );
});

function Table({ rows, arrow }: { rows: readonly string[]; arrow: string }) {
  return (
    <table>
      <thead>
        <tr>
          <th aria-sort="descending">
            <button type="button" className="sort">{`Gain ${arrow}`}</button>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((text) => (
          <tr key={text}>
            <td>{text}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

it.each([
  [["2", "1", "–"], "▼", "Gain ▼ has one direction"],
  [["–", "2", "1"], "▼", "Gain ▼, descending: – before 2"],
  [["1", "2", "–"], "▼", "Gain ▼, descending: 1 before 2"],
  [["2", "1", "–"], "▲", "Gain ▲, descending: the arrow points elsewhere"],
])("a column of %j under %s", async (rows, arrow, fault) => {
  const { getByRole } = render(<Table rows={rows} arrow={arrow} />);
  expect(await sortFaults(getByRole("button"))).toContain(fault);
});

/** A dialog of this name that its one button closes. */
function open(name: string | null, focused: boolean): void {
  const dialog = document.createElement("dialog");
  if (name !== null) dialog.setAttribute("aria-label", name);
  const button = document.createElement("button");
  button.addEventListener("click", () => dialog.remove());
  dialog.addEventListener("cancel", () => dialog.remove());
  dialog.append(button);
  document.body.append(dialog);
  if (focused) button.focus();
}

it.each([
  ["dialog", "Curl", true, "Curl loses the focus after Escape"],
  ["dialog", "Curl", false, "Curl opens without the focus"],
  ["menu", "Curl", true, "Curl: its button has no aria-haspopup"],
  ["dialog", null, true, "A dialog without a name"],
] as const)("a button with a %s named %s", async (popup, name, focused, fault) => {
  const { getByRole } = render(<button type="button" aria-haspopup={popup} />);
  const opener = getByRole("button");
  opener.addEventListener("click", () => open(name, focused));
  opener.click();
  expect(await dialogFaults(opener)).toContain(fault);
});

const DATES = ["2020-01-02", "2020-01-03"];

function Chart({ cells }: { cells: readonly string[] }) {
  return (
    <section>
      <i className="swatch" style={{ background: "var(--page-accent)" }} />
      <figure>
        <div />
        <table>
          <tbody>
            {["Equity", ...cells].map((text, at) => (
              <tr key={text}>
                <td>{at === 0 ? "Date" : DATES[at - 1]}</td>
                <td>{text}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </figure>
    </section>
  );
}

it.each([
  [["5", "7"], "right", "accent", undefined],
  [["5", "8"], "right", "accent", "Equity is 8 at 2020-01-03, and drawn as 7"],
  [["5"], "right", "accent", "the table leaves out an end of Equity"],
  [["5", "7"], "", "accent", "accent is on a scale without an axis"],
  [["5", "7"], "right", "grey", "grey is neither in the legend nor in the table"],
] as const)("a chart beside %j, on the scale '%s'", (cells, priceScaleId, color, fault) => {
  const { container } = render(<Chart cells={cells} />);
  const box = container.querySelector("div");
  if (box === null) throw new Error("There is no box");
  const priceFormat = { type: "custom", formatter: String } as const;
  const line = createChart(box).addSeries(LineSeries, { color, priceScaleId, priceFormat });
  line.setData(DATES.map((time, at) => ({ time, value: [5, 7][at] ?? 0 })));
  expect(chartFaults()).toEqual(fault === undefined ? [] : [fault]);
});

it("a button to a part of a chart that shows nothing of it", () => {
  const { getByRole } = render(<button type="button" title="Show in the chart" />);
  expect(selectionFaults(getByRole("button"))).toEqual([": the focus is not at the chart"]);
});
