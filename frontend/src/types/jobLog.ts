/** The logs of jobs, and their event streams. */
import type { Schemas } from "./contract.gen.ts";

export type { StreamJobLogPayloads } from "./contract.gen.ts";
export { LOG_LEVEL, STREAM_JOB_LOG } from "./contract.gen.ts";

export type LogLine = Schemas["LogLine"];
export type LogLevel = Schemas["LogLevel"];
