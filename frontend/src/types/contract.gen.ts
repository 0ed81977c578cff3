// Generated from openapi.json by `npm run types`; do not edit.

import type { components } from "./openapi.gen.ts";

export type Schemas = components["schemas"];

/** One stream of the contract: `terminal` events end a job, the `last` event ends the stream. */
export interface StreamContract<Name extends string> {
  readonly path: string;
  readonly events: readonly Name[];
  readonly terminal: readonly Name[];
  readonly last: Name | null;
  readonly retryMs: number;
}

/** What the contract declares for one field of a request. */
export interface FieldContract {
  readonly type: "string" | "number" | "integer" | "boolean" | "array";
  readonly nullable: boolean;
  readonly label: string;
  readonly description: string;
  readonly unit?: Unit;
  readonly min?: number;
  readonly exclusiveMin?: number;
  readonly max?: number;
  readonly exclusiveMax?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly options?: readonly string[];
  readonly items?: FieldContract;
}

declare const REQUEST: unique symbol;

/** Marks what one request declares, so that no other request accepts it. */
export interface Of<Name> {
  readonly [REQUEST]?: Name;
}

/** The fields of one request. */
export type FieldsOf<Name extends keyof Schemas> = {
  readonly [Field in keyof Schemas[Name]]-?: FieldContract & Of<Name>;
};

/** A value for each field of one request: its own default, or an entered value. */
export type ValuesOf<Name extends keyof Schemas> = {
  [Field in keyof Schemas[Name]]-?: Own<Schemas[Name][Field], Name>;
};

// with a method that every value has, a value without the mark is accepted
type Own<Value, Name> = Value extends null ? null : Value & Of<Name> & { toString(): string };

/** One handler for each event: an event that the contract gains breaks the build until it has one. */
export type Handlers<Payloads> = {
  readonly [Name in keyof Payloads]: (data: Payloads[Name]) => void;
};

/**
 * Returns a function that passes an event's data to the handler with its name. It returns the name, or null where
 * the contract has no such event. It does not compile until every event of the contract has a handler.
 */
export function subscribe<Payloads>(
  contract: StreamContract<keyof Payloads & string>,
  handlers: Handlers<Payloads>,
): (event: string | undefined, readData: () => unknown) => (keyof Payloads & string) | null {
  return (event, readData) => {
    const name = contract.events.find((one) => one === event);
    if (name === undefined) return null;
    handlers[name](readData() as Payloads[typeof name]);
    return name;
  };
}

/** T without properties that U does not have: TypeScript does not check a spread for excess properties. */
export type Exact<T extends U, U> = T & { readonly [Extra in Exclude<keyof T, keyof U>]: never };

export type Unit = "bps" | "coefficient" | "currency" | "days" | "fraction" | "ms" | "ratio" | "shares";

export const ANY_JOB_EVENT_NAME = ["position", "status", "started", "progress", "completed", "failed", "cancelled", "deleted", "reset"] as const;

export const ERROR_CODE = ["bad_request", "unauthorized", "bad_origin", "bad_host", "not_found", "job_not_found", "backtest_not_found", "unknown_version", "method_not_allowed", "job_already_final", "job_not_final", "model_in_use", "job_deleted", "report_deleted", "body_too_large", "unsupported_media_type", "invalid", "unknown_ticker", "history_too_short", "survivorship_unavailable", "idempotency_key_reused", "no_model", "queue_full", "internal", "unavailable", "worker_lost", "job_timeout", "job_error"] as const;

export const JOB_EVENT_NAME = ["status", "started", "progress", "completed", "failed", "cancelled", "done"] as const;

export const JOB_LOG_EVENT_NAME = ["line", "skipped", "done"] as const;

export const JOB_STATUS = ["queued", "running", "succeeded", "failed", "cancelled"] as const;

export const JOB_TYPE = ["train", "predict", "backtest", "autopilot"] as const;

export const LOG_LEVEL = ["debug", "info", "warning", "error", "critical"] as const;

export const LOG_SOURCE = ["stdout", "stderr", "logging", "warnings", "traceback"] as const;

/** Follow every job. */
export interface StreamEventsPayloads {
  position: Schemas["Position"];
  status: Schemas["JobRecord"];
  started: Schemas["JobRecord"];
  progress: Schemas["JobRecord"];
  completed: Schemas["JobRecord"];
  failed: Schemas["JobRecord"];
  cancelled: Schemas["JobRecord"];
  deleted: Schemas["Deleted"];
  reset: Schemas["Reset"];
}

export const STREAM_EVENTS = {
  path: "/api/events",
  events: ["position", "status", "started", "progress", "completed", "failed", "cancelled", "deleted", "reset"] as const,
  terminal: [] as const,
  last: null,
  retryMs: 2000,
} as const satisfies StreamContract<keyof StreamEventsPayloads>;

/** Follow one job to its end. */
export interface StreamJobEventsPayloads {
  status: Schemas["JobRecord"];
  started: Schemas["JobRecord"];
  progress: Schemas["JobRecord"];
  completed: Schemas["JobRecord"];
  failed: Schemas["JobRecord"];
  cancelled: Schemas["JobRecord"];
  done: Schemas["JobRecord"];
}

export const STREAM_JOB_EVENTS = {
  path: "/api/jobs/{job_id}/events",
  events: ["status", "started", "progress", "completed", "failed", "cancelled", "done"] as const,
  terminal: ["cancelled", "completed", "failed"] as const,
  last: "done",
  retryMs: 2000,
} as const satisfies StreamContract<keyof StreamJobEventsPayloads>;

/** Follow a job's log to the job's end, oldest line first. */
export interface StreamJobLogPayloads {
  line: Schemas["LogLine"];
  skipped: Schemas["SkippedLines"];
  done: Schemas["JobRecord"];
}

export const STREAM_JOB_LOG = {
  path: "/api/jobs/{job_id}/log/events",
  events: ["line", "skipped", "done"] as const,
  terminal: [] as const,
  last: "done",
  retryMs: 2000,
} as const satisfies StreamContract<keyof StreamJobLogPayloads>;

export const AUTOPILOT_REQUEST_DEFAULTS: Readonly<ValuesOf<"AutopilotRequest">> = {
  dry_run: false,
  full_universe: false,
  years: 15,
};

export const AUTOPILOT_REQUEST_FIELDS: FieldsOf<"AutopilotRequest"> = {
  dry_run: {"type":"boolean","nullable":false,"label":"Dry run","description":"Decide, but change nothing."},
  full_universe: {"type":"boolean","nullable":false,"label":"Full universe","description":"Every name of the data; not together with tickers."},
  years: {"type":"integer","nullable":false,"label":"Years","description":"Years of history to walk forward over.","min":1,"max":40},
};

export const BACKTEST_REQUEST_DEFAULTS: Readonly<ValuesOf<"BacktestRequest">> = {
  entry_threshold: 0.01,
  feature_mode: "core",
  full_universe: false,
  holding_period: 10,
  horizon: 10,
  max_positions: 10,
  position_size: 0.1,
  risk_management: false,
  tickers: null,
  version: "latest",
  years: 15,
};

export const BACKTEST_REQUEST_FIELDS: FieldsOf<"BacktestRequest"> = {
  entry_threshold: {"type":"number","nullable":false,"label":"Entry threshold","description":"An entry needs a predicted return above this.","min":-1,"max":1,"unit":"fraction"},
  feature_mode: {"type":"string","nullable":false,"label":"Feature mode","description":"Which features the model uses.","options":["core","full"]},
  full_universe: {"type":"boolean","nullable":false,"label":"Full universe","description":"Every name of the data; not together with tickers."},
  holding_period: {"type":"integer","nullable":false,"label":"Holding period","description":"Trading days after which a position is closed.","min":1,"max":252},
  horizon: {"type":"integer","nullable":false,"label":"Horizon","description":"Trading days ahead that the model predicts.","min":1,"max":252},
  max_positions: {"type":"integer","nullable":false,"label":"Max positions","description":"Most positions at once.","min":1,"max":500},
  position_size: {"type":"number","nullable":false,"label":"Position size","description":"Fraction of equity per entry.","exclusiveMin":0,"max":1,"unit":"fraction"},
  risk_management: {"type":"boolean","nullable":false,"label":"Risk management","description":"Stop-loss, volatility target and drawdown breaker."},
  tickers: {"type":"array","nullable":true,"label":"Tickers","description":"These names. If empty: the core list, or every name of the data with the full universe.","minItems":1,"maxItems":500,"items":{"type":"string","nullable":false,"label":"","description":"","pattern":"^[A-Z0-9][A-Z0-9.-]{0,11}$"}},
  version: {"type":"string","nullable":false,"label":"Version","description":"Model version; `latest` means the newest that fits when the job starts.","pattern":"^[a-z0-9][a-z0-9-]{0,63}$"},
  years: {"type":"integer","nullable":false,"label":"Years","description":"Years of trading, counted back from the last bar.","min":1,"max":40},
};

export const PREDICT_REQUEST_DEFAULTS: Readonly<ValuesOf<"PredictRequest">> = {
  feature_mode: "core",
  full_universe: false,
  horizon: 10,
  tickers: null,
  version: "latest",
  years: 2,
};

export const PREDICT_REQUEST_FIELDS: FieldsOf<"PredictRequest"> = {
  feature_mode: {"type":"string","nullable":false,"label":"Feature mode","description":"Which features the model uses.","options":["core","full"]},
  full_universe: {"type":"boolean","nullable":false,"label":"Full universe","description":"Every name of the data; not together with tickers."},
  horizon: {"type":"integer","nullable":false,"label":"Horizon","description":"Trading days ahead that the model predicts.","min":1,"max":252},
  tickers: {"type":"array","nullable":true,"label":"Tickers","description":"These names. If empty: the core list, or every name of the data with the full universe.","minItems":1,"maxItems":500,"items":{"type":"string","nullable":false,"label":"","description":"","pattern":"^[A-Z0-9][A-Z0-9.-]{0,11}$"}},
  version: {"type":"string","nullable":false,"label":"Version","description":"Model version; `latest` means the newest that fits when the job starts.","pattern":"^[a-z0-9][a-z0-9-]{0,63}$"},
  years: {"type":"integer","nullable":false,"label":"Years","description":"Years of past predictions that each new one is compared with.","min":1,"max":40},
};

export const TRAIN_REQUEST_DEFAULTS: Readonly<ValuesOf<"TrainRequest">> = {
  feature_mode: "core",
  full_universe: false,
  horizons: [10],
  survivorship: false,
  tickers: null,
  years: 15,
};

export const TRAIN_REQUEST_FIELDS: FieldsOf<"TrainRequest"> = {
  feature_mode: {"type":"string","nullable":false,"label":"Feature mode","description":"Which features the model uses.","options":["core","full"]},
  full_universe: {"type":"boolean","nullable":false,"label":"Full universe","description":"Every name of the data; not together with tickers."},
  horizons: {"type":"array","nullable":false,"label":"Horizons","description":"Trading days ahead to predict, one ensemble each.","minItems":1,"maxItems":8,"items":{"type":"integer","nullable":false,"label":"","description":"","min":1,"max":252}},
  survivorship: {"type":"boolean","nullable":false,"label":"Survivorship","description":"Use a point-in-time universe that includes names delisted later."},
  tickers: {"type":"array","nullable":true,"label":"Tickers","description":"These names. If empty: the core list, or every name of the data with the full universe.","minItems":1,"maxItems":500,"items":{"type":"string","nullable":false,"label":"","description":"","pattern":"^[A-Z0-9][A-Z0-9.-]{0,11}$"}},
  years: {"type":"integer","nullable":false,"label":"Years","description":"Years of out-of-sample predictions, counted back from the last bar.","min":1,"max":40},
};
