import { expect, it } from "vitest";
import type { Entry } from "./entry.ts";
import { rows } from "./labels.ts";
import { INTERVALS, pass, requestsOf, startWith } from "./requests.ts";
import { ADDRESSES } from "./screens.ts";
import { refused, type Service, serve } from "./service.ts";

/** How soon a screen asks again for what the service failed to answer. */
const AGAIN_MS = 5000;

/** Likewise at the latest for a stream, of which the service is on the same machine. */
const STREAM_AGAIN_MS = 2000;

const WATCHED_MS = 60_000;
const ANSWER_MS = 100;

/** No screen sends a request as often while it opens. */
const AT_ONCE = 8;

const ID = /[0-9a-f]{8}-[0-9a-f-]{27}/;

/** A request of each route with the last screen that sends it, and the rows of each screen. */
async function readScreens(service: Service, { open }: Entry) {
  const sent = new Map<string, readonly [string, string]>();
  const whole = new Map<string, ReturnType<typeof rows>>();
  for (const address of ADDRESSES.toReversed()) {
    for (const request of await requestsOf(service, () => open(address))) {
      const route = request.replace(ID, "$id");
      if (!sent.has(route)) sent.set(route, [request, address]);
    }
    whole.set(address, rows());
  }
  return { sent: [...sent.values()], whole };
}

/** The values that moved to the column of another one, which the service did not send. */
function moved(before: ReturnType<typeof rows>, after: ReturnType<typeof rows>): string[] {
  return [...after].flatMap(([heading, cells]) => {
    const own = before.get(heading) ?? [];
    const wrong = cells.filter((text, column) => own.includes(text) && own[column] !== text);
    return wrong.map((text) => `${heading}: ${text}`);
  });
}

/** An answer that takes a moment, in which the page shows that it waits. */
async function later(answer: Promise<Response>): Promise<Response> {
  await new Promise((resolve) => setTimeout(resolve, ANSWER_MS));
  return answer;
}

it("asks again for what failed in the service, and not for what it refused", async () => {
  let broken = "";
  let trouble = "";
  const service = serve(({ method, path }) =>
    `${method} ${path}` === broken ? later(refused(trouble)) : undefined,
  );
  const entry = await startWith(service);
  const { sent, whole } = await readScreens(service, entry);
  expect(sent.length).toBeGreaterThan(ADDRESSES.length / 2);
  for (const [request, address] of sent) {
    const listed = INTERVALS[address]?.[request];
    const often = WATCHED_MS / (listed ?? AGAIN_MS);
    for (const [kind, times] of [
      ["broken-models", often],
      ["model-unknown", listed === undefined ? 0 : often],
    ] as const) {
      [broken, trouble] = [request, kind];
      await entry.leave();
      entry.forget();
      const first = await requestsOf(service, () => entry.go(address));
      const wrong = moved(whole.get(address) ?? new Map(), rows());
      expect.soft(wrong, `${address} without ${request} shows values in other columns`).toEqual([]);
      const again = await requestsOf(service, () => pass(WATCHED_MS));
      const [asked, count] = [first, again].map(
        (all) => all.filter((one) => one === request).length,
      );
      const after = `${address} asks for ${request} again after ${kind}`;
      // a stream begins its pauses with short ones, and the log of a job reads it anew
      expect.soft(asked, `${after}, at once`).toBeLessThan(AT_ONCE);
      if (times > 0 && request.endsWith("/events")) {
        // with a pause by chance between half of it and all of it
        expect.soft(count, after).toBeLessThanOrEqual((2 * WATCHED_MS) / STREAM_AGAIN_MS);
        expect
          .soft(count, after)
          .toBeGreaterThanOrEqual(Math.floor(WATCHED_MS / (STREAM_AGAIN_MS + ANSWER_MS)));
      } else {
        expect.soft(count, after).toBe(times);
      }
    }
  }
});
