/** Expressions that name a field without reading it. */
import ts from "./typescript.mjs";

/** Whether the expression is assigned to, or its value is discarded. */
export function isNoRead(node) {
  const { parent } = node;
  if (ts.isParenthesizedExpression(parent) || ts.isNonNullExpression(parent)) {
    return isNoRead(parent);
  }
  if (ts.isExpressionStatement(parent) || ts.isVoidExpression(parent)) return true;
  return (
    ts.isBinaryExpression(parent) &&
    parent.left === node &&
    parent.operatorToken.kind === ts.SyntaxKind.EqualsToken
  );
}
