/** Calls of functions of the project: which function, what its parameters are bound to, what it returns. */
import { ABSENT, UNKNOWN } from "./scope.mjs";

export class Functions {
  constructor(scope) {
    this.scope = scope;
    scope.functions = this;
  }

  /** The one value that a call of a function returns; undefined of anything else. */
  result({ node, env }) {
    const callee = this.scope.ts.isCallExpression(node) ? this.calledFunction(node) : undefined;
    const [value, ...others] = callee === undefined ? [] : this.returned(callee);
    if (value === undefined || others.length > 0) return undefined;
    return this.scope.reduce(value, this.bind(callee, node, env));
  }

  /** The function of this project that a call runs, if it has a body. */
  calledFunction(call) {
    const named = this.scope.reduce(call.expression);
    if (named.kind === "node" && this.isFunction(named.node)) return named.node;
    if (named.kind === "node" && this.scope.ts.isCallExpression(named.node)) {
      const inner = named.node.arguments[0];
      const isHook = /^use(Callback|Memo|Event)/.test(named.node.expression.getText());
      if (isHook && inner && this.isFunction(this.scope.strip(inner)))
        return this.scope.strip(inner);
    }
    const declaration = this.scope.checker.getResolvedSignature(call)?.declaration;
    return declaration && this.isFunction(declaration) ? declaration : undefined;
  }

  /** The parameters that a value is, or that its object literal spreads. */
  passed(value) {
    const { ts } = this.scope;
    if (value.kind !== "node") return [];
    if (value.parameter !== undefined) return [value.parameter];
    if (!ts.isObjectLiteralExpression(value.node)) return [];
    const spreads = value.node.properties.filter((one) => ts.isSpreadAssignment(one));
    return spreads.flatMap((one) => this.passed(this.scope.reduce(one.expression, value.env)));
  }

  /** Whether a function hands its first parameter on as it is. */
  passesOn({ parameters: [first], body }) {
    const { ts } = this.scope;
    const isPassed = ({ text, parent }) =>
      text === first?.name.text &&
      (ts.isCallExpression(parent) || ts.isObjectLiteralElement(parent));
    const visit = (node) =>
      (ts.isIdentifier(node) && isPassed(node)) || ts.forEachChild(node, visit);
    return visit(body) === true;
  }

  isFunction(node) {
    return this.scope.ts.isFunctionLike(node) && node.body !== undefined;
  }

  /** The env of a function's body when a call runs it. */
  bind(callee, call, env) {
    const inner = new Map(env);
    const isSpread = call.arguments.some((one) => this.scope.ts.isSpreadElement(one));
    for (const [index, parameter] of callee.parameters.entries()) {
      const argument = call.arguments[index];
      if (isSpread || parameter.dotDotDotToken) inner.set(parameter, UNKNOWN);
      else inner.set(parameter, argument === undefined ? ABSENT : this.scope.reduce(argument, env));
    }
    return inner;
  }

  /** The expressions that a function returns. */
  returned(callee) {
    if (callee.body === undefined) return [];
    if (!this.scope.ts.isBlock(callee.body)) return [callee.body];
    const found = [];
    const visit = (node) => {
      if (this.scope.ts.isReturnStatement(node) && node.expression) found.push(node.expression);
      if (!this.scope.ts.isFunctionLike(node)) this.scope.ts.forEachChild(node, visit);
    };
    this.scope.ts.forEachChild(callee.body, visit);
    return found;
  }
}
