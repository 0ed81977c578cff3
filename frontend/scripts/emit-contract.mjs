/**
 * Emits what type generators leave out of OpenAPI 3.2: the events of a stream with their payloads,
 * and the defaults, bounds, descriptions and enums that forms are built from. A pure function of
 * the contract: the same document gives the same bytes.
 */
import { component, HEADER, refName } from "./contract-document.mjs";

/** Component enums (JobStatus, ErrorCode, …) as tuples, so that code can list them. */
function enums(contract) {
  return Object.entries(contract.components.schemas)
    .filter(([, schema]) => Array.isArray(schema.enum))
    .map(([name, schema]) => `export const ${constant(name)} = ${tuple(schema.enum)};\n`);
}

/** One stream: the names of its events, the payload of each, its ends, and how it begins again. */
function stream(contract, path, operation) {
  const media = operation.responses["200"].content["text/event-stream"];
  const rules = operation["x-sse"];
  if (!media?.itemSchema || !rules) throw new Error(`${path} lacks itemSchema or x-sse`);
  const frames = component(contract, refName(media.itemSchema)).oneOf.map(refName);
  const payloads = frames.map((name) => {
    const { event, data } = component(contract, name).properties;
    return [event.const, refName(data.contentSchema)];
  });
  const names = payloads.map(([name]) => name);
  if (
    new Set([...names, ...rules.events]).size !== names.length ||
    names.length !== rules.events.length
  ) {
    throw new Error(`${path}: itemSchema says ${names}, x-sse says ${rules.events}`);
  }
  const type = pascal(operation.operationId);
  const lines = payloads.map(([name, payload]) => `  ${name}: Schemas["${payload}"];\n`);
  return [
    `/** ${operation.description} */\n`,
    `export interface ${type}Payloads {\n${lines.join("")}}\n\n`,
    `export const ${constant(operation.operationId)} = {\n`,
    `  path: ${quote(path)},\n`,
    `  events: ${tuple(names)},\n`,
    `  terminal: ${tuple(rules.terminal)},\n`,
    `  last: ${quote(rules.last)},\n`,
    `  retryMs: ${rules.retry_ms},\n`,
    "} as const satisfies StreamContract<",
    `keyof ${type}Payloads>;\n`,
  ].join("");
}

function streams(contract) {
  return Object.entries(contract.paths).flatMap(([path, operations]) =>
    Object.values(operations)
      .filter((operation) => operation["x-sse"] !== undefined)
      .map((operation) => stream(contract, path, operation)),
  );
}

/** Every request body, by its component's name. */
function requests(contract) {
  const names = Object.values(contract.paths).flatMap((operations) =>
    Object.values(operations).flatMap((operation) => {
      const schema = operation.requestBody?.content["application/json"]?.schema;
      return schema === undefined ? [] : [refName(schema)];
    }),
  );
  return [...new Set(names)].sort(byName);
}

function request(contract, name) {
  const { properties, required = [] } = component(contract, name);
  const fields = Object.entries(properties).sort(([a], [b]) => byName(a, b));
  const defaults = fields
    .filter(([field]) => !required.includes(field))
    .map(([field, schema]) => `  ${field}: ${quote(defaultOf(name, field, schema))},\n`);
  const described = fields.map(([field, schema]) => `  ${field}: ${quote(fieldOf(schema))},\n`);
  return [
    `export const ${constant(name)}_DEFAULTS: Readonly<Required<Schemas["${name}"]>> = {\n`,
    `${defaults.join("")}};\n\n`,
    `export const ${constant(name)}_FIELDS = {\n${described.join("")}`,
    `} as const satisfies Record<keyof Schemas["${name}"], FieldContract>;\n`,
  ].join("");
}

function defaultOf(name, field, schema) {
  if (schema.default !== undefined) return schema.default;
  throw new Error(`${name}.${field} is optional and has no default`);
}

const BOUNDS = {
  minimum: "min",
  exclusiveMinimum: "exclusiveMin",
  maximum: "max",
  exclusiveMaximum: "exclusiveMax",
  minLength: "minLength",
  maxLength: "maxLength",
  minItems: "minItems",
  maxItems: "maxItems",
  pattern: "pattern",
  enum: "options",
};

/** What a form needs to know of a field; a nullable field is described by its other choice. */
function fieldOf(schema) {
  const choices = schema.anyOf ?? [schema];
  const known = choices.filter((choice) => choice.type !== "null");
  if (known.length !== 1) throw new Error(`Cannot describe ${JSON.stringify(schema)}`);
  const [kind] = known;
  const field = { type: kind.type, nullable: choices.length > known.length };
  field.label = label(schema.title ?? "");
  field.description = schema.description ?? "";
  for (const [keyword, name] of Object.entries(BOUNDS)) {
    if (kind[keyword] !== undefined) field[name] = kind[keyword];
  }
  if (kind.items !== undefined) field.items = fieldOf(kind.items);
  return field;
}

const PREAMBLE = `import type { components } from "./openapi.gen.ts";

export type Schemas = components["schemas"];

/** What a stream promises; \`terminal\` end a job, \`last\` ends the stream. */
export interface StreamContract<Name extends string> {
  readonly path: string;
  readonly events: readonly Name[];
  readonly terminal: readonly Name[];
  readonly last: Name | null;
  readonly retryMs: number;
}

/** What the contract says of one field of a request. */
export interface FieldContract {
  readonly type: "string" | "number" | "integer" | "boolean" | "array";
  readonly nullable: boolean;
  readonly label: string;
  readonly description: string;
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

/** One handler for each event: an event that the contract gains breaks the build until it has one. */
export type Handlers<Payloads> = {
  readonly [Name in keyof Payloads]: (data: Payloads[Name]) => void;
};

/**
 * Hands each event to its handler and says which it was; null: the contract has no such event. Every
 * event of the contract must have a handler, or it does not compile.
 */
export function subscribe<Payloads>(
  contract: StreamContract<keyof Payloads & string>,
  handlers: Handlers<Payloads>,
): (said: string | undefined, read: () => unknown) => (keyof Payloads & string) | null {
  return (said, read) => {
    const name = contract.events.find((known) => known === said);
    if (name === undefined) return null;
    handlers[name](read() as Payloads[typeof name]);
    return name;
  };
}

/** T, and nothing that U does not have: closes the hole that a spread opens in excess property checks. */
export type Exact<T extends U, U> = T & { readonly [Extra in Exclude<keyof T, keyof U>]: never };
`;

/** The whole module. */
export function emitContract(contract) {
  const parts = [PREAMBLE, ...enums(contract), ...streams(contract)];
  for (const name of requests(contract)) parts.push(request(contract, name));
  return HEADER + parts.join("\n");
}

const byName = (a, b) => (a < b ? -1 : 1);
const quote = (value) => JSON.stringify(value);
const tuple = (values) => `[${values.map(quote).join(", ")}] as const`;
const label = (title) => title.charAt(0) + title.slice(1).toLowerCase();
const constant = (name) => name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toUpperCase();
const pascal = (name) => name.replace(/(?:^|_)([a-z])/g, (_, letter) => letter.toUpperCase());
