/** Which expressions name a field and yet read nothing of it. */
import ts from "typescript";

/** Written to, thrown away, or an expression that is only there for its type. */
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
