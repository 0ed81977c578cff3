/** Names in the contract: its closed sets of values, the fields of requests, and query parameters. */

/** `sets`: values by the name of the set; `names`: properties that have a closed set wherever they occur. */
export function closedSets(contract) {
  const schemas = contract.components.schemas;
  const sets = new Map();
  const always = new Map();
  for (const [name, schema] of Object.entries(schemas)) {
    if (schema.enum !== undefined) sets.set(name, new Set(schema.enum));
    for (const [field, property] of Object.entries(schema.properties ?? {})) {
      const members = membersOf(property, schemas);
      if (members === null && !isText(property)) continue;
      always.set(field, members !== null && always.get(field) !== false);
    }
  }
  return { sets, names: new Set([...always].filter(([, closed]) => closed).map(([name]) => name)) };
}

function membersOf(property, schemas) {
  const choices = (property.anyOf ?? [property]).filter(({ type }) => type !== "null");
  if (choices.length !== 1) return null;
  const name = choices[0].$ref?.split("/").at(-1);
  const schema = name === undefined ? choices[0] : schemas[name];
  if (typeof schema?.const === "string") return [schema.const];
  return schema?.enum ?? null;
}

function isText(property) {
  return (property.anyOf ?? [property]).some(({ type }) => type === "string");
}

/** The field names of each request. */
export function requestFields(contract) {
  const names = Object.values(contract.paths)
    .flatMap((operations) => Object.values(operations))
    .flatMap(({ requestBody }) => requestBody?.content["application/json"]?.schema.$ref ?? [])
    .map((reference) => reference.split("/").at(-1));
  return names.map((name) => new Set(Object.keys(contract.components.schemas[name].properties)));
}

/** The names of the query parameters of each operation that has any. */
export function queryParameters(contract) {
  return Object.values(contract.paths)
    .flatMap((operations) => Object.values(operations))
    .map(({ parameters = [] }) => parameters.filter((one) => one.in === "query"))
    .filter((parameters) => parameters.length > 0)
    .map((parameters) => new Set(parameters.map(({ name }) => name)));
}

/** The names of fields that are a date, and never a time. */
export function dateFields(contract) {
  const formats = Object.values(contract.components.schemas).flatMap(({ properties = {} }) =>
    Object.entries(properties).flatMap(([name, property]) =>
      (property.anyOf ?? [property]).map(({ format }) => [name, format]),
    ),
  );
  const named = (format) => formats.filter(([, one]) => one === format).map(([name]) => name);
  const times = new Set(named("date-time"));
  return new Set(named("date").filter((name) => !times.has(name)));
}
