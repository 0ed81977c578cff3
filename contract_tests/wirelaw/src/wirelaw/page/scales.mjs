/**
 * Numbers that the page shows as a percentage: as they are (`percent`: 0 to 100), or times 100 (`fraction`: 0 to 1).
 * Only what arithmetic shows counts; a quotient is neither.
 */
import { bindingOf, calleeOf, literalOf, nameOf } from "./literals.mjs";
import ts from "./typescript.mjs";

const ROUNDING = new Set([
  "round",
  "floor",
  "ceil",
  "trunc",
  "min",
  "max",
  "Number",
  "parseFloat",
  "String",
]);
const BARS = new Set(["progress", "Progress", "LinearProgress"]);

export function openScales(project) {
  const reader = new ScaleReader(project);
  return (node) => reader.read(node);
}

class ScaleReader {
  constructor({ checker, placeOf, add }) {
    Object.assign(this, { checker, placeOf, add });
  }

  read(node) {
    if (ts.isTemplateSpan(node) && /^%(?![0-9A-Fa-f]{2})/.test(node.literal.text))
      this.put(node.expression, node);
    else if (ts.isJsxExpression(node) && node.expression && this.isBeforePercent(node))
      this.put(node.expression, node);
    else if (ts.isJsxOpeningElement(node) || ts.isJsxSelfClosingElement(node)) this.bar(node);
    else if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.AsteriskToken)
      this.put100(node);
  }

  /** The field that an expression shows: `{ name, factor }`, where the factor is 1 or 100; null if that is not certain. */
  shown(node, depth = 6) {
    if (!node || depth === 0) return null;
    if (
      ts.isParenthesizedExpression(node) ||
      ts.isAsExpression(node) ||
      ts.isNonNullExpression(node)
    )
      return this.shown(node.expression, depth);
    if (ts.isPropertyAccessExpression(node)) return { name: node.name.text, factor: 1 };
    if (ts.isCallExpression(node)) return this.call(node, depth);
    if (ts.isBinaryExpression(node)) return this.binary(node, depth);
    if (!ts.isIdentifier(node)) return null;
    const binding = bindingOf(this.checker, node);
    if (!binding) return null;
    if (ts.isVariableDeclaration(binding))
      return this.isConst(binding) ? this.shown(binding.initializer, depth - 1) : null;
    if (!ts.isBindingElement(binding) || !ts.isObjectBindingPattern(binding.parent)) return null;
    return { name: nameOf(binding.propertyName ?? binding.name), factor: 1 };
  }

  call(node, depth) {
    const callee = calleeOf(node);
    if (callee === "toFixed") return this.shown(node.expression.expression, depth - 1);
    if (!ROUNDING.has(callee)) return null;
    const rest = node.arguments.filter((one) => literalOf(one) === null);
    return rest.length === 1 ? this.shown(rest[0], depth - 1) : null;
  }

  binary(node, depth) {
    const { left, right, operatorToken } = node;
    if (
      operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken ||
      operatorToken.kind === ts.SyntaxKind.BarBarToken
    ) {
      return this.shown(left, depth - 1);
    }
    if (operatorToken.kind !== ts.SyntaxKind.AsteriskToken) return null;
    const factor = [left, right].find((one) => literalOf(one)?.value === 100);
    const inner = factor && this.shown(factor === left ? right : left, depth - 1);
    return inner ? { ...inner, factor: inner.factor * 100 } : null;
  }

  isConst(binding) {
    return !!(ts.getCombinedNodeFlags(binding) & ts.NodeFlags.Const);
  }

  put(node, place) {
    const found = this.shown(node);
    if (found?.name)
      this.add({
        name: found.name,
        scale: found.factor === 1 ? "percent" : "fraction",
        place: this.placeOf(place),
      });
  }

  bar(node) {
    if (!BARS.has(node.tagName.getText())) return;
    const attributes = new Map(
      node.attributes.properties.filter(ts.isJsxAttribute).map((one) => [one.name.getText(), one]),
    );
    const expressionOf = (one) =>
      one?.initializer && ts.isJsxExpression(one.initializer)
        ? one.initializer.expression
        : one?.initializer;
    const max = attributes.has("max")
      ? literalOf(expressionOf(attributes.get("max")) ?? node)
      : null;
    // HTML's own bar ends at 1 if it does not say otherwise, those of the libraries at 100
    const end = max
      ? Number(max.value)
      : attributes.has("max")
        ? null
        : node.tagName.getText() === "progress"
          ? 1
          : 100;
    const value = expressionOf(attributes.get("value"));
    if (value && end === 100) this.put(value, node);
  }

  put100(node) {
    const found = this.shown(node);
    if (found?.factor === 100) this.put(node, node);
  }

  isBeforePercent(node) {
    const children = node.parent.children ?? [];
    const next = children[children.indexOf(node) + 1];
    return !!next && ts.isJsxText(next) && /^%/.test(next.text);
  }
}
