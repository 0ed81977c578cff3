/** Reads a form's value as the contract wants it, and says in words what is wrong with it. */
import type { FieldContract } from "../../types/api.ts";

/** What is wrong with the value; null when nothing is. */
export function fault(contract: FieldContract, value: unknown): string | null {
  if (value === null) return contract.nullable ? null : "Give a value.";
  switch (contract.type) {
    case "integer":
    case "number":
      return numberFault(contract, value);
    case "string":
      return textFault(contract, value);
    case "array":
      return listFault(contract, value);
    case "boolean":
      return typeof value === "boolean" ? null : "Say yes or no.";
  }
}

function numberFault(contract: FieldContract, value: unknown): string | null {
  const { min, exclusiveMin, max, exclusiveMax } = contract;
  if (typeof value !== "number" || !Number.isFinite(value)) return "Give a number.";
  if (contract.type === "integer" && !Number.isInteger(value)) return "Give a whole number.";
  if (min !== undefined && value < min) return `At least ${min}.`;
  if (exclusiveMin !== undefined && value <= exclusiveMin) return `More than ${exclusiveMin}.`;
  if (max !== undefined && value > max) return `At most ${max}.`;
  if (exclusiveMax !== undefined && value >= exclusiveMax) return `Less than ${exclusiveMax}.`;
  return null;
}

function textFault({ pattern, options }: FieldContract, value: unknown): string | null {
  if (typeof value !== "string" || value === "") return "Give a value.";
  if (options !== undefined && !options.includes(value)) return `One of ${options.join(", ")}.`;
  if (pattern !== undefined && !new RegExp(pattern).test(value)) return `${value} is not valid.`;
  return null;
}

function listFault(contract: FieldContract, value: unknown): string | null {
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY, items } = contract;
  if (!Array.isArray(value)) return "Give a list.";
  const list: unknown[] = value;
  if (list.length < minItems) return `At least ${minItems}.`;
  if (list.length > maxItems) return `At most ${maxItems}.`;
  if (items === undefined) return null;
  for (const item of list) {
    const wrong = fault(items, item);
    if (wrong !== null) return wrong;
  }
  return null;
}

/** The items of a list that was typed, each once; none at all is said as null where the contract has that. */
export function readList({ items, nullable }: FieldContract, texts: string[]): unknown[] | null {
  const given = texts.map((text) => text.trim()).filter((text) => text !== "");
  const read = given.map((text) => (items === undefined ? text : readItem(items, text)));
  return read.length === 0 && nullable ? null : [...new Set(read)];
}

function readItem(item: FieldContract, text: string): unknown {
  if (item.type === "integer" || item.type === "number") {
    const value = Number(text);
    return Number.isFinite(value) ? value : text;
  }
  // names are in capitals, whatever was typed
  return fault(item, text) === null ? text : text.toUpperCase();
}
