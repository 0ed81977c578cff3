"""The styles of generated clients, and where the page reads their errors: one project with all of them, read once."""

from typing import Any

import pytest

from wirelaw.repository import Repository
from wirelaw_tests.calls.conftest import write

FILES = {
    "tsconfig.json": '{"compilerOptions": {"strict": true, "lib": ["es2022"]}}',
    "types.ts": """
export interface Note { title: string; text: string; pinned?: boolean }
""",
    # a function passes its options on; a builder passes them to the function
    "options.ts": """
import type { Client, Options } from "@hey-api/client-fetch";
declare const client: Client;
export const addNote = (options: Options) => (options.client ?? client).post({
  responseType: "json", url: "/a1", ...options, headers: { "Content-Type": "application/json", ...options.headers } });
export const findNotes = (options?: Options) => (options?.client ?? client).get({ url: "/a2", ...options });
export const findNotesOptions = (options?: Options) => queryOptions({
  queryFn: async ({ queryKey, signal }) => (await findNotes({ ...options, ...queryKey[0], signal })).data,
  queryKey: findNotesKey(options) });
export const addNoteMutation = (options?: Options) => {
  const mutationOptions = { mutationFn: async (fnOptions) => (await addNote({ ...options, ...fnOptions })).data };
  return mutationOptions;
};
export const dropNotes = (options?: Options) => (options?.client ?? client).delete({ url: "/a3", ...options });
""",
    "parameters.ts": """
import type { Note } from "./types";
export const addNote = (note: Note, options?: any) =>
  customInstance<void>({ url: "/b1", method: "POST", headers: {}, data: note }, options);
export const findNotes = (params?: { word?: string; page?: number }) =>
  customInstance<void>({ url: "/b2", method: "GET", params });
export class NotesService {
  public static addNote({ requestBody, dry }: { requestBody: any; dry?: boolean }) {
    return __request(OpenAPI, { method: "POST", url: "/b3/{id}", path: { id: 1 }, query: { "dry": dry }, body: requestBody });
  }
}
export class Api extends HttpClient {
  addNote = (data: any, params: RequestParams = {}) =>
    this.request({ path: `/b4`, method: "POST", body: data, type: ContentType.Json, ...params });
}
export const getAddNoteUrl = (id: string) => { return `/b5/${id}`; };
const prefixed = (path: string, init: any) => unknownFetch(`/v1${path}`, init);
export const dropNote = () => prefixed("/b6", { method: "DELETE" });
export const putNote = async (id: string, note: any, options?: RequestInit) =>
  later.instance<void>(getAddNoteUrl(id), { ...options, method: "PUT", body: JSON.stringify(note) });
""",
    "component.tsx": """
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Note } from "./types";
import * as sdk from "./options";
import { addNote, Api, findNotes, NotesService, putNote } from "./parameters";
const EMPTY: Note = { title: "", text: "" };
export function Component() {
  const [note, setNote] = useState(EMPTY);
  const [whole] = useState<Note>();
  const add = useMutation({ ...sdk.addNoteMutation(), onSuccess: () => {} });
  const other = useMutation({ mutationFn: sdk.addNote });
  useQuery(sdk.findNotesOptions({ query: { word: "x" } }));
  sdk.findNotes({ query: { page: 2 } });
  sdk.addNote({ body: note });
  sdk.addNote({ body: whole, query: { twice: true } });
  add.mutate({ body: { title: "a" } });
  other.mutate({ body: { text: "b" } });
  sdk.dropNotes();
  addNote({ title: "c", text: "d", colour: "red" });
  NotesService.addNote({ requestBody: { title: "e" } });
  new Api().addNote({ text: "f" });
  putNote("1", { pinned: true });
}
""",
}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return write(tmp_path_factory.mktemp("sdk"), FILES)


def line_of(text: str) -> int:
    (line,) = [n for n, one in enumerate(FILES["component.tsx"].splitlines(), 1) if text in one]
    return line


def calls(repository: Repository, *, outer: bool) -> list[dict[str, Any]]:
    rows = repository.page["calls"]
    return [one for one in rows if one["kind"] == "call" and one["outer"] is outer]


@pytest.mark.parametrize(
    ("text", "path", "fields", "query"),
    [
        ("findNotesOptions({ query", "/a2", None, ["word"]),
        ("sdk.findNotes({", "/a2", None, ["page"]),
        ("body: note", "/a1", ["title", "text", "pinned"], []),
        ("body: whole", "/a1", ["title", "text", "pinned"], ["twice"]),
        ("add.mutate(", "/a1", ["title"], []),
        ("other.mutate(", "/a1", ["text"], []),
        ("addNote({ title", "/b1", ["title", "text", "colour"], []),
        ("requestBody:", "/b3/{id}", ["title"], []),
        ("new Api()", "/b4", ["text"], []),
        ("putNote(", "/b5/{}", ["pinned"], []),
    ],
)
def test_what_is_sent_is_read_where_the_generated_function_is_called(
    repository: Repository, text: str, path: str, fields: list[str] | None, query: list[str]
) -> None:
    (row,) = [one for one in calls(repository, outer=True) if one["place"]["line"] == line_of(text)]
    sent = [one["name"] for one in row["body"]["fields"]]
    expected = (path, [] if fields is None else fields, query)
    assert (row["path"], sent, row["query"]["names"]) == expected


def test_the_generated_functions_are_calls_of_their_own(repository: Repository) -> None:
    found = {
        one["path"]: (one["method"], one["body"]["kind"], one["query"]["names"])
        for one in calls(repository, outer=False)
    }
    assert found == {
        "/a1": ("POST", "unknown", []),
        "/a2": ("GET", "unknown", []),
        "/a3": ("DELETE", "unknown", []),
        "/b1": ("POST", "object", []),
        "/b2": ("GET", "none", []),
        "/b3/{id}": ("POST", "unknown", ["dry"]),
        "/b4": ("POST", "unknown", []),
        "/b5/{}": ("PUT", "unknown", []),
    }


ERRORS = {
    "tsconfig.json": FILES["tsconfig.json"],
    "options.ts": FILES["options.ts"],
    "axios.ts": """
import http, { AxiosError } from "axios";
export const api = http.create({ baseURL: "/api" });
export const load = () => api.get("/one");
export function messageOf(error: unknown) {
  if (error instanceof AxiosError) return error.response?.data?.reason ?? error.response?.data?.message;
  return "";
}
export async function attempt(show: (text: string) => void) {
  try { await load(); } catch (err: any) { show(err.response.data.fault); }
  try { await work(); } catch (err: any) { show(err.response.data.nothing); }
}
const work = async () => {};
""",
    "fetching.ts": """
export async function parsedFirst() {
  const response = await fetch("/two");
  const body = await response.json();
  if (!response.ok) throw new Error(body.error.text);
  if (!body.ok) throw new Error(body.envelope);
  return body.items;
}
export async function afterSuccess() {
  const response = await fetch("/three");
  if (response.ok) return (await response.json()).items;
  const { title } = await response.json();
  throw new Error(title);
}
export async function otherwise() {
  const response = await fetch("/four");
  return response.ok ? (await response.json()).items : (await response.json()).cause;
}
""",
    "returned.ts": """
import { addNote } from "./options";
export async function add() {
  const { data, error } = await addNote({ body: {} });
  if (error !== undefined) throw new Error(problemOf(error));
  return data;
}
function problemOf(problem: unknown) {
  const { summary } = problem as { summary?: string };
  return summary ?? "";
}
export async function passOn(tell: (problem: unknown) => void) {
  const { error } = await addNote({ body: {} });
  if (error) tell(error.hint && error);
}
""",
}


@pytest.fixture(scope="module")
def failures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    repository = write(tmp_path_factory.mktemp("errors"), ERRORS)
    rows = [one for one in repository.page["calls"] if one["kind"] == "failure"]
    return {" ".join(one["reads"]): one for one in rows}


@pytest.mark.parametrize(
    ("reads", "place", "sink"),
    [
        ("reason message", "axios.ts:6", "axios.ts:4"),
        ("fault", "axios.ts:10", "axios.ts:4"),
        ("error", "fetching.ts:5", "fetching.ts:3"),
        ("title", "fetching.ts:12", "fetching.ts:10"),
        ("cause", "fetching.ts:17", "fetching.ts:16"),
        ("summary", "returned.ts:9", "options.ts:4"),
        ("hint", "returned.ts:14", "options.ts:4"),
    ],
)
def test_the_body_of_a_refusal_is_read(
    failures: dict[str, dict[str, Any]], reads: str, place: str, sink: str
) -> None:
    found = failures[reads]
    places = [f"{one['path']}:{one['line']}" for one in (found["place"], *found["sinks"])]
    assert (places[0], place in places, sink in places) == (place, True, True)


def test_nothing_else_is_the_body_of_a_refusal(failures: dict[str, dict[str, Any]]) -> None:
    assert len(failures) == 7
    assert {reads for reads, one in failures.items() if one["escapes"]} == {"hint"}
