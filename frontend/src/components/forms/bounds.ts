/** Checks the values of a form against the contract. */
import type { FieldContract } from "../../types/api.ts";

/** The error of a value, for the user; null where it is valid. */
export function fault(contract: FieldContract, value: unknown): string | null {
  if (value === null) return contract.nullable ? null : "Enter a value.";
  switch (contract.type) {
    case "integer":
    case "number":
      return numberFault(contract, value);
    case "string":
      return textFault(contract, value);
    case "array":
      return listFault(contract, value);
    case "boolean":
      return typeof value === "boolean" ? null : "Choose yes or no.";
  }
}

function numberFault(contract: FieldContract, value: unknown): string | null {
  const { min, exclusiveMin, max, exclusiveMax } = contract;
  if (typeof value !== "number" || !Number.isFinite(value)) return "Enter a number.";
  if (contract.type === "integer" && !Number.isInteger(value)) return "Enter a whole number.";
  if (min !== undefined && value < min) return `At least ${min}.`;
  if (exclusiveMin !== undefined && value <= exclusiveMin) return `More than ${exclusiveMin}.`;
  if (max !== undefined && value > max) return `At most ${max}.`;
  if (exclusiveMax !== undefined && value >= exclusiveMax) return `Less than ${exclusiveMax}.`;
  return null;
}

function textFault({ pattern, options }: FieldContract, value: unknown): string | null {
  if (typeof value !== "string" || value === "") return "Enter a value.";
  if (options !== undefined && !options.includes(value)) return `One of ${options.join(", ")}.`;
  if (pattern !== undefined && !new RegExp(pattern).test(value)) return `${value} is not valid.`;
  return null;
}

function listFault(contract: FieldContract, value: unknown): string | null {
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY, items } = contract;
  if (!Array.isArray(value)) return "Enter a list.";
  const list: unknown[] = value;
  if (list.length < minItems) return `At least ${minItems}.`;
  if (list.length > maxItems) return `At most ${maxItems}.`;
  if (items === undefined) return null;
  for (const item of list) {
    const error = fault(items, item);
    if (error !== null) return error;
  }
  return null;
}

/** The items of an entered list, without duplicates; an empty list is null where the contract allows it. */
export function readList({ items, nullable }: FieldContract, texts: string[]): unknown[] | null {
  const entries = texts.map((text) => text.trim()).filter((text) => text !== "");
  const read = entries.map((text) => (items === undefined ? text : readItem(items, text)));
  return read.length === 0 && nullable ? null : [...new Set(read)];
}

function readItem(item: FieldContract, text: string): unknown {
  if (item.type === "integer" || item.type === "number") {
    const value = Number(text);
    return Number.isFinite(value) ? value : text;
  }
  // tickers are upper case
  return fault(item, text) === null ? text : text.toUpperCase();
}
