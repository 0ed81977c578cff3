/** What the page sends: fields of bodies, parameters of paths and queries, and headers. */
import {
  constantName,
  constantsOf,
  enclosing,
  followed,
  instead,
  kebab,
  nameOf,
  placed,
  ts,
  wireNames,
  without,
} from "./page-sources.mjs";

const PARTS = ["params", "query", "body", "headers"];
const CALLS = ["get", "post"];
const HEADER = /^[A-Z][A-Za-z]*(-[A-Z][A-Za-z]*)+$/;
/** A field that no request has. */
const NEW_FIELD = "priority";

export function* sendMutants(page) {
  const defaults = constantsOf(page);
  for (const node of page.nodes) {
    if (ts.isObjectLiteralExpression(node)) {
      yield* ofLiteral(node, page, defaults);
      yield* ofHeaders(node);
    } else if (ts.isCallExpression(node)) {
      yield* ofCall(node, page, defaults);
      yield* ofToken(node);
    }
  }
}

const idOf = (...parts) =>
  ["page-send", ...parts.map(kebab)].filter((part) => part !== "").join("-");
const camel = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
const otherName = (name) => (camel(name) === name ? `${name}_value` : camel(name));

/** An object whose fields go over the wire. */
function* ofLiteral(literal, { checker }, constants) {
  const owner = ownerOf(literal, checker);
  if (owner === null || owner === "headers") return;
  const where = enclosing(literal);
  const usual = constants.get(`${constantName(owner)}_DEFAULTS`);
  for (const property of literal.properties) {
    if (ts.isSpreadAssignment(property)) {
      yield {
        id: idOf("drop", owner, property.expression.getText(), "in", where),
        title: `The page does not send the fields of ${property.expression.getText()} in ${owner}, ${placed(literal)}.`,
        changes: [without(property, literal.properties)],
      };
      continue;
    }
    yield* ofField(property, literal, owner);
    const value = usual?.get(nameOf(property.name));
    if (value !== undefined) yield typed(property, owner, value);
  }
  // a parameter without a brace in the path is not sent
  if (owner === "params") return;
  yield {
    id: idOf("extra", owner, "in", where),
    title: `The page sends ${NEW_FIELD} in ${owner}, which the contract does not have, ${placed(literal)}.`,
    changes: [followed(literal.properties.at(-1), `, ${NEW_FIELD}: 1`)],
  };
}

function* ofField(property, literal, owner) {
  const name = nameOf(property.name);
  const other = otherName(name);
  const where = enclosing(literal);
  yield {
    id: idOf("rename", owner, name, "in", where),
    title: `The page sends ${other} instead of ${owner}.${name}, ${placed(literal)}.`,
    changes: [
      ts.isShorthandPropertyAssignment(property)
        ? instead(property, `${other}: ${name}`)
        : instead(property.name, other),
    ],
  };
  yield {
    id: idOf("drop", owner, name, "in", where),
    title: `The page does not send ${owner}.${name}, ${placed(literal)}.`,
    changes: [without(property, literal.properties)],
  };
}

function typed(property, owner, value) {
  const name = nameOf(property.name);
  return {
    id: idOf("typed", owner, name, "in", enclosing(property)),
    title: `The page types ${value} for ${owner}.${name}, which is the contract's default, ${placed(property)}.`,
    changes: [instead(property, `${name}: ${value}`)],
  };
}

/** The request or the part of a request that an object is; null: it is not sent. */
function ownerOf(literal, checker) {
  if (literal.properties.length === 0) return null;
  const { parent } = literal;
  if (ts.isCallExpression(parent) && parent.expression.getText() === "fillPath") return "params";
  if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)) {
    const name = nameOf(parent.name);
    const isLink = (one) => one.name !== undefined && nameOf(one.name) === "to";
    const links = ts.isPropertyAssignment(parent) && parent.parent.properties.some(isLink);
    if (PARTS.includes(name) && !links) return name;
  }
  const expected = checker.getContextualType(literal);
  const [field] = expected?.getProperties().flatMap(wireNames) ?? [];
  return field?.includes("Request.") ? field.slice(0, field.indexOf(".")) : null;
}

/** The parts of a request, and the fields of its body, where a call passes them. */
function* ofCall(call, { checker }, constants) {
  if (!CALLS.includes(call.expression.getText())) return;
  const [path, options] = call.arguments;
  if (path === undefined || options === undefined || !ts.isStringLiteral(path)) return;
  if (ts.isIdentifier(options)) yield withoutQuery(options, path.text);
  if (!ts.isObjectLiteralExpression(options)) return;
  for (const part of options.properties) {
    const name = nameOf(part.name);
    if (!PARTS.includes(name)) continue;
    yield {
      id: idOf("drop", name, "of", path.text, "in", enclosing(call)),
      title: `The page sends no ${name} to ${path.text}, ${placed(call)}.`,
      changes: [without(part, options.properties)],
    };
    const expected = checker.getContextualType(options)?.getProperty(name);
    if (name === "body" && ts.isShorthandPropertyAssignment(part) && expected !== undefined) {
      yield* ofBody(part, checker.getTypeOfSymbol(expected), constants);
    }
  }
}

function withoutQuery(options, path) {
  return {
    id: idOf("drop", "query", "of", path),
    title: `The page sends no query to ${path}, ${placed(options)}.`,
    changes: [instead(options, `{ signal: ${options.text}.signal }`)],
  };
}

/** Each field of a body that a form or an earlier job filled. */
function* ofBody(part, type, constants) {
  const fields = type.getProperties().flatMap(wireNames);
  const [owner] = fields[0]?.split(".") ?? [];
  if (owner === undefined) return;
  const usual = constants.get(`${constantName(owner)}_DEFAULTS`) ?? new Map();
  const mutant = (how, name, title, value) => ({
    id: idOf(how, owner, name),
    title: `${title}, ${placed(part)}.`,
    changes: [instead(part, `body: ${value}`)],
  });
  for (const [name, value] of [...usual].sort()) {
    const other = otherName(name);
    yield mutant(
      "rename",
      name,
      `The page sends ${other} instead of ${owner}.${name}`,
      `(({ ${name}, ...rest }) => ({ ...rest, ${other}: ${name} }))(body)`,
    );
    yield mutant(
      "drop",
      name,
      `The page never sends ${owner}.${name}`,
      `(({ ${name}: _${name}, ...rest }) => rest)(body)`,
    );
    yield mutant(
      "typed",
      name,
      `The page sends ${value} for ${owner}.${name}, whatever the user chose`,
      `{ ...body, ${name}: ${value} }`,
    );
  }
  const extra = `{ ...body, ${NEW_FIELD}: 1 }`;
  yield mutant("extra", "", `The page sends ${NEW_FIELD} as well, which ${owner} lacks`, extra);
}

/** Headers by their names. */
function* ofHeaders(literal) {
  for (const property of literal.properties) {
    if (!ts.isPropertyAssignment(property)) continue;
    const name = nameOf(property.name);
    if (!ts.isStringLiteral(property.name) || !HEADER.test(name)) continue;
    const where = enclosing(literal);
    yield {
      id: idOf("rename", "header", name, "in", where),
      title: `The page sends the header X-${name} instead of ${name}, ${placed(literal)}.`,
      changes: [instead(property.name, `"X-${name}"`)],
    };
    yield {
      id: idOf("drop", "header", name, "in", where),
      title: `The page does not send the header ${name}, ${placed(literal)}.`,
      changes: [without(property, literal.properties)],
    };
  }
}

/** The header with the token, which a call sets. */
function* ofToken(call) {
  const [name, value] = call.arguments;
  if (name === undefined || !ts.isStringLiteral(name) || name.text !== "Authorization") return;
  const mutant = (how, title, change) => ({
    id: idOf(how, "header", name.text),
    title: `${title}, ${placed(call)}.`,
    changes: [change],
  });
  yield mutant(
    "rename",
    "The page sends its token as X-Authorization",
    instead(name, '"X-Authorization"'),
  );
  yield mutant("drop", "The page sends no token", instead(call.parent, "{}"));
  const other = value.getText().replace("Bearer", "Token");
  yield mutant("typed", "The page sends its token under another scheme", instead(value, other));
}
