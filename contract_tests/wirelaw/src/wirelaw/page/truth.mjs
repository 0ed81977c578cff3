/** Conditions that are certainly true or false for what a caller passes: `!body`, `body === undefined`, `typeof url === "string"`. */

export function truthOf(scope, node, env, depth) {
  const { ts } = scope;
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
    const inner = scope.truth(node.operand, env, depth - 1);
    return inner === undefined ? undefined : !inner;
  }
  if (ts.isBinaryExpression(node)) return compared(scope, node, env, depth);
  const found = scope.reduce(node, env, depth - 1);
  if (found.kind === "absent") return false;
  if (found.kind !== "node") return undefined;
  const isObject =
    ts.isObjectLiteralExpression(found.node) || ts.isArrayLiteralExpression(found.node);
  return isObject ? true : undefined;
}

function compared(scope, node, env, depth) {
  const { ts } = scope;
  const { SyntaxKind } = ts;
  const kind = node.operatorToken.kind;
  const isEqual = [SyntaxKind.EqualsEqualsEqualsToken, SyntaxKind.EqualsEqualsToken].includes(kind);
  const isOther = [
    SyntaxKind.ExclamationEqualsEqualsToken,
    SyntaxKind.ExclamationEqualsToken,
  ].includes(kind);
  if (!isEqual && !isOther) return undefined;
  const isType = ts.isTypeOfExpression(node.left) && ts.isStringLiteralLike(node.right);
  const same = isType ? hasType(scope, node, env, depth) : isUndefined(scope, node, env, depth);
  return same === undefined || isEqual ? same : !same;
}

function isUndefined(scope, node, env, depth) {
  if (!scope.ts.isIdentifier(node.right) || node.right.text !== "undefined") return undefined;
  const found = scope.reduce(node.left, env, depth - 1);
  if (found.kind === "unknown" || found.parameter !== undefined) return undefined;
  return found.kind === "absent";
}

/** Whether `typeof value === "string"`: only of what is text as it stands. */
function hasType(scope, node, env, depth) {
  const { ts } = scope;
  const found = scope.reduce(node.left.expression, env, depth - 1);
  if (found.kind !== "node" || found.parameter !== undefined) return undefined;
  const type = scope.checker.getTypeAtLocation(found.node);
  const isText = (type.flags & ts.TypeFlags.StringLike) !== 0;
  return isText ? node.right.text === "string" : undefined;
}
