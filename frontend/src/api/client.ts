/** The only module that fetches: it adds the token, unwraps the envelope, and throws an ApiError for a failure. */
import type {
  ApiErrorBody,
  BodyOf,
  DataOf,
  Envelope,
  ErrorCode,
  FieldError,
  Method,
  ParamsOf,
  PathOf,
  QueryOf,
} from "../types/api.ts";
import { currentToken, replaceToken } from "./token.ts";

/** The service answered with an error; `message` says what happened and what to do. */
export class ApiError extends Error implements ApiErrorBody {
  override readonly name = "ApiError";
  readonly code: ErrorCode;
  readonly fields: FieldError[];
  readonly request_id: string;
  readonly status: number;

  constructor(error: ApiErrorBody, request_id: string, status: number) {
    super(error.message);
    this.code = error.code;
    this.fields = error.fields;
    this.request_id = request_id;
    this.status = status;
  }
}

/** No answer of the contract: the service is unreachable, a proxy answered, or the envelope is broken. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
}

/**
 * Fetch with the token. After a 401, prompt for a token and retry, until it is accepted or the user declines.
 *
 * @throws ConnectionError when the service cannot be reached.
 */
export async function send(path: string, init: RequestInit = {}): Promise<Response> {
  for (;;) {
    const token = currentToken();
    const headers = new Headers(init.headers);
    if (token !== null) headers.set("Authorization", `Bearer ${token}`);
    const response = await reach(path, { ...init, headers });
    if (response.status !== 401 || (await replaceToken(token)) === null) return response;
  }
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { ...init, cache: "no-store" });
  } catch (error) {
    if (init.signal?.aborted === true) throw error;
    throw new ConnectionError("The service cannot be reached. Check that it is running.", {
      cause: error,
    });
  }
}

/**
 * Return the data of an answer.
 *
 * @throws ApiError when the service answered with an error.
 * @throws ConnectionError when the answer is not an envelope, or contradicts its status.
 */
export async function unwrap<T>(response: Response): Promise<T> {
  const envelope = await readEnvelope<T>(response);
  const { ok, error, data, meta } = envelope;
  if (ok !== response.status < 400 || ok !== (error === null)) {
    throw new ConnectionError(
      `${statusOf(response)} contradicts its status. Check that page and service have the same version.`,
    );
  }
  if (error !== null) throw new ApiError(error, meta.request_id, response.status);
  // the contract declares the data of each path; T includes null where it may be null
  return data as T;
}

async function readEnvelope<T>(response: Response): Promise<Envelope<T>> {
  let value: unknown;
  try {
    value = await response.json();
  } catch (error) {
    throw new ConnectionError(
      `${statusOf(response)} is not JSON. Check any proxy between this page and the service.`,
      { cause: error },
    );
  }
  if (!isEnvelope<T>(value)) {
    throw new ConnectionError(
      `${statusOf(response)} has no envelope. Check any proxy between this page and the service.`,
    );
  }
  return value;
}

function isEnvelope<T>(value: unknown): value is Envelope<T> {
  return (
    typeof value === "object" &&
    value !== null &&
    "ok" in value &&
    typeof value.ok === "boolean" &&
    "data" in value &&
    "error" in value &&
    "meta" in value
  );
}

function statusOf(response: Response): string {
  return `The answer ${response.status} ${response.statusText}`.trimEnd();
}

type Options<P extends PathOf<M>, M extends Method> = {
  signal?: AbortSignal;
  headers?: Record<string, string>;
} & (ParamsOf<P, M> extends undefined ? { params?: never } : { params: ParamsOf<P, M> }) & {
    query?: QueryOf<P, M>;
  } & (BodyOf<P, M> extends undefined ? { body?: never } : { body: BodyOf<P, M> });

export async function get<P extends PathOf<"get">>(
  path: P,
  options: Options<P, "get">,
): Promise<DataOf<P, "get">> {
  return unwrap(await send(address(path, options), init("GET", options)));
}

export async function post<P extends PathOf<"post">>(
  path: P,
  options: Options<P, "post">,
): Promise<DataOf<P, "post">> {
  return unwrap(await send(address(path, options), init("POST", options)));
}

/** Sends a DELETE; `delete` can be no function's name. */
export async function remove<P extends PathOf<"delete">>(
  path: P,
  options: Options<P, "delete">,
): Promise<DataOf<P, "delete">> {
  return unwrap(await send(address(path, options), init("DELETE", options)));
}

interface AnyOptions {
  signal?: AbortSignal;
  headers?: Record<string, string>;
  params?: unknown;
  query?: unknown;
  body?: unknown;
}

function init(
  method: "GET" | "POST" | "DELETE",
  { signal, headers, body }: AnyOptions,
): RequestInit {
  const content =
    body === undefined
      ? { headers: { ...headers } }
      : {
          headers: { ...headers, "Content-Type": "application/json" },
          body: JSON.stringify(body),
        };
  return { method, ...content, ...(signal === undefined ? {} : { signal }) };
}

/** Fill in the parameters of a path, encoded, so that none can leave its segment. */
export function fillPath(path: string, params: unknown): string {
  const values = new Map(Object.entries(params ?? {}));
  return path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(values.get(name))),
  );
}

function address(path: string, { params, query }: AnyOptions): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== null && value !== undefined) search.set(name, String(value));
  }
  const tail = search.toString();
  return fillPath(path, params) + (tail === "" ? "" : `?${tail}`);
}
