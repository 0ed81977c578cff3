/**
 * The addresses that an expression may be. Text is a list of alternatives; each is a list of strings and of holes
 * `{ hole, name }`, where hole is `base` (configuration), `parameter`, `query` (with `names` and `open`) or `value`.
 */
import { Queries } from "./queries.mjs";
import { NO_ENV } from "./scope.mjs";

const LIMIT = 8;
const DEPTH = 24;
const PASSING = new Set(["toString", "trim", "replace", "replaceAll", "toLowerCase", "href"]);
const CONFIGURATION =
  /\b(import\.meta|process\.env|window|location|globalThis|config|env|settings)\b/i;

export class Urls {
  constructor(scope, functions) {
    this.scope = scope;
    this.ts = scope.ts;
    this.functions = functions;
    this.queries = new Queries(scope);
  }

  /** Returns the alternatives of an expression. */
  text(expression, env = NO_ENV, depth = DEPTH) {
    const { ts } = this;
    const node = this.scope.strip(expression);
    if (depth <= 0) return [[hole("value", node)]];
    if (ts.isStringLiteralLike(node) || ts.isNumericLiteral(node)) return [[node.text]];
    if (ts.isTemplateExpression(node)) {
      const spans = node.templateSpans.map((span) =>
        joined(this.text(span.expression, env, depth - 1), [
          span.literal.text ? [span.literal.text] : [],
        ]),
      );
      return spans.reduce(joined, [node.head.text ? [node.head.text] : []]);
    }
    if (ts.isBinaryExpression(node)) return this.binary(node, env, depth);
    if (ts.isConditionalExpression(node)) {
      const condition = this.scope.truth(node.condition, env, depth);
      const branches = [
        ...(condition === false ? [] : [node.whenTrue]),
        ...(condition === true ? [] : [node.whenFalse]),
      ];
      return branches.flatMap((one) => this.text(one, env, depth - 1)).slice(0, LIMIT);
    }
    if (ts.isCallExpression(node)) return this.called(node, env, depth);
    if (ts.isNewExpression(node)) return this.created(node, env, depth);
    return this.reduced(node, env, depth);
  }

  binary(node, env, depth) {
    const { SyntaxKind } = this.ts;
    const left = this.text(node.left, env, depth - 1);
    if (node.operatorToken.kind === SyntaxKind.PlusToken) {
      return joined(left, this.text(node.right, env, depth - 1));
    }
    if (this.scope.isChoice(node)) {
      if (this.scope.reduce(node.left, env).kind === "absent") {
        return this.text(node.right, env, depth - 1);
      }
      // a default says what is behind a setting that cannot be seen
      const isSetting = left.every(
        ([first]) =>
          first?.hole === "base" ||
          first?.hole === "value" ||
          (first?.hole === "parameter" && first.name.includes(".")),
      );
      return isSetting ? this.text(node.right, env, depth - 1) : left;
    }
    return [[hole("value", node)]];
  }

  called(node, env, depth) {
    const { ts } = this;
    const callee = node.expression;
    const name = ts.isPropertyAccessExpression(callee) ? callee.name.text : callee.getText();
    if (ts.isPropertyAccessExpression(callee) && PASSING.has(name)) {
      return this.text(callee.expression, env, depth - 1);
    }
    if (name === "String" && node.arguments.length === 1) {
      return this.text(node.arguments[0], env, depth - 1);
    }
    const inner = this.functions.calledFunction(node);
    if (inner === undefined) return [[hole("value", node)]];
    const bound = this.functions.bind(inner, node, env);
    const results = this.functions
      .returned(inner)
      .flatMap((one) => this.text(one, bound, depth - 4));
    // what a function computes of its parameters is a value here, and no parameter of this function
    if (results.length === 0 || results.length > LIMIT) return [[hole("value", node)]];
    return results.map((parts) => parts.map(certain));
  }

  created(node, env, depth) {
    const [first, base] = node.arguments ?? [];
    const name = node.expression.getText();
    if (name === "URLSearchParams") return [[this.queries.of(node)]];
    if (name !== "URL" || first === undefined) return [[hole("value", node)]];
    const path = this.text(first, env, depth - 1);
    if (base === undefined) return path;
    return joined([[hole("base", base)]], path);
  }

  reduced(node, env, depth) {
    const { ts } = this;
    if (ts.isPropertyAccessExpression(node) && PASSING.has(node.name.text)) {
      return this.text(node.expression, env, depth - 1);
    }
    if (ts.isIdentifier(node)) {
      const query = this.queries.named(node);
      if (query !== null && !query.isUrl) return [[query]];
      if (query !== null) {
        const value = this.scope.reduce(node, env);
        const address = this.text(value.node, value.env, depth - 1);
        return query.names.length > 0 || query.open ? joined(address, [["?", query]]) : address;
      }
    }
    const value = this.scope.reduce(node, env);
    if (value.kind !== "node") return [[hole("value", node)]];
    if (value.parameter !== undefined) {
      const words = this.words(node);
      return words ?? [[{ ...hole("parameter", node), parameter: value.parameter }]];
    }
    if (value.node !== node) return this.text(value.node, value.env, depth - 1);
    if (ts.isElementAccessExpression(node)) return this.words(node) ?? [[hole("value", node)]];
    const words = this.words(node);
    if (words !== null) return words;
    if (/\blocation\.search$/.test(node.getText())) {
      return [["?", { ...hole("query", node), names: [], open: true }]];
    }
    const isSetting =
      CONFIGURATION.test(node.getText()) ||
      /(base|host|origin|url|api|server|backend)/i.test(node.getText());
    return [[hole(isSetting ? "base" : "value", node)]];
  }

  /** The words that TypeScript's checker knows an expression to be. */
  words(node) {
    const type = this.scope.checker.getTypeAtLocation(node);
    const types = type.isUnion() ? type.types : [type];
    if (types.length > LIMIT || !types.every((one) => one.isStringLiteral())) return null;
    return types.map((one) => [one.value]);
  }
}

/** What a function sets on a condition in a query, some of its callers send only. */
function certain(part) {
  if (!part.maybe?.length) return part;
  return { ...part, names: part.names.filter((one) => !part.maybe.includes(one)), open: true };
}

const hole = (kind, node) => ({ hole: kind, name: node.getText().slice(0, 60) });

function joined(left, right) {
  return left.flatMap((one) => right.map((two) => [...one, ...two])).slice(0, LIMIT);
}
