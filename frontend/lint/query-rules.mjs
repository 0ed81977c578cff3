/** Rules about keys of queries: a key has all that its query depends on, and nothing that changes by itself. */
import ts from "typescript";
import { named } from "./wire-types.mjs";

export function* queryRules(node, context) {
  for (const { key, fetch } of queriesAt(node)) {
    yield* named("query-key", missingInputs(key, fetch, context));
    yield* named("query-key", changing(key, context));
  }
}

/** The key of a query, and the function that fetches: of an object with options, or both as arguments. */
function queriesAt(node) {
  if (ts.isObjectLiteralExpression(node)) {
    const [key, fetch] = ["queryKey", "queryFn"].map((name) =>
      node.properties.find((property) => property.name?.text === name),
    );
    return key === undefined || fetch === undefined ? [] : [{ key: expressionOf(key), fetch }];
  }
  if (ts.isCallExpression(node) && node.expression.getText() === "usePages") {
    const [key, fetch] = node.arguments;
    return [{ key, fetch }];
  }
  return [];
}

const expressionOf = (property) => property.initializer ?? property.name;

/** What the function that fetches takes from the hook around it, and the key has not. */
function* missingInputs(key, fetch, { checker }) {
  const hook = ts.findAncestor(fetch.parent, ts.isFunctionLike);
  const inKey = new Set(namesIn(key).map((name) => symbolOf(name, checker)));
  for (const name of namesIn(fetch)) {
    const symbol = symbolOf(name, checker);
    const declaration = symbol?.declarations?.[0];
    if (declaration === undefined || inKey.has(symbol)) continue;
    const isInput = isInside(declaration, hook) && !isInside(declaration, fetch);
    if (isInput && !isTool(checker.getTypeAtLocation(name))) {
      yield `the key of a query has no ${name.text}, on which its answer depends`;
    }
  }
}

const isInside = (node, outer) => ts.findAncestor(node, (one) => one === outer) !== undefined;

/** What fetches or stores, and is no part of a question. */
const isTool = (type) => type.symbol?.name === "QueryClient" || type.getCallSignatures().length > 0;

/** What a name means, also in `{ years }`. */
const symbolOf = (name, checker) =>
  ts.isShorthandPropertyAssignment(name.parent)
    ? checker.getShorthandAssignmentValueSymbol(name.parent)
    : checker.getSymbolAtLocation(name);

function namesIn(node) {
  if (ts.isIdentifier(node)) return [node];
  const found = [];
  ts.forEachChild(node, (child) => void found.push(...namesIn(child)));
  return found;
}

/** A call, whose value may be another one at each render; a function of the page that makes keys is read instead. */
function* changing(key, context) {
  const maker = ts.isCallExpression(key) ? makerOf(key.expression, context) : null;
  if (maker !== null) yield* changing(maker, context);
  else if (ts.isNewExpression(key) || ts.isCallExpression(key)) {
    yield `the key of a query has ${key.getText()}, which may be another one at each render`;
  }
  for (const child of childrenOf(key)) yield* changing(child, context);
}

function makerOf(name, { checker }) {
  if (!ts.isIdentifier(name) || !name.text.endsWith("Key")) return null;
  let symbol = checker.getSymbolAtLocation(name);
  if ((symbol?.flags ?? 0) & ts.SymbolFlags.Alias) symbol = checker.getAliasedSymbol(symbol);
  const declaration = symbol?.valueDeclaration;
  return declaration?.body ?? declaration?.initializer?.body ?? null;
}

function childrenOf(node) {
  const found = [];
  ts.forEachChild(node, (child) => void found.push(child));
  return found;
}
