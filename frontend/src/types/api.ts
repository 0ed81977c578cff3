/** The shapes of requests and answers, looked up by path and method in the generated contract. */
import type { Schemas } from "./contract.gen.ts";
import type { paths } from "./openapi.gen.ts";

export type { Exact, FieldContract } from "./contract.gen.ts";

export type Method = "get" | "post" | "delete";

/** The paths that answer this method with the JSON envelope. */
export type PathOf<M extends Method> = {
  [P in keyof paths]: [AnswerOf<P, M>] extends [never] ? never : P;
}[keyof paths];

type Operation<P extends keyof paths, M extends Method> = paths[P] extends {
  [K in M]: infer Op extends { responses: object };
}
  ? Op
  : never;

type AnswerOf<P extends keyof paths, M extends Method> = {
  [S in keyof Operation<P, M>["responses"]]: Operation<P, M>["responses"][S] extends {
    content: { "application/json": infer Envelope extends { ok: true } };
  }
    ? Envelope
    : never;
}[keyof Operation<P, M>["responses"]];

/** The type of `data` in a success. */
export type DataOf<P extends PathOf<M>, M extends Method> =
  AnswerOf<P, M> extends { data: infer Data } ? Data : never;

type ParametersOf<P extends PathOf<M>, M extends Method> =
  Operation<P, M> extends { parameters: infer Parameters } ? Parameters : never;

/** The path parameters. */
export type ParamsOf<P extends PathOf<M>, M extends Method> =
  ParametersOf<P, M> extends { path: infer Params } ? Params : undefined;

export type QueryOf<P extends PathOf<M>, M extends Method> =
  ParametersOf<P, M> extends { query?: infer Query } ? Query : undefined;

export type BodyOf<P extends PathOf<M>, M extends Method> =
  Operation<P, M> extends { requestBody: { content: { "application/json": infer Body } } }
    ? Body
    : undefined;

type Failure = Schemas["ApiFailure_NoneType_"];

/** The envelope of every answer; `ok` tells which of `data` and `error` is null. */
export type Envelope<T> = {
  [K in keyof Failure]: K extends "ok"
    ? boolean
    : K extends "data"
      ? T | null
      : K extends "error"
        ? Failure[K] | null
        : Failure[K];
};

export type ApiErrorBody = Schemas["ApiError"];
export type ErrorCode = Schemas["ErrorCode"];
export type FieldError = Schemas["FieldError"];
export type ResponseMeta = Schemas["ResponseMeta"];
