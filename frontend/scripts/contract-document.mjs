/** Reads the exported contract and follows its references. */
import { readFileSync } from "node:fs";

export const CONTRACT = new URL("../../openapi.json", import.meta.url);

export const HEADER = "// Generated from openapi.json by `npm run types`; do not edit.\n\n";

export function readContract() {
  return JSON.parse(readFileSync(CONTRACT, "utf8"));
}

/** The name of the component that a reference points to. */
export function refName(node) {
  const prefix = "#/components/schemas/";
  if (typeof node?.$ref !== "string" || !node.$ref.startsWith(prefix)) {
    throw new Error(`expected a $ref to a component schema, got ${JSON.stringify(node)}`);
  }
  return node.$ref.slice(prefix.length);
}

/** The component schema with this name; a missing one is an error, so that it never becomes an empty type. */
export function component(contract, name) {
  const schema = contract.components.schemas[name];
  if (schema === undefined) throw new Error(`openapi.json has no component schema ${name}`);
  return schema;
}
