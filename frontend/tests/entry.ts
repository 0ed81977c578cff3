/** Starts the page by its entry module, with virtual time and React as users get it. */
import type { QueryClient } from "@tanstack/react-query";
import type { Root } from "react-dom/client";
import { vi } from "vitest";

let root: Root | undefined;
vi.doMock("react-dom/client", async (original) => {
  const dom = await original<typeof import("react-dom/client")>();
  const createRoot = (...args: Parameters<typeof dom.createRoot>): Root => {
    root = dom.createRoot(...args);
    return root;
  };
  return { ...dom, createRoot };
});

let client: QueryClient | undefined;
vi.doMock("@tanstack/react-query", async (original) => {
  const query = await original<typeof import("@tanstack/react-query")>();
  function keep(...args: ConstructorParameters<typeof query.QueryClient>): QueryClient {
    client = new query.QueryClient(...args);
    return client;
  }
  // a function, because it is called with new
  return { ...query, QueryClient: keep };
});

const turn = setImmediate;

export interface Entry {
  /** Open an address; nothing that an earlier screen read is kept. */
  open: (address: string) => Promise<void>;
  /** Open an address without waiting for its answers. */
  go: (address: string) => Promise<void>;
  /** Forget what no screen shows. */
  forget: () => void;
  /** Leave every screen. */
  leave: () => Promise<void>;
  /** Open an address as a link does, and keep what was read. */
  follow: (address: string) => Promise<void>;
  stop: () => void;
}

/** Start `main.tsx`; the network must answer already. */
export async function start(): Promise<Entry> {
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"],
  });
  const box = document.createElement("div");
  box.id = "root";
  document.body.replaceChildren(box);
  history.replaceState(null, "", "/nowhere");
  vi.resetModules();
  await import("../src/main.tsx");
  const { router } = await import("../src/router.tsx");
  // what is loaded late takes as long as the machine needs
  await Promise.all(Object.values(import.meta.glob("../src/**/*.tsx")).map((load) => load()));
  async function follow(href: string): Promise<void> {
    await router.navigate({ href });
    await until(isShown, href);
  }
  async function leave(): Promise<void> {
    await router.navigate({ href: "/nowhere" });
    await until(() => document.body.textContent.includes("no page at this address"), "/nowhere");
  }
  const forget = (): void => client?.removeQueries({ type: "inactive" });
  return {
    follow,
    leave,
    forget,
    async go(href) {
      await router.navigate({ href });
      await vi.advanceTimersByTimeAsync(SETTLED_MS);
    },
    async open(href) {
      await leave();
      forget();
      await follow(href);
    },
    stop() {
      root?.unmount();
      vi.useRealTimers();
    },
  };
}

function isShown(): boolean {
  return (
    document.querySelector("h1") !== null && document.querySelector("[class*=Skeleton]") === null
  );
}

/** After this long, nothing on a screen moves any more. */
const SETTLED_MS = 2000;

/** Turns without a change after which a screen is complete; turns after which it will never be. */
const QUIET = 5;
const MOST = 1000;
/** React waits a moment before it replaces a placeholder. */
const STEP_MS = 20;

/** Let the page do what it can do now, until the condition holds and stays. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  let held = 0;
  for (let turns = 0; held < QUIET; turns += 1) {
    if (turns === MOST)
      throw new Error(
        `${what} is never complete: ${document.getElementById("content")?.textContent}`,
      );
    await new Promise<void>((resolve) => turn(resolve));
    await vi.advanceTimersByTimeAsync(STEP_MS);
    held = condition() ? held + 1 : 0;
  }
}

const NOW = Date.parse("2026-01-03T12:00:00Z");

/** All that a user sees and has entered, at one fixed time. */
export async function seen(): Promise<string[]> {
  vi.setSystemTime(NOW);
  await vi.advanceTimersByTimeAsync(2000);
  const content = document.getElementById("content");
  return [...(content?.querySelectorAll("*") ?? [])].flatMap((element) => {
    if (element instanceof HTMLStyleElement) return [];
    const own = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
    const words = own.map((node) => node.textContent ?? "");
    if (element instanceof HTMLInputElement) {
      words.push(
        element.type === "checkbox" ? `checked ${element.checked}` : `value ${element.value}`,
      );
    }
    for (const name of ["open", "disabled", "aria-sort", "aria-checked", "aria-expanded"]) {
      if (element.hasAttribute(name)) words.push(`${name} ${element.getAttribute(name)}`);
    }
    return words.filter((word) => word !== "");
  });
}
