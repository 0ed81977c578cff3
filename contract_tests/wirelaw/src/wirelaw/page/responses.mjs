/** Where the JSON of a response is read, and whether that is because the request was refused. */

const REFUSED =
  /!\s*\w+(\.\w+)*\.ok\b|\.ok\s*===\s*false|\bstatus\s*(>=?\s*[345]|!==?\s*20|===?\s*[45])/;
const ACCEPTED = /^\s*\w+(\.\w+)*\.ok\s*$/;

/** The calls of `.json()` in a node. */
export function jsonCalls(ts, root) {
  const found = [];
  const visit = (node) => {
    ts.forEachChild(node, visit);
    if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return;
    if (node.expression.name.text === "json" && node.arguments.length === 0) found.push(node);
  };
  visit(root);
  return found;
}

/** Whether a node of a function runs only where a response, of this name, says that the request was refused. */
export function isRefused(ts, node, owner, name = "") {
  const says = (condition, words) => {
    const text = condition.getText();
    return words.test(text) && (name === "" || text.split(/\W+/).includes(name));
  };
  for (let at = node; at !== owner && at !== undefined; at = at.parent) {
    const { parent } = at;
    const isIf = parent && (ts.isIfStatement(parent) || ts.isConditionalExpression(parent));
    if (isIf) {
      const condition = parent.expression ?? parent.condition;
      const [then, other] = ts.isIfStatement(parent)
        ? [parent.thenStatement, parent.elseStatement]
        : [parent.whenTrue, parent.whenFalse];
      if (at === then && says(condition, REFUSED)) return true;
      if (at === other && says(condition, ACCEPTED)) return true;
    }
    if (parent && ts.isBlock(parent) && isAfterSuccess(ts, parent, at, says)) return true;
  }
  return false;
}

/** After `if (response.ok) return …`. */
function isAfterSuccess(ts, block, statement, says) {
  const before = block.statements.slice(0, block.statements.indexOf(statement));
  return before.some((one) => {
    if (!ts.isIfStatement(one) || !says(one.expression, ACCEPTED)) return false;
    const then = one.thenStatement;
    const last = ts.isBlock(then) ? then.statements.at(-1) : then;
    return last !== undefined && ts.isReturnStatement(last);
  });
}

/** `error.detail`, `body.detail`, `{ detail } = …`, `"detail" in body`: the word of FastAPI's errors is read. */
export function isErrorDetail(node, ts) {
  if (node.text !== "detail") return false;
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) {
    return (
      parent.name === node &&
      /err|body|json|payload|resp?\b|\bdata$/i.test(parent.expression.getText())
    );
  }
  if (ts.isStringLiteralLike(node))
    return ts.isBinaryExpression(parent) || ts.isElementAccessExpression(parent);
  const holder = ts.findAncestor(
    parent,
    (one) => ts.isAsExpression(one) || ts.isDeclarationStatement(one),
  );
  if (!ts.isPropertySignature(parent) || holder === undefined) return false;
  return ts.isAsExpression(holder) || /err|fail|problem|http|valid/i.test(holder.name?.text ?? "");
}

/** The type of the data: of two, the second is the whole response, and the first is often the type of what is sent. */
export function dataType({ typeArguments }) {
  const [own, whole] = typeArguments ?? [];
  return whole === undefined
    ? own
    : whole.members?.find((one) => one.name?.getText() === "data")?.type;
}
