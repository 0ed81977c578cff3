import { expect, it } from "vitest";
import type { Entry } from "./entry.ts";
import { rows } from "./labels.ts";
import { INTERVALS, pass, requestsOf, startWith } from "./requests.ts";
import { ADDRESSES } from "./screens.ts";
import { refused, type Service, serve } from "./service.ts";

/** How soon a screen asks again for what the service failed to answer. */
const AGAIN_MS = 5000;

/** Likewise for a stream, of which the service is on the same machine. */
const STREAM_AGAIN_MS = 1000;

const WATCHED_MS = 60_000;

/** Each request of the screens with the last one that sends it, and the rows of each screen. */
async function readScreens(service: Service, { open }: Entry) {
  const sent = new Map<string, string>();
  const whole = new Map<string, ReturnType<typeof rows>>();
  for (const address of ADDRESSES) {
    for (const request of await requestsOf(service, () => open(address)))
      sent.set(request, address);
    whole.set(address, rows());
  }
  return { sent, whole };
}

/** The values that moved to the column of another one, which the service did not send. */
function moved(before: ReturnType<typeof rows>, after: ReturnType<typeof rows>): string[] {
  return [...after].flatMap(([heading, cells]) => {
    const own = before.get(heading) ?? [];
    const wrong = cells.filter((text, column) => own.includes(text) && own[column] !== text);
    return wrong.map((text) => `${heading}: ${text}`);
  });
}

it("asks again for what failed in the service, and not for what it refused", async () => {
  let broken = "";
  let trouble = "";
  const service = serve(({ method, path }) =>
    `${method} ${path}` === broken ? refused(trouble) : undefined,
  );
  const entry = await startWith(service);
  const { sent, whole } = await readScreens(service, entry);
  expect(sent.size).toBeGreaterThan(ADDRESSES.length);
  for (const [request, address] of sent) {
    const often = WATCHED_MS / (request.endsWith("/events") ? STREAM_AGAIN_MS : AGAIN_MS);
    const listed = INTERVALS[address]?.[request];
    for (const [kind, most] of [
      ["broken-models", often],
      ["model-unknown", listed === undefined ? 0 : WATCHED_MS / listed],
    ] as const) {
      [broken, trouble] = [request, kind];
      await entry.leave();
      entry.forget();
      await entry.go(address);
      const wrong = moved(whole.get(address) ?? new Map(), rows());
      expect.soft(wrong, `${address} without ${request} shows values in other columns`).toEqual([]);
      const again = await requestsOf(service, () => pass(WATCHED_MS));
      const count = again.filter((one) => one === request).length;
      expect
        .soft(count, `${address} asks for ${request} again after ${kind}`)
        .toBeLessThanOrEqual(most);
      if (most > 0)
        expect.soft(count, `${address} never asks for ${request} again`).toBeGreaterThan(0);
    }
  }
});
