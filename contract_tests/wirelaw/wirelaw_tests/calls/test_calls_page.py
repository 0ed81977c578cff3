"""The styles in which pages call: one project with all of them, read once."""

from typing import Any

import pytest

from wirelaw.calls.client import Wire
from wirelaw.python import Sources
from wirelaw.repository import Repository
from wirelaw_tests.calls.conftest import write

FILES = {
    "tsconfig.json": '{"compilerOptions": {"strict": true, "lib": ["es5"]}}',
    "fetching.ts": """
const BASE = import.meta.env.VITE_API ?? "http://localhost:8000/api";
export const plain = () => fetch("/a1");
export const text = (id: string) => fetch(`${BASE}/a2/${id}/x`, { method: "PUT", body: JSON.stringify({ n: 1 }) });
export const joined = (id: string) => fetch("/a3/" + id + " ");
export const url = () => fetch(new URL("/a4", window.location.origin));
export const beacon = () => navigator.sendBeacon("/a5", "{}");
export function query(all: boolean) {
  const params = new URLSearchParams({ one: "1" });
  params.set("two", "2");
  return fetch(`/a6?${params.toString()}&mode=${all ? "x" : "y"}`);
}
export const shared = () => fetch(`/a10${queryOf({})}`);
function queryOf(filter: any) {
  const params = new URLSearchParams({ one: "1" });
  if (filter.two) params.set("two", filter.two);
  return `?${params}`;
}
export const foreign = () => fetch("https://api.github.com/a7");
export const sold = (config?: any) => { const host = config?.host || "https://api.example.com"; return fetch(`${host}/a7`); };
export const ticketed = (url: string) => fetch(withTicket("/a8"));
const withTicket = (url: string) => { const mark = url.includes("?") ? "&" : "?"; return `${url}${mark}ticket=1`; };
function origin() {
  if (import.meta.env.VITE_HOST) return new URL(import.meta.env.VITE_HOST, window.location.origin).toString();
  return "";
}
export const hosted = () => fetch(`${origin()}/a9`);
export const unread = () => fetch(compute());
export const built = (path: string) => fetch(path);
""",
    "instances.ts": """
import axios from "axios";
import ky from "ky";
const http = axios.create({ baseURL: "/base" });
const slow = ky.extend({ prefixUrl: "/slow" });
export const one = () => http.post<{ id: string }>("/b1", { n: 1 }, { params: { q: 1 } });
export const two = () => axios.get("/b2");
export const three = () => axios({ url: "/b3", method: "delete" });
export const four = () => slow.post("b4", { json: { n: 1 } });
export class Api {
  private client;
  constructor() { this.client = axios.create({ baseURL: "/own" }); }
  five(id: string) { return this.client.patch(`/b5/${id}`, {}); }
}
""",
    "generated.ts": """
import createClient from "openapi-fetch";
const client = createClient<any>({ baseUrl: "" });
export const one = () => client.POST("/c1/{id}", { params: { path: { id: "1" }, query: { q: 1 } }, body: { n: 1 } });
const $api = createHooks(client);
export const four = () => $api.useQuery("get", "/c4", { params: { query: { q: 1 } } });
export const five = () => $api.useMutation("post", "/c5");
export const two = (options: any) => (options.client ?? other).get({ url: "/c2", ...options });
export const three = (data: any) => request(OpenAPI, { method: "DELETE", url: "/c3/{id}", path: { id: data.id } });
""",
    "streams.ts": """
import { fetchEventSource } from "@microsoft/fetch-event-source";
const EVENTS = (id: string) => `/d1/${id}/events`;
export const one = (id: string) => new EventSource(EVENTS(id));
export const two = () => fetchEventSource("/d2", { method: "POST", body: JSON.stringify({ n: 1 }) });
""",
    "wrapped.ts": """
type Options = { path: string; method?: string; body?: object };
async function send<T>({ path, method = "GET", body }: Options): Promise<T> {
  const url = typeof path === "string" ? path : String(path);
  const response = await fetch(url, { method, body: JSON.stringify(body) });
  return (await response.json()) as T;
}
const api = { list: () => send<{ id: string }[]>({ path: "/e1" }), get: (path: string) => send({ path }) };
export const one = () => api.list();
export const two = () => api.get("/e2");
export const three = (n: number) => send({ path: "/e3", method: "POST", body: { n } });
""",
    "broken.ts": "export const x = fetch(;",
}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return write(tmp_path_factory.mktemp("page"), FILES)


def calls(repository: Repository) -> dict[str, dict[str, Any]]:
    rows = [one for one in repository.page["calls"] if one["kind"] == "call"]
    found = {one["path"]: one for one in rows}
    assert len(found) == len({(one["place"]["path"], one["place"]["line"]) for one in rows})
    return found


@pytest.mark.parametrize(
    ("path", "method", "host", "body", "query"),
    [
        ("/a1", "GET", "relative", "none", []),
        ("/api/a2/{}/x", "PUT", "local", "object", []),
        ("/a3/{}", "GET", "relative", "none", []),
        ("/a4", "GET", "unknown", "none", []),
        ("/a5", "POST", "relative", "unknown", []),
        ("/a6", "GET", "relative", "none", ["one", "two", "mode"]),
        ("/a10", "GET", "relative", "none", ["one"]),
        ("/a8", "GET", "relative", "none", ["ticket"]),
        ("/a9", "GET", "relative", "none", []),
        ("/base/b1", "POST", "relative", "object", ["q"]),
        ("/b2", "GET", "relative", "none", []),
        ("/b3", "DELETE", "relative", "none", []),
        ("/slow/b4", "POST", "relative", "object", []),
        ("/own/b5/{}", "PATCH", "relative", "object", []),
        ("/c1/{id}", "POST", "unknown", "object", ["q"]),
        ("/c2", "GET", "unknown", "unknown", []),
        ("/c3/{id}", "DELETE", "unknown", "none", []),
        ("/c4", "GET", "unknown", "none", ["q"]),
        ("/c5", "POST", "unknown", "none", []),
        ("/d1/{}/events", "GET", "relative", "none", []),
        ("/d2", "POST", "relative", "object", []),
        ("/e1", "GET", "relative", "none", []),
        ("/e2", "GET", "relative", "none", []),
        ("/e3", "POST", "relative", "object", []),
    ],
)
def test_a_call_is_read(  # noqa: PLR0917 - what a call is
    repository: Repository, path: str, method: str, host: str, body: str, query: list[str]
) -> None:
    found = calls(repository)[path]
    seen = (found["method"], found["host"], found["body"]["kind"], found["query"]["names"])
    assert seen == (method, host, body, query)


def test_other_hosts_and_addresses_without_a_caller_are_no_calls(repository: Repository) -> None:
    assert not [path for path in calls(repository) if "a7" in path or path == "/"]


def test_a_call_whose_address_cannot_be_read_is_listed(repository: Repository) -> None:
    repository.__dict__["service"] = Sources(repository.tree)
    assert [text for _, text in Wire(repository).unread] == ["fetch(compute())"]


def test_types_of_answers_are_found_through_wrappers(repository: Repository) -> None:
    found = calls(repository)
    assert [(one["path"], one["kind"]) for one in found["/e1"]["answers"]] == [
        ([], "list"),
        (["[]"], "object"),
    ]
    assert [one["name"] for one in found["/base/b1"]["answers"][0]["fields"]] == ["id"]


def test_a_file_that_does_not_parse_is_named_and_the_rest_is_read(repository: Repository) -> None:
    assert calls(repository)
    assert [one.subject for one in repository.unseen] == ["broken.ts:1"]
