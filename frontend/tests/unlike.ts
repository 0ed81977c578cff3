/** Requests in which no field has its default, so that a field which is lost on the way is missed. */
import { fault } from "../src/components/forms/bounds.ts";
import { JOB_TYPES } from "../src/jobTypes.ts";
import type { FieldContract } from "../src/types/api.ts";
import type { JobType, ParamsByType } from "../src/types/jobs.ts";
import { OTHER_VERSION } from "./screens.ts";

/** Texts for a field with a pattern. */
const TEXTS = [OTHER_VERSION, "AAA"];

export function paramsUnlike<T extends JobType>(type: T): ParamsByType[T] {
  const { fields, defaults } = JOB_TYPES[type];
  const usual = new Map<string, unknown>(Object.entries(defaults));
  const others = Object.entries<FieldContract>(fields).map(([name, field]) => [
    name,
    otherThan(usual.get(name), field),
  ]);
  return Object.fromEntries(others) as ParamsByType[T];
}

function otherThan(usual: unknown, field: FieldContract): unknown {
  const other = candidates(usual, field).find(
    (value) => fault(field, value) === null && JSON.stringify(value) !== JSON.stringify(usual),
  );
  if (other === undefined) throw new Error(`${field.label} has no value but its default`);
  return other;
}

function candidates(usual: unknown, field: FieldContract): unknown[] {
  const { type, options, items, max = 1, min = max / 2 } = field;
  switch (type) {
    case "boolean":
      return [usual !== true];
    case "string":
      return [...(options ?? TEXTS)];
    case "integer":
    case "number":
      return [Number(usual) + 1, Number(usual) - 1, min, max];
    case "array":
      return items === undefined
        ? []
        : candidates((usual as unknown[] | null)?.[0], items).map((one) => [one]);
  }
}
