import { afterEach, expect, it } from "vitest";
import { chartFaults, nameColours } from "./charts.ts";
import { seen } from "./entry.ts";
import { labels } from "./labels.ts";
import { linkFaults, linkForms } from "./links.ts";
import { INTERVALS, pass, requestsOf, startWith } from "./requests.ts";
import { ADDRESSES } from "./screens.ts";
import { serve } from "./service.ts";
import { jobOf } from "./traces.ts";

const WATCHED_MS = 4 * 60_000;

/** The zone of all tests, and one on the other side. Formatters of times keep the zone in which they were made. */
const WEST = process.env["TZ"] ?? "";
const EAST = "Asia/Kolkata";
const NOON = "2026-01-03T12:00:00Z";

const AS_SENT = /\d{4}-\d\d-\d\dT\d\d:/;

/** How often a request without any answer is sent again. */
const RETRIES = 3;

afterEach(() => {
  process.env["TZ"] = WEST;
});

const ID = /[0-9a-f]{8}-[0-9a-f-]{27}/;

/** Labels and figures by route. */
const shown = new Map<string, ReadonlySet<string>>();

/** What a user does without a click. */
async function look(): Promise<void> {
  for (const name of ["focus", "online", "visibilitychange", "pageshow"]) {
    window.dispatchEvent(new Event(name));
    document.dispatchEvent(new Event(name));
  }
  for (const link of document.querySelectorAll("a, button")) {
    for (const name of ["mouseover", "focusin", "touchstart"]) {
      link.dispatchEvent(new Event(name, { bubbles: true }));
    }
  }
  await pass(1000);
}

it("asks for each thing once, and later at an event, a click or a listed interval, in every zone", async () => {
  const service = serve();
  const running = jobOf("job-running");
  const { open, follow, leave } = await startWith(service);
  nameColours();
  for (const address of ADDRESSES) {
    const first = await requestsOf(service, () => open(address));
    const twice = first.filter((request, at) => request === first[at - 1]);
    // the log of a job begins with a read of its own
    const log = address.startsWith("/jobs/") ? [`GET /api${address}`] : [];
    expect.soft(twice, `${address} asks twice`).toEqual(log);
    const listed = Object.entries(INTERVALS[address] ?? {}).flatMap(([request, interval]) =>
      Array<string>(WATCHED_MS / interval).fill(request),
    );
    const later = await requestsOf(service, () => pass(WATCHED_MS));
    expect.soft(later, `${address} asks by itself`).toEqual(listed);
    expect
      .soft(await requestsOf(service, look), `${address} asks when it is looked at`)
      .toEqual([]);
    const west = await seen();
    const route = address.replace(/\?.*/, "").replace(ID, "$id");
    shown.set(route, new Set([...(shown.get(route) ?? []), ...(await labels()), ...linkForms()]));
    expect.soft(chartFaults(), `charts of ${address}`).toEqual([]);
    expect.soft(linkFaults(), `links of ${address}`).toEqual([]);
    const raw = document.getElementById("content")?.textContent.match(AS_SENT);
    expect.soft(raw, `${address} shows a time as the service sends it`).toBeNull();
    await leave();
    process.env["TZ"] = EAST;
    expect(new Date(NOON).getHours(), "the zone is another one").toBeGreaterThan(12);
    const back = await requestsOf(service, () => follow(address));
    // the stream of a log is open only while it is displayed
    const stream = address.startsWith("/jobs/") ? [`GET /api${address}/log/events`] : [];
    expect.soft(back, `${address} asks again on return`).toEqual(stream);
    expect.soft(await seen(), `${address} depends on the time zone`).toEqual(west);
    process.env["TZ"] = WEST;
    const progress = await requestsOf(service, async () => {
      for (let step = 1; step < 4; step += 1) {
        const job = { ...running, revision: running.revision + step };
        service.send(`id: ${step}\nevent: progress\ndata: ${JSON.stringify(job)}\n\n`);
        await pass(1000);
      }
    });
    expect.soft(progress, `${address} asks for what an event has`).toEqual([]);
  }
  for (const [route, found] of shown) {
    expect
      .soft([...found], "labels, figures and links; npx vitest run -u where they are meant")
      .toMatchSnapshot(route);
  }
});

it("asks a few times more where no answer arrives", async () => {
  const service = serve(({ path }) =>
    path === "/api/models" ? Promise.reject(new TypeError("failed to fetch")) : undefined,
  );
  const { open } = await startWith(service);
  const all = await requestsOf(service, async () => {
    await open("/models?tab=versions");
    await pass(WATCHED_MS);
  });
  expect(all.filter((one) => one === "GET /api/models")).toHaveLength(1 + RETRIES);
});
