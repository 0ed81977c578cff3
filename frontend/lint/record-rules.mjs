/** Rules about who owns what: records come from the service, and a module takes the constants of one request. */
import ts from "typescript";
import { named } from "./wire-types.mjs";

/** The one module that makes a request of another one. */
const REQUESTS = "src/jobTypes.ts";

export function* recordRules(node, path, context) {
  yield* named("made-record", madeRecords(node, context));
  if (path !== REQUESTS) {
    yield* named("made-request", madeRequests(node, context));
    yield* named("foreign-request", foreignRequests(node, context));
  }
}

/** An object that the page makes or changes itself, where the service alone makes such objects. */
function* madeRecords(node, context) {
  if (ts.isSpreadAssignment(node) && isAnswer(typeOf(node.expression, context), context)) {
    yield "a copy of a record is changed here; only the service makes and changes records";
  } else if (ts.isObjectLiteralExpression(node)) {
    // names first: types take time
    if (!context.answers.has(keyOf(node.properties.map(({ name }) => name?.text)))) return;
    const type = context.checker.getContextualType(node);
    if (type === undefined || isAnswer(type, context)) {
      yield "a record is made here; only the service makes and changes records";
    }
  } else if (ts.isCallExpression(node) && COPIES.has(node.expression.getText())) {
    if (node.arguments.some((one) => isAnswer(typeOf(one, context), context))) {
      yield "a record is copied here; only the service makes and changes records";
    }
  } else if (isChange(node)) {
    const target = ts.isBinaryExpression(node) ? node.left : node.expression;
    if (!ts.isPropertyAccessExpression(target) && !ts.isElementAccessExpression(target)) return;
    if (isAnswer(typeOf(target.expression, context), context)) {
      yield "a record is changed here; only the service makes and changes records";
    }
  }
}

/** A request that is made or changed by hand, so that it loses a field, or one has another value than the user sees. */
function* madeRequests(node, context) {
  if (ts.isObjectLiteralExpression(node)) {
    const names = node.properties.map(({ name }) => name?.text);
    const isSpread = names.includes(undefined);
    // names first: types take time
    if (!isSpread && !names.some((name) => context.requestNames.has(name))) return;
    const spread = node.properties.filter(ts.isSpreadAssignment).map((one) => one.expression);
    const type = context.checker.getContextualType(node);
    const types = [...spread.map((one) => typeOf(one, context)), ...(type ? [type] : [])];
    if (types.some((one) => isRequest(one, context))) {
      yield `a request is made by hand here; take it whole, or use requestLike of ${REQUESTS}`;
    }
  } else if (ts.isCallExpression(node) && COPIES.has(node.expression.getText())) {
    if (node.arguments.some((one) => isRequest(typeOf(one, context), context))) {
      yield `a request is copied here; take it whole, or use requestLike of ${REQUESTS}`;
    }
  } else if (ts.isBindingElement(node) && node.dotDotDotToken !== undefined) {
    if (isRequest(typeOf(node.parent, context), context)) {
      yield `a request loses a field here; take it whole, or use requestLike of ${REQUESTS}`;
    }
  } else if (isChange(node)) {
    const target = ts.isBinaryExpression(node) ? node.left : node.expression;
    if (!ts.isPropertyAccessExpression(target) && !ts.isElementAccessExpression(target)) return;
    if (isRequest(typeOf(target.expression, context), context)) {
      yield `a request is changed here; take it whole, or use requestLike of ${REQUESTS}`;
    }
  }
}

/** Whether the type, or a member of the union, has the fields of a request, or is the values of any form. */
function isRequest(type, { checker, requestKeys }) {
  const parts = type.isUnion() ? type.types : [type];
  return parts.some((part) => {
    const isValues =
      (part.flags & ts.TypeFlags.TypeParameter) !== 0 && part.symbol.name === "Values";
    const names = checker.getPropertiesOfType(part).map(({ name }) => name);
    return isValues || requestKeys.has(keyOf(names));
  });
}

const COPIES = new Set(["Object.assign", "structuredClone", "Object.fromEntries"]);

function isChange(node) {
  if (ts.isDeleteExpression(node)) return true;
  return (
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind >= ts.SyntaxKind.FirstAssignment &&
    node.operatorToken.kind <= ts.SyntaxKind.LastAssignment
  );
}

function typeOf(node, { checker }) {
  return checker.getTypeAtLocation(node);
}

/** Whether the type, or a member of the union, is an object that answers and events have, and no request. */
function isAnswer(type, { answers }) {
  const parts = type.isUnion() ? type.types : [type];
  return parts.some((part) => {
    const properties = part.getProperties();
    return answers.has(keyOf(properties.map(({ name }) => name))) && properties.every(isGenerated);
  });
}

export const keyOf = (names) => names.toSorted().join();

/** The names of the fields of each object in the contract that is no request. */
export function answerFields(contract, requests) {
  const fields = Object.values(contract.components.schemas).map(({ properties = {} }) =>
    Object.keys(properties),
  );
  const operations = Object.values(contract.paths).flatMap((item) => Object.values(item));
  const inPath = new Set(
    operations
      .flatMap(({ parameters = [] }) => parameters)
      .flatMap((one) => (one.in === "path" ? [one.name] : [])),
  );
  // an object with the id of a path alone is made for a request
  const isPath = (names) => names.every((name) => inPath.has(name));
  const isRequest = (names) => requests.some((one) => names.every((name) => one.has(name)));
  return new Set(fields.filter((names) => !isRequest(names) && !isPath(names)).map(keyOf));
}

function isGenerated({ declarations = [] }) {
  return declarations.some((one) => one.getSourceFile().fileName.endsWith("openapi.gen.ts"));
}

/** Defaults or fields of a second request in the same module. */
function* foreignRequests(node, context) {
  if (!ts.isImportSpecifier(node)) return;
  const request = requestOf(node, context);
  if (request === null) return;
  const first = node.parent.elements
    .map((one) => requestOf(one, context))
    .find((one) => one !== null);
  if (first !== request) {
    yield `${request} is another request than ${first}, whose defaults and bounds this module uses`;
  }
}

/** `BACKTEST_REQUEST` for its defaults and fields. */
function requestOf(node, { checker }) {
  const name = (node.propertyName ?? node.name).text;
  const match = /^(.+_REQUEST)_(DEFAULTS|FIELDS)$/.exec(name);
  return match !== null && checker.getSymbolAtLocation(node.name) !== undefined ? match[1] : null;
}
