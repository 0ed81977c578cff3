/** What a recorded answer is changed into where the service itself would not answer so. */
import type { Answer } from "./network.ts";
import type { Frame, Mutation } from "./traces.ts";

/** A proxy, or a service that broke the law: another status over the same content. */
export const withStatus =
  (status: number): Mutation =>
  (trace) => ({ ...trace, answer: { ...trace.answer, status } });

/** The envelope with other members. */
export const withEnvelope =
  (members: Record<string, unknown>): Mutation =>
  (trace) => ({
    ...trace,
    answer: { ...trace.answer, body: { ...(trace.answer.body as object), ...members } },
  });

/** Its data alone, without the envelope. */
export const unwrapped: Mutation = (trace) => {
  const { data } = trace.answer.body as { data: unknown };
  return { ...trace, answer: { ...trace.answer, body: data } };
};

/** Not JSON but text. */
export const withText =
  (text: string): Mutation =>
  (trace) => ({ ...trace, answer: { ...trace.answer, text } });

/** The same at another address: a refusal looks the same everywhere. */
export const at =
  (path: string): Mutation =>
  (trace) => ({ ...trace, path });

/** A stream that goes on after this id. */
export const resumedFrom =
  (id: string): Mutation =>
  (trace) => ({ ...trace, headers: { ...trace.headers, "Last-Event-ID": id } });

/** A stream that somebody reads who was not there before. */
export const forNewReader: Mutation = (trace) => ({ ...trace, headers: {} });

/** A stream of these frames alone. */
export const withFrames =
  (...frames: (Frame | string)[]): Mutation =>
  (trace) =>
    withText(frames.map((frame) => (typeof frame === "string" ? frame : frame.text)).join(""))(
      trace,
    );

/** Whatever the request's body is. */
export const forAnyBody = (answer: Answer): Answer => ({ ...answer, body: undefined });
