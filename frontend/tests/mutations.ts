/** Changes recorded answers to what the service itself does not send. */
import type { Answer } from "./network.ts";
import type { Frame, Mutation } from "./traces.ts";

/** Another status with the same content, as a broken proxy or service sends. */
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

/** The data without the envelope. */
export const unwrapped: Mutation = (trace) => {
  const { data } = trace.answer.body as { data: unknown };
  return { ...trace, answer: { ...trace.answer, body: data } };
};

/** Text instead of JSON. */
export const withText =
  (text: string): Mutation =>
  (trace) => ({ ...trace, answer: { ...trace.answer, text } });

/** The same answer for another path. */
export const at =
  (path: string): Mutation =>
  (trace) => ({ ...trace, path });

/** A stream that resumes after this id. */
export const resumedFrom =
  (id: string): Mutation =>
  (trace) => ({ ...trace, headers: { ...trace.headers, "Last-Event-ID": id } });

/** A stream for a new reader, without a position. */
export const forNewReader: Mutation = (trace) => ({ ...trace, headers: {} });

/** A stream with these frames only. */
export const withFrames =
  (...frames: (Frame | string)[]): Mutation =>
  (trace) =>
    withText(frames.map((frame) => (typeof frame === "string" ? frame : frame.text)).join(""))(
      trace,
    );

/** For any request body. */
export const forAnyBody = (answer: Answer): Answer => ({ ...answer, body: undefined });
