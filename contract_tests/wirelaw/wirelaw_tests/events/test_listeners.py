"""What a page handles of a stream, in the ways in which pages read one."""

import pytest

from wirelaw.events.listeners import EVENT, Listener, listeners
from wirelaw_tests.events.cases import Case, Read, case


def only(read: Read, one: Case) -> Listener:
    (found,) = listeners(read.repository(one).page)
    return found


def handled(read: Read, one: Case, at: str) -> set[str]:
    return set(only(read, one).handled(at))


BY_NAME = {
    "listeners, one by one": case(
        web="""
        const source = new EventSource("/api/events");
        source.addEventListener("started", () => undefined);
        source.addEventListener("done", () => source.close());
        """
    ),
    "a loop over a list": case(
        web="""
        const NAMES = ["started", "done"] as const;
        export function open(handle: (e: MessageEvent) => void) {
          const source = new EventSource("/api/events");
          NAMES.forEach((name) => source.addEventListener(name, handle));
        }
        """
    ),
    "a loop over a table": case(
        web="""
        const handlers = { started: () => undefined, done: () => undefined };
        const source = new EventSource("/api/events");
        for (const [name, handler] of Object.entries(handlers)) source.addEventListener(name, handler);
        """
    ),
    "constants of another module, on a ref": case(
        web={
            "names.ts": 'export const STARTED = "started"; export enum Name { Done = "done" }',
            "page.tsx": """
            import { useRef } from "react";
            import { STARTED, Name } from "./names";
            export function useEvents() {
              const ref = useRef<EventSource | null>(null);
              ref.current = new EventSource("/api/events");
              ref.current.addEventListener(STARTED, () => undefined);
              ref.current.addEventListener(Name.Done, () => undefined);
            }
            """,
        }
    ),
    "a source that a function opens": case(
        web="""
        function open(url: string) { return new EventSource(url); }
        const source = open("/api/events");
        source.addEventListener("started", () => undefined);
        source.addEventListener("done", () => undefined);
        """
    ),
    "fetchEventSource": case(
        web="""
        import { fetchEventSource } from "@microsoft/fetch-event-source";
        export const run = () => fetchEventSource("/api/events", {
          onmessage(message) {
            if (message.event === "started") return;
            if (message.event === "done") finish();
          },
        });
        declare function finish(): void;
        """
    ),
    "eventsource-parser": case(
        web="""
        import { createParser } from "eventsource-parser";
        const parser = createParser({
          onEvent: ({ event, data }) => {
            switch (event) {
              case "started": break;
              case "done": console.log(data); break;
            }
          },
        });
        """
    ),
    "a reader written by hand": case(
        web="""
        export async function read(onDone: (data: unknown) => void) {
          const response = await fetch("/api/events");
          const reader = response.body!.getReader();
          const decoder = new TextDecoder();
          let buffer = "";
          while (true) {
            const { value, done } = await reader.read();
            if (done) break;
            buffer += decoder.decode(value);
            for (const block of buffer.split("\\n\\n")) dispatch(block);
          }
          function dispatch(block: string) {
            let name = "message";
            const lines: string[] = [];
            for (const line of block.split("\\n")) {
              if (line.startsWith("event:")) name = line.slice(6).trim();
              else if (line.startsWith("data:")) lines.push(line.slice(5));
            }
            const data = JSON.parse(lines.join("\\n"));
            if (name === "started") return;
            if (name === "done") onDone(data);
          }
        }
        """
    ),
    "regular expressions": case(
        web="""
        export async function read(response: Response) {
          const reader = response.body!.getReader();
          const { value } = await reader.read();
          for (const block of new TextDecoder().decode(value).split("\\n\\n")) {
            const name = block.match(/^event:\\s*(\\w+)/m);
            const data = block.match(/^data:\\s*(.+)$/m);
            if (!name || !data) continue;
            const kind = name[1].trim();
            if (kind === "started") continue;
            if (kind === "done") console.log(JSON.parse(data[1]));
          }
        }
        """
    ),
    "a callback that is kept in a ref": case(
        web={
            "useEvents.ts": """
            import { useEffect, useRef } from "react";
            import { fetchEventSource } from "@microsoft/fetch-event-source";
            export function useEvents({ onEvent }: { onEvent: (name: string, data: unknown) => void }) {
              const ref = useRef(onEvent);
              ref.current = onEvent;
              useEffect(() => {
                fetchEventSource("/api/events", {
                  onmessage: (message) => ref.current(message.event, JSON.parse(message.data)),
                });
              }, []);
            }
            """,
            "page.tsx": """
            import { useCallback } from "react";
            import { useEvents } from "./useEvents";
            export function Page() {
              const onEvent = useCallback((name: string) => {
                if (name === "started") console.log(1);
                else if (name === "done") console.log(2);
              }, []);
              useEvents({ onEvent });
              return null;
            }
            """,
        }
    ),
}


@pytest.mark.parametrize("one", BY_NAME.values(), ids=BY_NAME)
def test_names_of_the_field_event(read: Read, one: Case) -> None:
    assert handled(read, one, EVENT) == {"started", "done"}
    assert not only(read, one).takes_any(EVENT, {"started", "done", "other"})


BY_DATA = {
    "a switch in onmessage": case(
        web="""
        const source = new EventSource("/api/events");
        source.onmessage = (event) => {
          const data = JSON.parse(event.data);
          switch (data.type) {
            case "started": break;
            case "done": source.close(); break;
            default: return;
          }
        };
        """
    ),
    "an asynchronous generator": case(
        web="""
        async function* events() {
          const response = await fetch("/api/events");
          for await (const chunk of response.body as any) {
            for (const line of String(chunk).split("\\n")) {
              if (!line.startsWith("data: ")) continue;
              yield JSON.parse(line.slice(6));
            }
          }
        }
        export async function run() {
          for await (const event of events()) {
            if (event.type === "started") continue;
            if (event.type === "done") return;
          }
        }
        """
    ),
    "lines of JSON": case(
        web="""
        export async function read(response: Response) {
          const reader = response.body!.getReader();
          const { value } = await reader.read();
          for (const line of new TextDecoder().decode(value).split("\\n")) {
            if (line.trim()) take(JSON.parse(line));
          }
        }
        function take(event: { type: string }) {
          if (event.type === "started") return;
          if (event.type === "done") console.log(event);
        }
        """
    ),
    "a reducer": case(
        web="""
        import { useReducer } from "react";
        function reduce(state: number, action: { type: string }) {
          switch (action.type) {
            case "started": return 1;
            case "done": return 2;
            default: return state;
          }
        }
        export function Page() {
          const [state, dispatch] = useReducer(reduce, 0);
          const source = new EventSource("/api/events");
          source.onmessage = (event) => dispatch(JSON.parse(event.data));
          return state;
        }
        """
    ),
    "a table of handlers": case(
        web="""
        const handlers: Record<string, (data: any) => void> = {
          started: (data) => console.log(data.id),
          done(data) { console.log(data.id); },
        };
        const source = new EventSource("/api/events");
        source.onmessage = (event) => {
          const data = JSON.parse(event.data);
          handlers[data.type]?.(data);
        };
        """
    ),
    "a schema of zod, and a set": case(
        web="""
        import { z } from "zod";
        const Event = z.object({ type: z.string() });
        const LAST = new Set(["done"]);
        const source = new EventSource("/api/events");
        source.onmessage = ({ data }) => {
          const event = Event.parse(JSON.parse(data));
          if (event.type === "started") return;
          if (LAST.has(event.type)) source.close();
        };
        """
    ),
}


@pytest.mark.parametrize("one", BY_DATA.values(), ids=BY_DATA)
def test_words_in_the_data(read: Read, one: Case) -> None:
    assert handled(read, one, "type") == {"started", "done"}
    assert not only(read, one).takes_any("type", {"started", "done", "other"})


ANY = {
    "a default that does something": case(
        web="""
        import { fetchEventSource } from "@microsoft/fetch-event-source";
        declare function show(text: string): void;
        fetchEventSource("/api/events", {
          onmessage(message) {
            switch (message.event) {
              case "done": break;
              default: show(message.data);
            }
          },
        });
        """
    ),
    "the last else": case(
        web="""
        import { fetchEventSource } from "@microsoft/fetch-event-source";
        declare function show(text: string): void;
        fetchEventSource("/api/events", {
          onmessage(message) {
            if (message.event === "done") return;
            else show(message.data);
          },
        });
        """
    ),
    "a name that is shown": case(
        web="""
        import { fetchEventSource } from "@microsoft/fetch-event-source";
        fetchEventSource("/api/events", {
          onmessage(message) {
            if (message.event === "done") return;
            document.title = `at ${message.event}`;
          },
        });
        """
    ),
    "a name that is built": case(
        web="""
        const source = new EventSource("/api/events");
        source.addEventListener("done", () => undefined);
        export const on = (name: string) => source.addEventListener(name, () => undefined);
        """
    ),
}


@pytest.mark.parametrize("one", ANY.values(), ids=ANY)
def test_a_page_that_takes_any_name(read: Read, one: Case) -> None:
    assert only(read, one).takes_any(EVENT, {"done", "other"})


READS = case(
    web="""
    const source = new EventSource("/api/jobs/1/events");
    source.addEventListener("progress", (event) => {
      const data = JSON.parse((event as MessageEvent).data);
      const { total = 1 } = data;
      if (data.kind === "train") show(data.steps ?? 0);
      show(data.list.map((one: number) => one + total));
    });
    declare function show(value: unknown): void;
    """
)


def test_fields_that_are_read(read: Read) -> None:
    found = {(one.path, one.fallback, one.within) for one in only(read, READS).reads}
    assert found == {
        ("total", "1", (("progress",),)),
        ("kind", None, (("progress",),)),
        ("steps", "0", (("progress",), ("train",))),
        ("list", None, (("progress",),)),
    }


ADDRESS = case(
    web="""
    const BASE = "/api";
    const path = (id: string) => `${BASE}/jobs/${id}/events`;
    export const open = (id: string) => new EventSource(path(id) + "?all=1");
    """
)


def test_the_address_is_kept_as_far_as_it_is_written(read: Read) -> None:
    assert only(read, ADDRESS).url == "/api/jobs/{}/events?all=1"


RETURNED = case(
    web="""
    const text = (value: unknown) => (typeof value === "string" ? value : "");
    export const title = (user: { name: string }) => text(user).trim() === "nothing of a stream";
    const source = new EventSource("/api/events");
    source.onmessage = (event) => {
      const data = JSON.parse(event.data);
      if (text(data.type) === "done") source.close();
    };
    """
)


def test_what_a_function_returns_goes_back_to_its_call_only(read: Read) -> None:
    assert handled(read, RETURNED, "type") == {"done"}


OTHERS = case(
    web="""
    window.addEventListener("resize", () => undefined);
    const controller = new AbortController();
    controller.signal.addEventListener("abort", () => undefined);
    export const picture = "data:image/png;base64,AAAA";
    """
)


def test_other_listeners_are_none_of_a_stream(read: Read) -> None:
    assert listeners(read.repository(OTHERS).page) == []
