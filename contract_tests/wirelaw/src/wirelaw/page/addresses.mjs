/**
 * The address that an expression names, as a pattern: what is not constant is `*`, so that `/jobs/${id}` is `/jobs/*`.
 * Constants, tables of constants and functions that build an address are followed, over modules.
 */
import ts from "./typescript.mjs";

const DEPTH = 12;

/** @returns a function of an expression; null where nothing of it is constant */
export function openAddresses(checker) {
  const symbolOf = (node) => {
    const symbol = checker.getSymbolAtLocation(node);
    if (symbol === undefined || !(symbol.flags & ts.SymbolFlags.Alias)) return symbol;
    return checker.getAliasedSymbol(symbol);
  };

  function pattern(node, depth, values) {
    if (node === undefined || depth === 0) return "*";
    const next = (inner) => pattern(inner, depth - 1, values);
    if (ts.isStringLiteralLike(node)) return node.text;
    if (ts.isTemplateExpression(node)) {
      const spans = node.templateSpans.map((span) => next(span.expression) + span.literal.text);
      return node.head.text + spans.join("");
    }
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
      return next(node.left) + next(node.right);
    }
    if (
      ts.isParenthesizedExpression(node) ||
      ts.isAsExpression(node) ||
      ts.isSatisfiesExpression(node) ||
      ts.isNonNullExpression(node)
    ) {
      return next(node.expression);
    }
    if (ts.isIdentifier(node)) return named(symbolOf(node), depth, values);
    if (ts.isPropertyAccessExpression(node)) {
      return named(symbolOf(node.name), depth, values);
    }
    if (ts.isNewExpression(node) && node.expression.getText() === "URL") {
      return next(node.arguments?.[0]);
    }
    return ts.isCallExpression(node) ? called(node, depth, values) : "*";
  }

  function named(symbol, depth, values) {
    if (symbol === undefined) return "*";
    if (values.has(symbol)) return values.get(symbol);
    const declaration = symbol.valueDeclaration;
    if (declaration === undefined) return "*";
    const isConstant =
      ts.isPropertyAssignment(declaration) ||
      (ts.isVariableDeclaration(declaration) &&
        (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0);
    return isConstant ? pattern(declaration.initializer, depth - 1, values) : "*";
  }

  /** A function with one result, with the constant arguments put in for its parameters. */
  function called(call, depth, values) {
    const { expression } = call;
    if (ts.isPropertyAccessExpression(expression) && expression.name.text === "toString") {
      return pattern(expression.expression, depth - 1, values);
    }
    const callee = ts.isPropertyAccessExpression(expression) ? expression.name : expression;
    const maker = functionOf(symbolOf(callee)?.valueDeclaration);
    const result = maker === null ? null : resultOf(maker.body);
    if (result === null) return "*";
    const inner = new Map(values);
    for (const [index, parameter] of maker.parameters.entries()) {
      const symbol = checker.getSymbolAtLocation(parameter.name);
      const argument = call.arguments[index] ?? parameter.initializer;
      if (symbol !== undefined) inner.set(symbol, pattern(argument, depth - 1, values));
    }
    return pattern(result, depth - 1, inner);
  }

  return (node) => {
    const found = pattern(node, DEPTH, new Map());
    return /[^*/]/.test(found) ? found : null;
  };
}

/** The function that a declaration is or has as its value; null: none. */
export function functionOf(declaration) {
  if (declaration === undefined) return null;
  if (ts.isFunctionDeclaration(declaration) || ts.isMethodDeclaration(declaration)) {
    return declaration.body === undefined ? null : declaration;
  }
  const value = declaration.initializer;
  const isFunction = value && (ts.isArrowFunction(value) || ts.isFunctionExpression(value));
  return isFunction ? value : null;
}

function resultOf(body) {
  if (!ts.isBlock(body)) return body;
  const results = body.statements.filter(ts.isReturnStatement);
  return results.length === 1 && body.statements.length === 1 ? results[0].expression : null;
}
