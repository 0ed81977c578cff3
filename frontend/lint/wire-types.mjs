/** Rules about the types of the wire: no value of a closed set becomes any string, and no cast claims a type. */
import { relative } from "node:path";
import ts from "typescript";
import {
  comparedAsText,
  isClosed,
  isDeclaration,
  mentionsString,
  widenedValue,
} from "../../contract_tests/wirelaw/src/wirelaw/page/closed-sets.mjs";

export { literalOf } from "../../contract_tests/wirelaw/src/wirelaw/page/closed-sets.mjs";

/** Adds the name of the rule to each message, in the form of oxlint. */
export function* named(rule, messages) {
  for (const message of messages) yield `${message} [wire/${rule}]`;
}

export function* typeRules(node, path, context) {
  yield* named("plain-string", plainStrings(node, context));
  yield* named("cast", casts(node, path, context));
  yield* named("compared-as-text", comparisons(node, context));
  yield* named("loose-table", looseTables(node, context));
  yield* named("excess-field", excessFields(node, context));
}

/** `status: string`, wherever a type can be written: in shapes, parameters, variables and generics. */
function* plainStrings(node, { checker, closed }) {
  if (!isDeclaration(node)) return;
  const name = node.name.text;
  if (closed.names.has(name) && mentionsString(node.type)) {
    yield `${name} has a closed set of values and is not any string; take its type from src/types/`;
  } else {
    const value = widenedValue(node);
    if (value !== undefined && isClosed(checker.getTypeAtLocation(value))) {
      yield "a value of a closed set is widened to string here; leave the type out, or take it from src/types/";
    }
  }
}

/** A cast to any string, or to a type of the wire outside src/api/. */
function* casts(node, path, { checker, root }) {
  if (!ts.isAsExpression(node) && !ts.isTypeAssertionExpression(node)) return;
  const value = widenedValue(node);
  if (value !== undefined && isClosed(checker.getTypeAtLocation(value))) {
    yield "a value of a closed set is cast to string";
  }
  if (!path.startsWith("src/api/") && isWireType(node.type, checker, root)) {
    yield "a cast claims a type of the wire; only src/api/ gives answers their types";
  }
}

function isWireType(type, checker, root) {
  if (ts.isTypeReferenceNode(type) || ts.isIndexedAccessTypeNode(type)) {
    const name = ts.isTypeReferenceNode(type) ? type.typeName : null;
    let symbol = name === null ? undefined : checker.getSymbolAtLocation(name);
    if (symbol !== undefined && (symbol.flags & ts.SymbolFlags.Alias) !== 0) {
      symbol = checker.getAliasedSymbol(symbol);
    }
    const files = (symbol?.declarations ?? []).map((one) => one.getSourceFile().fileName);
    if (files.some((file) => relative(root, file).startsWith("src/types/"))) return true;
  }
  return (
    ts.forEachChild(type, (child) =>
      ts.isTypeNode(child) && isWireType(child, checker, root) ? true : undefined,
    ) === true
  );
}

/** A value of a closed set that is compared as text, where the compiler no longer knows the set. */
function* comparisons(node, { checker }) {
  if (comparedAsText(node).some((inner) => isClosed(checker.getTypeAtLocation(inner)))) {
    yield "a value of a closed set is compared as text, so the compiler accepts a value that does not exist; compare the value itself";
  }
}

/** A table of some values of a closed set, or one with any string as a key. */
function* looseTables(node, { checker }) {
  if (ts.isTypeReferenceNode(node) && node.typeName.getText() === "Partial") {
    const [table] = node.typeArguments ?? [];
    const [key] =
      table !== undefined && ts.isTypeReferenceNode(table) ? (table.typeArguments ?? []) : [];
    if (key !== undefined && isClosed(checker.getTypeAtLocation(key))) {
      yield "this table may lack values of a closed set; use a Record, which breaks the build when a value is added";
    }
  }
  if (ts.isMappedTypeNode(node) && node.questionToken !== undefined) {
    const key = node.typeParameter.constraint;
    if (key !== undefined && isClosed(checker.getTypeAtLocation(key))) {
      yield "this table may lack values of a closed set; use a Record, which breaks the build when a value is added";
    }
  }
  if (ts.isElementAccessExpression(node)) {
    const table = checker.getTypeAtLocation(node.expression);
    const key = checker.getTypeAtLocation(node.argumentExpression);
    if (isClosed(key) && key.types?.some(({ value }) => table.getProperty(value) === undefined)) {
      if (table.getStringIndexType() !== undefined) {
        yield "a table with any string as a key is read by a value of a closed set; make it a Record of all values";
      }
    }
  }
}

/** A field that a body or a query does not have: the compiler lets it through a spread or a variable. */
function* excessFields(node, { checker, inputs, inputNames }) {
  if (!mayBeInput(node, inputNames)) return;
  // the actual type first: it is cheap, and rarely has a field of a request
  const actual = checker.getTypeAtLocation(node).getProperties();
  if (!actual.some(({ name }) => inputNames.has(name))) return;
  const expected = checker.getContextualType(node);
  if (expected === undefined) return;
  const declared = checker
    .getNonNullableType(expected)
    .getProperties()
    .map(({ name }) => name);
  const isInput = inputs.some(
    (fields) => fields.size === declared.length && declared.every((name) => fields.has(name)),
  );
  if (!isInput) return;
  for (const { name } of actual) {
    if (declared.includes(name)) continue;
    yield `${name} is not a field of this request, so the service would refuse it`;
  }
}

function mayBeInput(node, fields) {
  if (ts.isObjectLiteralExpression(node)) {
    return node.properties.some((one) => ts.isSpreadAssignment(one) || fields.has(one.name.text));
  }
  if (!ts.isIdentifier(node) && !ts.isCallExpression(node)) return false;
  const { parent } = node;
  return (
    ts.isShorthandPropertyAssignment(parent) ||
    ts.isArrowFunction(parent) ||
    ts.isReturnStatement(parent) ||
    ((ts.isPropertyAssignment(parent) || ts.isVariableDeclaration(parent)) &&
      parent.initializer === node) ||
    (ts.isCallExpression(parent) && parent.arguments.includes(node))
  );
}
