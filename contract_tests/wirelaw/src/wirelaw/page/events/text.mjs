/** Readers that are written by hand: which variables they keep the name and the data of an event in. */
import ts from "../typescript.mjs";

const DATA = /^\^?\s*data:/;
const EVENT = /^\^?\s*event:/;
export const TEXT = { kind: "text", within: [] };

export class Texts {
  constructor(functions) {
    this.functions = functions;
  }

  /** Whether a variable is given the name or the data of an event: by the literal beside it, or around it. */
  markOf(node) {
    const isDeclared =
      ts.isVariableDeclaration(node) && node.initializer && ts.isIdentifier(node.name);
    const isAssigned =
      ts.isBinaryExpression(node) &&
      ts.isIdentifier(this.functions.unwrap(node.left)) &&
      [ts.SyntaxKind.EqualsToken, ts.SyntaxKind.PlusEqualsToken].includes(node.operatorToken.kind);
    if (!isDeclared && !isAssigned) return null;
    const value = isDeclared ? node.initializer : node.right;
    if (ts.isArrowFunction(value) || ts.isFunctionExpression(value) || this.isParse(value))
      return null;
    const field = this.fieldOf(node);
    if (field === "event") return { kind: "name", within: [] };
    return field === "data" ? TEXT : null;
  }

  fieldOf(node) {
    const own = this.mentioned(node);
    if (own) return own;
    let child = node;
    for (
      let above = node.parent;
      above && !this.functions.isFunction(above);
      child = above, above = above.parent
    ) {
      if (ts.isIfStatement(above) && above.thenStatement === child) {
        const found = this.mentioned(above.expression);
        if (found) return found;
      }
      if (ts.isCaseClause(above) && /^["'](data|event)["']$/.test(above.expression.getText())) {
        return above.expression.text;
      }
    }
    return null;
  }

  mentioned(node) {
    let found = null;
    const visit = (one) => {
      if (ts.isArrowFunction(one) && ts.isBlock(one.body)) return;
      const text = ts.isStringLiteralLike(one) ? one.text : this.regular(one);
      if (text !== null && DATA.test(text)) found ??= "data";
      else if (text !== null && EVENT.test(text)) found ??= "event";
      ts.forEachChild(one, visit);
    };
    visit(node);
    return found;
  }

  /** Whether a function reads the body of an answer piece by piece. */
  readsBody(fn) {
    return /getReader\(|for await|\.read\(\)/.test(fn.getText());
  }

  isParse(node) {
    const isCall = ts.isCallExpression(node) && node.expression.getText() === "JSON.parse";
    return isCall && node.arguments.length > 0;
  }

  /** `lines.push(…)` of what follows `data:`. */
  isPushed(node) {
    return (
      ts.isCallExpression(node) &&
      this.functions.lastName(node.expression) === "push" &&
      ts.isPropertyAccessExpression(node.expression) &&
      ts.isIdentifier(node.expression.expression) &&
      this.fieldOf(node) === "data"
    );
  }

  regular(node) {
    return ts.isRegularExpressionLiteral(node) ? node.text.slice(1) : null;
  }

  /** Whether a line of a body is parsed as it is: JSON, one object a line. */
  isLine(node) {
    if (!this.isParse(node)) return false;
    let fn = this.functions.enclosing(node);
    while (fn && !/getReader\(/.test(fn.getText())) fn = this.functions.enclosing(fn);
    return Boolean(fn) && !/data:/.test(fn.getText());
  }

  /** Whether a literal is the start of a line with data. */
  isMark(node) {
    const text = ts.isStringLiteralLike(node) ? node.text : this.regular(node);
    return text !== null && DATA.test(text) && !/^data:\w+\\?\//.test(text);
  }
}
