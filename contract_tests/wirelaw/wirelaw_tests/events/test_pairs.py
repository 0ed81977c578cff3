"""Which stream a place of the page reads: by the address that it requests."""

import pytest

from wirelaw.events.listeners import listeners
from wirelaw_tests.events.cases import Case, Read, case

CLIENT = """
    const url = (id: string, params?: string) => {
      const query = new URLSearchParams(params).toString();
      return query.length > 0 ? `/api/rooms/${id}/stream?${query}` : `/api/rooms/${id}/stream`;
    };
    const send = (path: string, init?: RequestInit) => fetch(path, init);
    export const streamRoom = async (id: string) => send(url(id), { method: "GET" });
    export const service = { open: (id: string) => streamRoom(id), rename: (id: string) => send("/api/names") };
"""
LOOP = """
      const { value } = await reader.read();
      const line = new TextDecoder().decode(value);
      if (line.startsWith("data: ")) show(JSON.parse(line.slice(6)).id);
"""
PAGES = {
    "a function of a client, beside other requests": f"""
    import {{ service }} from "./client";
    export async function follow(id: string, show: (value: unknown) => void) {{
      await service.rename(id);
      await fetch("/api/other");
      const answer = await service.open(id);
      const body = answer.body!;
      const reader = body.getReader();{LOOP}
    }}
    """,
    "a function that is passed the answer": f"""
    import {{ streamRoom }} from "./client";
    async function read(answer: Response, show: (value: unknown) => void) {{
      const reader = answer.body!.pipeThrough(new DecompressionStream("gzip")).getReader();{LOOP}
    }}
    export async function follow(id: string, show: (value: unknown) => void) {{
      const {{ data }} = await fetch("/api/other").then((one) => one.json());
      await read(await streamRoom(id), show);
    }}
    """,
    "an address that is passed on": """
    function open(address: string, show: (value: unknown) => void) {
      const source = new EventSource(address);
      source.onmessage = (event) => show(JSON.parse(event.data).id);
    }
    const ADDRESSES = { room: (id: string) => `/api/rooms/${id}/stream` };
    export const follow = (id: string, show: () => void) => open(ADDRESSES.room(id), show);
    """,
}
CASES = {name: case("", {"client.ts": CLIENT, "page.ts": text}) for name, text in PAGES.items()}


@pytest.mark.parametrize("one", CASES.values(), ids=CASES)
def test_the_address_of_a_stream(read: Read, one: Case) -> None:
    (found,) = listeners(read.repository(one).page)
    assert found.url == "/api/rooms/{}/stream"
