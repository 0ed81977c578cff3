import { afterEach, expect, it, vi } from "vitest";
import { dialogFaults, selectionFaults, sortFaults } from "./dialogs.ts";
import { type Entry, seen, start } from "./entry.ts";
import type { Call } from "./network.ts";
import { ADDRESSES } from "./screens.ts";
import { never, serve } from "./service.ts";

let entry: Entry | undefined;
afterEach(() => entry?.stop());

/** What a click sends or downloads. */
const isSent = ({ method, path }: Call): boolean => method === "POST" || path.endsWith(".csv");

/** A button may be busy or disabled, but every text stays. */
async function texts(): Promise<string[]> {
  return (await seen()).filter((word) => !word.startsWith("disabled"));
}

it("shows nothing that the service has not answered yet, whatever is clicked", async () => {
  const { calls } = serve((call) => (isSent(call) ? never() : undefined));
  entry = await start();
  const sent = new Set<string>();
  const clicked = new Set<string>();
  for (const address of ADDRESSES) {
    await entry.open(address);
    const screen = location.pathname.split("/")[1] ?? "";
    // a form is sent before another button changes it
    for (const kind of ["[type=submit]", ":not([type=submit])"]) {
      const buttons = (): HTMLElement[] => [
        ...document.querySelectorAll<HTMLElement>(
          `#content button:not([role=tab]):not(tbody tr:nth-child(n + 3) *)${kind}`,
        ),
      ];
      for (;;) {
        // the same button on the same route is one component
        const keyOf = ({ textContent }: HTMLElement): string => `${screen} ${textContent}`;
        const button = buttons().find((one) => !clicked.has(keyOf(one)));
        if (button === undefined) break;
        const name = button.textContent;
        clicked.add(keyOf(button));
        const before = await texts();
        const from = calls.length;
        button.focus();
        button.click();
        await vi.advanceTimersByTimeAsync(20);
        const posted = calls.slice(from).find(isSent);
        if (posted !== undefined) {
          sent.add(`/${screen}: ${posted.path.replace(/[0-9a-f-]{36}/, "{job_id}")}`);
          expect.soft(await texts(), `${address} after ${name}`).toEqual(before);
        }
        const faults = [
          ...selectionFaults(button),
          ...(await dialogFaults(button)),
          ...(await sortFaults(button)),
        ];
        expect.soft(faults, `${address} after ${name}`).toEqual([]);
        // the button of a pill is for the mouse
        if (button.tabIndex >= 0)
          expect
            .soft(document.activeElement, `focus on ${address} after ${name}`)
            .not.toBe(document.body);
        if (location.pathname + location.search !== decodeURIComponent(address)) {
          await entry.follow(address);
        }
      }
    }
  }
  expect([...sent].toSorted()).toEqual([
    "/autopilot: /api/compute/autopilot",
    "/backtests: /api/backtests/{job_id}/trades.csv",
    "/backtests: /api/compute/backtest",
    "/backtests: /api/compute/train",
    "/backtests: /api/jobs/{job_id}/cancel",
    "/jobs: /api/compute/autopilot",
    "/jobs: /api/jobs/{job_id}/cancel",
    "/models: /api/compute/train",
    "/signals: /api/compute/predict",
  ]);
});
