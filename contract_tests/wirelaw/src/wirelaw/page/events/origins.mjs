/** Which address a stream is requested from, as far as it is written: literals, and `{}` for the rest. */
import ts from "../typescript.mjs";

const DEPTH = 6;
/** Steps from the body of an answer back to its request. */
const STEPS = 12;
const BODY = new Set(["getReader", "pipeThrough"]);

export class Origins {
  constructor(functions) {
    this.functions = functions;
  }

  urlOf(expression, depth = DEPTH) {
    const node = this.functions.unwrap(expression);
    if (ts.isStringLiteralLike(node)) return node.text;
    if (depth <= 0) return "{}";
    const next = (one) => this.urlOf(one, depth - 1);
    if (ts.isTemplateExpression(node)) {
      const spans = node.templateSpans.map((one) => next(one.expression) + one.literal.text);
      return node.head.text + spans.join("");
    }
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
      return next(node.left) + next(node.right);
    }
    if (ts.isConditionalExpression(node))
      return this.oneOf([node.whenTrue, node.whenFalse].map((one) => next(one).split("?")[0]));
    if (ts.isNewExpression(node)) return node.arguments?.[0] ? next(node.arguments[0]) : "{}";
    if (ts.isCallExpression(node)) {
      const [found] = this.functions.functionsOf(node.expression);
      const inner = found && this.functions.resultOf(found.fn);
      return inner ? next(inner) : "{}";
    }
    const declaration = this.functions.symbolOf(
      ts.isPropertyAccessExpression(node) ? node.name : node,
    )?.valueDeclaration;
    if (declaration && ts.isParameter(declaration))
      return this.oneOf(this.functions.argumentsOf(declaration).map(next));
    return declaration?.initializer ? next(declaration.initializer) : "{}";
  }

  oneOf(addresses) {
    return new Set(addresses).size === 1 ? addresses[0] : "{}";
  }

  /** The address of the request whose answer a function reads, or of its only one. */
  requestedBy(fn) {
    const addresses = new Set();
    const visit = (node, found) => {
      if (ts.isCallExpression(node)) found(node);
      ts.forEachChild(node, (one) => visit(one, found));
    };
    visit(fn, (call) => {
      if (BODY.has(this.functions.lastName(call.expression)))
        for (const one of this.requestsOf(call, STEPS)) addresses.add(one);
    });
    const isRequest = (call) =>
      /fetch|request|post/i.test(this.functions.lastName(call.expression));
    if (!addresses.size)
      visit(fn, (call) => addresses.add(isRequest(call) ? this.addressed(call) : null));
    addresses.delete(null);
    return addresses.size === 1 ? [...addresses][0] : null;
  }

  /** The address that a call is passed first. */
  addressed(call) {
    const address = call.arguments[0] ? this.urlOf(call.arguments[0]) : "";
    return /\/./.test(address) ? address : null;
  }

  /** The addresses of the requests that an answer, or a part of it, may come from. */
  requestsOf(expression, depth) {
    const node = expression && this.functions.unwrap(expression);
    if (!node || depth === 0) return [];
    if (ts.isPropertyAccessExpression(node)) return this.requestsOf(node.expression, depth - 1);
    if (ts.isCallExpression(node)) {
      if (BODY.has(this.functions.lastName(node.expression)))
        return this.requestsOf(node.expression, depth - 1);
      const address = this.addressed(node);
      if (address) return [address];
      return this.functions
        .functionsOf(node.expression)
        .flatMap(({ fn }) => this.requestsOf(this.functions.resultOf(fn), depth - 1));
    }
    if (!ts.isIdentifier(node)) return [];
    let declaration = this.functions.symbolOf(node)?.valueDeclaration;
    if (declaration && ts.isBindingElement(declaration)) declaration = declaration.parent.parent;
    if (!declaration) return [];
    const values = ts.isParameter(declaration)
      ? this.functions.argumentsOf(declaration)
      : [declaration.initializer];
    return values.flatMap((one) => this.requestsOf(one, depth - 1));
  }
}
