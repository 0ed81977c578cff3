/** The parameters of a job in words: every field of its request under the contract's label. */
import { JOB_TYPES } from "../../jobTypes.ts";
import { fieldNames } from "../../types/compute.ts";
import type { JobOf, JobType, ParamsByType } from "../../types/jobs.ts";

export interface Parameter {
  name: string;
  label: string;
  description: string;
  value: string;
  /** Whether it differs from the default. */
  changed: boolean;
}

export function parametersOf<T extends JobType>({ job_type, params }: JobOf<T>): Parameter[] {
  return parametersOfType(job_type, params);
}

/** @param params of a job that is not at hand: a report, a manifest or a cycle has them too. */
export function parametersOfType<T extends JobType>(type: T, params: ParamsByType[T]): Parameter[] {
  const { fields, defaults } = JOB_TYPES[type];
  return fieldNames(fields).map((name) => {
    const { label, description } = fields[name];
    const value = parameterText(params[name]);
    const changed = value !== parameterText(defaults[name]);
    return { name, label, description, value, changed };
  });
}

/** Null is the value of `tickers` for which the service takes its core list. */
function parameterText(value: unknown): string {
  if (value === null) return "core list";
  if (typeof value === "boolean") return value ? "on" : "off";
  if (Array.isArray(value)) return value.join(" ");
  return typeof value === "string" ? value : JSON.stringify(value);
}
