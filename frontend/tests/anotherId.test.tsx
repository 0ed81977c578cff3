import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { type Entry, seen, start } from "./entry.ts";
import { SCREENS } from "./screens.ts";
import { longer, never, refused, serve } from "./service.ts";

const ID = /[0-9a-f]{8}-[0-9a-f-]{27}|\d{8}t\d{6}-\d{6}/g;

/** Screens that show something else by an id or a filter in their path or search. */
const BY_ADDRESS = Object.entries(SCREENS).filter(([, addresses]) => addresses.length > 1);

let entry: Entry;
let withheld: readonly string[] = [];

beforeEach(() => {
  withheld = [];
  serve(({ method, path }) => {
    if (withheld.some((id) => path.includes(id))) return never();
    if (method === "POST" || path.endsWith(".csv")) return refused("job-unknown");
    const list = longer(path);
    return list && Promise.resolve(list);
  });
});
beforeAll(async () => {
  serve();
  entry = await start();
});
afterAll(() => entry.stop());

/** What later rows of a table have is like what the first rows have. */
const LATER_ROWS = "tbody tr:nth-child(n + 3) *";

const all = (selector: string) =>
  [
    ...document.querySelectorAll<HTMLElement>(`#content :is(${selector}):not(${LATER_ROWS})`),
  ].filter((one) => one.isConnected);

/** Open and enter everything that was not used before. */
function enter(used: WeakSet<HTMLElement>): void {
  const unused = (selector: string) => all(selector).filter((one) => !used.has(one));
  for (const details of unused("details")) {
    used.add(details);
    (details as HTMLDetailsElement).open = true;
    details.dispatchEvent(new Event("toggle"));
  }
  for (const input of unused("input")) {
    used.add(input);
    if (!(input instanceof HTMLInputElement)) continue;
    if (input.type === "checkbox") input.click();
    else if (!input.readOnly && input.type !== "hidden") {
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(input, "7");
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
}

/** Use everything on the screen; the service refuses what is sent. */
async function touch(address: string, { follow }: Entry): Promise<void> {
  const used = new WeakSet<HTMLElement>();
  enter(used);
  const count = all("button:not([role=tab])").length;
  for (let place = 0; place < count; place += 1) {
    const button = all("button:not([role=tab])")[place];
    button?.click();
    await vi.advanceTimersByTimeAsync(20);
    if (location.pathname + location.search !== decodeURIComponent(address)) await follow(address);
  }
  await vi.advanceTimersByTimeAsync(2000);
  // a button that leads elsewhere leaves a new screen
  enter(used);
  await vi.advanceTimersByTimeAsync(100);
}

it("visits each screen with an id at two addresses", () => {
  const routes = BY_ADDRESS.map(([route]) => route);
  expect(routes).toEqual(
    expect.arrayContaining(Object.keys(SCREENS).filter((one) => /\$/.test(one))),
  );
});

it.each(BY_ADDRESS)("%s shows nothing of another address", async (_, addresses) => {
  for (const [place, first] of addresses.entries()) {
    const second = addresses[(place + 1) % addresses.length] ?? first;
    await entry.open(second);
    const alone = await seen();
    await entry.follow(first);
    await touch(first, entry);
    await entry.follow(second);
    expect.soft(await seen(), `${second} after ${first}`).toEqual(alone);

    if ((first + second).match(ID) === null) continue;
    withheld = [...second.matchAll(ID)].map(([id]) => id).filter((id) => !first.includes(id));
    await entry.leave();
    entry.forget();
    await entry.go(second);
    const waiting = await seen();
    await entry.open(first);
    await entry.go(second);
    expect.soft(await seen(), `${second}, before its answers, after ${first}`).toEqual(waiting);
    withheld = [];
  }
});
