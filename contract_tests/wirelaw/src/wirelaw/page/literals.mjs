/** Values that an expression of the page surely has, and the names behind it. */
import ts from "./typescript.mjs";

/** The value of a literal as `{ value }`; null for anything else. */
export function literalOf(node) {
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node))
    return literalOf(node.expression);
  if (ts.isStringLiteralLike(node)) return { value: node.text };
  if (ts.isNumericLiteral(node)) return { value: Number(node.text) };
  if (node.kind === ts.SyntaxKind.TrueKeyword) return { value: true };
  if (node.kind === ts.SyntaxKind.FalseKeyword) return { value: false };
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.MinusToken) {
    const inner = literalOf(node.operand);
    return typeof inner?.value === "number" ? { value: -inner.value } : null;
  }
  if (!ts.isArrayLiteralExpression(node)) return null;
  const items = node.elements.map(literalOf);
  return items.includes(null) ? null : { value: items.map((one) => one.value) };
}

/** The text of a property's name; null where it is computed. */
export function nameOf(node) {
  return node && (ts.isIdentifier(node) || ts.isStringLiteral(node)) ? node.text : null;
}

/** What an identifier is bound to: the declaration of a variable, a parameter or a part of a pattern. */
export function bindingOf(checker, node) {
  let symbol = ts.isShorthandPropertyAssignment(node.parent)
    ? checker.getShorthandAssignmentValueSymbol(node.parent)
    : checker.getSymbolAtLocation(node);
  if (symbol && symbol.flags & ts.SymbolFlags.Alias) symbol = checker.getAliasedSymbol(symbol);
  return symbol?.valueDeclaration ?? null;
}

/** The name of a type as the sources declare it; "" where it has none. */
export function typeName(type) {
  const name = (type?.aliasSymbol ?? type?.symbol)?.name ?? "";
  return name.startsWith("__") ? "" : name;
}

/** `useState` for `useState(…)` and for `React.useState(…)`. */
export function calleeOf(node) {
  if (!ts.isCallExpression(node)) return "";
  return ts.isPropertyAccessExpression(node.expression)
    ? node.expression.name.text
    : node.expression.getText();
}

/** The texts of nodes that are all texts; null if one is not. */
export function stringsOf(nodes) {
  const found = nodes.map((one) => (ts.isStringLiteralLike(one) ? one.text : null));
  return found.includes(null) ? null : found;
}

/** `z.enum([…])`, `z.union([z.literal(…), …])` and valibot's `picklist([…])`. */
export function schemaWordsOf(node) {
  const method = ts.isPropertyAccessExpression(node.expression)
    ? node.expression.name.text
    : node.expression.text;
  let [argument] = node.arguments;
  if (argument && ts.isAsExpression(argument)) argument = argument.expression;
  if (!argument || !ts.isArrayLiteralExpression(argument)) return null;
  if (method === "enum" || method === "picklist") return stringsOf(argument.elements);
  if (method !== "union") return null;
  const literals = argument.elements.map((one) =>
    ts.isCallExpression(one) && /(^|\.)literal$/.test(one.expression.getText())
      ? one.arguments[0]
      : one,
  );
  return stringsOf(literals);
}
