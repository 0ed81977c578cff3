import { fireEvent } from "@testing-library/dom";
import { expect, it } from "vitest";
import { pass, requestsOf, startWith } from "./requests.ts";
import { SCREENS } from "./screens.ts";
import { serve } from "./service.ts";

/** No number of a request is as large, or as small. */
const IMPOSSIBLE = ["99999999", "-99999999"];

it("keeps what is entered, and neither sends nor replaces an impossible number", async () => {
  const service = serve();
  const { open } = await startWith(service);
  const tried = new Set<string>();
  for (const [address = ""] of Object.values(SCREENS)) {
    await open(address);
    const numbers = document.querySelectorAll<HTMLInputElement>(
      "#content form input[inputmode=numeric], #content form input[inputmode=decimal]",
    );
    for (const input of numbers) {
      const name = `${input.labels?.[0]?.textContent} on ${address.replace(/\?.*/, "")}`;
      if (tried.has(name)) continue;
      tried.add(name);
      const usual = input.value;
      for (const entered of IMPOSSIBLE) {
        input.focus();
        fireEvent.change(input, { target: { value: entered } });
        input.blur();
        await pass(100);
        expect.soft(input.value, `${name} after ${entered}`).toBe(entered);
        const sent = await requestsOf(service, async () => {
          input.form?.requestSubmit();
          await pass(100);
        });
        expect.soft(sent, `${name} is ${entered}`).toEqual([]);
        expect.soft(input.getAttribute("aria-invalid"), `${name} is ${entered}`).toBe("true");
      }
      fireEvent.change(input, { target: { value: usual } });
    }
  }
  expect([...tried].toSorted()).toMatchInlineSnapshot(`
    [
      "Entry threshold on /",
      "Entry threshold on /backtests",
      "Holding period on /",
      "Holding period on /backtests",
      "Horizon on /",
      "Horizon on /backtests",
      "Horizon on /signals",
      "Max positions on /",
      "Max positions on /backtests",
      "Position size on /",
      "Position size on /backtests",
      "Years on /",
      "Years on /autopilot",
      "Years on /backtests",
      "Years on /models",
      "Years on /signals",
    ]
  `);
});
