/** Rules about the types of the wire: where a closed word becomes any string, or a cast makes one up. */
import { relative } from "node:path";
import ts from "typescript";

export function* typeRules(node, path, context) {
  yield* plainStrings(node, context);
  yield* casts(node, path, context);
  yield* comparisons(node, context);
  yield* looseTables(node, context);
  yield* excessFields(node, context);
}

const mentionsString = (type) => {
  if (type === undefined) return false;
  if (type.kind === ts.SyntaxKind.StringKeyword) return true;
  return ts.isUnionTypeNode(type) && type.types.some(mentionsString);
};

/** Whether the value is one of several words, and not any string. */
function isClosed(type) {
  const parts = (type.isUnion() ? type.types : [type]).filter(
    ({ flags }) => (flags & (ts.TypeFlags.Null | ts.TypeFlags.Undefined)) === 0,
  );
  return parts.length > 1 && parts.every((part) => part.isStringLiteral());
}

/** Whether the value is written out: a literal, or a constant that is one. */
export function literalOf(node, checker) {
  if (ts.isArrayLiteralExpression(node)) {
    return node.elements.length > 0 && node.elements.every((item) => literalOf(item, checker));
  }
  if (
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isParenthesizedExpression(node)
  ) {
    return literalOf(node.expression, checker);
  }
  if (node.kind === ts.SyntaxKind.NullKeyword) return true;
  const { flags } = checker.getTypeAtLocation(node);
  return (
    (flags & (ts.TypeFlags.Literal | ts.TypeFlags.Null)) !== 0 && (flags & ts.TypeFlags.Union) === 0
  );
}

/** `status: string`, wherever a type can be written: in shapes, parameters, variables and generics. */
function* plainStrings(node, { checker, words }) {
  const declares =
    ts.isPropertySignature(node) ||
    ts.isPropertyDeclaration(node) ||
    ts.isParameter(node) ||
    ts.isVariableDeclaration(node);
  if (!declares) return;
  const name = node.name.text;
  if (words.names.has(name) && mentionsString(node.type)) {
    yield `${name} is a word of a closed set and not any string; take its type from src/types/`;
  } else if (mentionsString(node.type) && node.initializer !== undefined) {
    if (isClosed(checker.getTypeAtLocation(node.initializer))) {
      yield "a word of a closed set becomes any string here; leave the type out, or take it from src/types/";
    }
  }
}

/** A cast to any string, or to a type of the wire outside src/api/. */
function* casts(node, path, { checker, root }) {
  if (!ts.isAsExpression(node) && !ts.isTypeAssertionExpression(node)) return;
  if (mentionsString(node.type) && isClosed(checker.getTypeAtLocation(node.expression))) {
    yield "a word of a closed set is cast to any string";
  }
  if (!path.startsWith("src/api/") && isWires(node.type, checker, root)) {
    yield "a cast makes up a type of the wire; src/api/ gives its answers their types";
  }
}

function isWires(type, checker, root) {
  if (ts.isTypeReferenceNode(type) || ts.isIndexedAccessTypeNode(type)) {
    const name = ts.isTypeReferenceNode(type) ? type.typeName : null;
    let symbol = name === null ? undefined : checker.getSymbolAtLocation(name);
    if (symbol !== undefined && (symbol.flags & ts.SymbolFlags.Alias) !== 0) {
      symbol = checker.getAliasedSymbol(symbol);
    }
    const files = (symbol?.declarations ?? []).map((one) => one.getSourceFile().fileName);
    if (files.some((file) => relative(root, file).startsWith("src/types/"))) return true;
  }
  let found = false;
  ts.forEachChild(type, (child) => {
    if (ts.isTypeNode(child)) found ||= isWires(child, checker, root);
  });
  return found;
}

const EQUALITIES = [
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
];

/** A closed word that is compared as text, where the compiler no longer knows its members. */
function* comparisons(node, { checker }) {
  const sides = ts.isBinaryExpression(node)
    ? EQUALITIES.includes(node.operatorToken.kind)
      ? [node.left, node.right]
      : []
    : ts.isSwitchStatement(node)
      ? [node.expression]
      : [];
  for (const side of sides) {
    if (asText(side).some((inner) => isClosed(checker.getTypeAtLocation(inner)))) {
      yield "a word of a closed set is compared as text, so a word that does not exist goes unnoticed; compare the word itself";
    }
  }
}

function asText(node) {
  if (ts.isTemplateExpression(node)) return node.templateSpans.map(({ expression }) => expression);
  if (ts.isParenthesizedExpression(node)) return asText(node.expression);
  if (!ts.isCallExpression(node)) return [];
  const { expression } = node;
  if (ts.isIdentifier(expression) && expression.text === "String") return [...node.arguments];
  return ts.isPropertyAccessExpression(expression) ? [expression.expression] : [];
}

/** A table of some of the words, or one that takes any string. */
function* looseTables(node, { checker }) {
  if (ts.isTypeReferenceNode(node) && node.typeName.getText() === "Partial") {
    const [table] = node.typeArguments ?? [];
    const [key] =
      table !== undefined && ts.isTypeReferenceNode(table) ? (table.typeArguments ?? []) : [];
    if (key !== undefined && isClosed(checker.getTypeAtLocation(key))) {
      yield "a table of some words of a closed set; a Record of all breaks when one is added";
    }
  }
  if (ts.isMappedTypeNode(node) && node.questionToken !== undefined) {
    const key = node.typeParameter.constraint;
    if (key !== undefined && isClosed(checker.getTypeAtLocation(key))) {
      yield "a table of some words of a closed set; a Record of all breaks when one is added";
    }
  }
  if (ts.isElementAccessExpression(node)) {
    const table = checker.getTypeAtLocation(node.expression);
    const key = checker.getTypeAtLocation(node.argumentExpression);
    if (isClosed(key) && key.types?.some(({ value }) => table.getProperty(value) === undefined)) {
      if (table.getStringIndexType() !== undefined) {
        yield "a table of any string is asked for a word of a closed set; make it a Record of all words";
      }
    }
  }
}

/** A field that a body or a query does not have: the compiler lets it through a spread or a variable. */
function* excessFields(node, { checker, asked, askedFields }) {
  if (!mayBeRequest(node, askedFields)) return;
  // what is handed over first: it is cheap to know, and rarely has a field of a request
  const given = checker.getTypeAtLocation(node).getProperties();
  if (!given.some(({ name }) => askedFields.has(name))) return;
  const wanted = checker.getContextualType(node);
  if (wanted === undefined) return;
  const known = checker
    .getNonNullableType(wanted)
    .getProperties()
    .map(({ name }) => name);
  const isRequest = asked.some(
    (fields) => fields.size === known.length && known.every((name) => fields.has(name)),
  );
  if (!isRequest) return;
  for (const { name } of given) {
    if (!known.includes(name)) yield `${name} is no field of this request, and would be refused`;
  }
}

function mayBeRequest(node, fields) {
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
