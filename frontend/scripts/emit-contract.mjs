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

/** One stream: its event names, the payload of each, which of them are terminal or last, and its retry time. */
function stream(contract, path, operation) {
  const media = operation.responses["200"]?.content?.["text/event-stream"];
  const rules = operation["x-sse"];
  if (!media?.itemSchema || !rules) {
    throw new Error(
      `${path}: an event stream needs x-sse, and itemSchema in text/event-stream of 200`,
    );
  }
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
    throw new Error(`${path}: itemSchema has the events ${names}, x-sse has ${rules.events}`);
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
      .filter(isStream)
      .map((operation) => stream(contract, path, operation)),
  );
}

/** Either mark is enough: `stream` fails where the other is missing, so that no stream is left out. */
function isStream({ responses, "x-sse": rules }) {
  const contents = Object.values(responses).map(({ content = {} }) => content);
  return rules !== undefined || contents.some((content) => "text/event-stream" in content);
}

/** The component names of all request bodies. */
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
    `export const ${constant(name)}_DEFAULTS: Readonly<ValuesOf<"${name}">> = {\n`,
    `${defaults.join("")}};\n\n`,
    `export const ${constant(name)}_FIELDS: FieldsOf<"${name}"> = {\n${described.join("")}};\n`,
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
  "x-unit": "unit",
};

/** What a form needs of a field's schema; a nullable field is described by its other type. */
function fieldOf(schema) {
  const choices = schema.anyOf ?? [schema];
  const types = choices.filter((choice) => choice.type !== "null");
  if (types.length !== 1)
    throw new Error(`cannot describe ${JSON.stringify(schema)}: it has several types`);
  const [kind] = types;
  const field = { type: kind.type, nullable: choices.length > types.length };
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

/** One stream of the contract: \`terminal\` events end a job, the \`last\` event ends the stream. */
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
`;

/** Every unit of the contract's numbers. */
function units(node) {
  if (node === null || typeof node !== "object") return [];
  const own = typeof node["x-unit"] === "string" ? [node["x-unit"]] : [];
  return [...own, ...Object.values(node).flatMap(units)];
}

/** The whole module. */
export function emitContract(contract) {
  const names = [...new Set(units(contract))].sort(byName).map(quote).join(" | ");
  const parts = [
    PREAMBLE,
    `export type Unit = ${names || "never"};\n`,
    ...enums(contract),
    ...streams(contract),
  ];
  for (const name of requests(contract)) parts.push(request(contract, name));
  return HEADER + parts.join("\n");
}

const byName = (a, b) => (a < b ? -1 : 1);
const quote = (value) => JSON.stringify(value);
const tuple = (values) => `[${values.map(quote).join(", ")}] as const`;
const label = (title) => title.charAt(0) + title.slice(1).toLowerCase();
const constant = (name) => name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toUpperCase();
const pascal = (name) => name.replace(/(?:^|_)([a-z])/g, (_, letter) => letter.toUpperCase());
