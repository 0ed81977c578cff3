/** The parameters of a job as text: every field of its request, with the contract's label. */
import { JOB_TYPES } from "../../jobTypes.ts";
import type { FieldContract } from "../../types/api.ts";
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

/** For a report, a manifest or a cycle, which have the parameters of a job without its record. */
export function parametersOfType<T extends JobType>(type: T, params: ParamsByType[T]): Parameter[] {
  const { fields, defaults } = JOB_TYPES[type];
  return fieldNames(fields).map((name) => {
    const { label, description } = fields[name];
    const value = parameterText(params[name]);
    const changed = value !== parameterText(defaults[name]);
    return { name, label, description, value, changed };
  });
}

/** The label of the field with this path, such as `tickers.0`; the path where the request has no such field. */
export function fieldLabel(type: JobType, path: string): string {
  const [field] = path.split(".");
  const [, contract] =
    Object.entries<FieldContract>(JOB_TYPES[type].fields).find(([name]) => name === field) ?? [];
  return contract?.label ?? path;
}

/** `tickers` is the only parameter that may be null: the core list. */
function parameterText(value: unknown): string {
  if (value === null) return "core list";
  if (typeof value === "boolean") return value ? "on" : "off";
  if (Array.isArray(value)) return value.join(" ");
  return typeof value === "string" ? value : JSON.stringify(value);
}
