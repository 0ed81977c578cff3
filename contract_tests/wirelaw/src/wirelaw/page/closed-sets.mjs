/** Closed sets of words in types, and where code takes one of their words for any text, so that the compiler no longer helps. */
import ts from "./typescript.mjs";

/** Whether a type is written as any string, alone or in a union. */
export const mentionsString = (type) => {
  if (type === undefined) return false;
  if (type.kind === ts.SyntaxKind.StringKeyword) return true;
  return ts.isUnionTypeNode(type) && type.types.some(mentionsString);
};

/** Whether the type is a closed set of several strings. */
export function isClosed(type) {
  const parts = (type.isUnion() ? type.types : [type]).filter(
    ({ flags }) => (flags & (ts.TypeFlags.Null | ts.TypeFlags.Undefined)) === 0,
  );
  return parts.length > 1 && parts.every((part) => part.isStringLiteral());
}

/** Whether the value is a literal, or a constant that is one. */
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

/** The value that a cast or a declaration makes any string: `status as string`, `const status: string = job.status`. */
export function widenedValue(node) {
  if (!mentionsString(node.type)) return undefined;
  if (ts.isAsExpression(node) || ts.isTypeAssertionExpression(node)) return node.expression;
  return isDeclaration(node) ? node.initializer : undefined;
}

/** Whether a node declares a value or a member of a type. */
export function isDeclaration(node) {
  return (
    ts.isPropertySignature(node) ||
    ts.isPropertyDeclaration(node) ||
    ts.isParameter(node) ||
    ts.isVariableDeclaration(node)
  );
}

const EQUALITIES = [
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
];

/** The values that a comparison or a switch turns into text first: `String(job.status) === "done"`. */
export function comparedAsText(node) {
  const sides = ts.isBinaryExpression(node)
    ? EQUALITIES.includes(node.operatorToken.kind)
      ? [node.left, node.right]
      : []
    : ts.isSwitchStatement(node)
      ? [node.expression]
      : [];
  return sides.flatMap(asText);
}

function asText(node) {
  if (ts.isTemplateExpression(node)) return node.templateSpans.map(({ expression }) => expression);
  if (ts.isParenthesizedExpression(node)) return asText(node.expression);
  if (!ts.isCallExpression(node)) return [];
  const { expression } = node;
  if (ts.isIdentifier(expression) && expression.text === "String") return [...node.arguments];
  return ts.isPropertyAccessExpression(expression) ? [expression.expression] : [];
}
