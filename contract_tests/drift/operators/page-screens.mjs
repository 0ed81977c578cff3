/** Links without their record, focus that is not moved, orders with one direction, and lines on a scale of their own. */
import { enclosing, followed, instead, kebab, placed, ts, without } from "./page-sources.mjs";

export function* screenMutants(page) {
  for (const node of page.nodes) {
    if (ts.isJsxAttribute(node)) yield* ofAttribute(node);
    if (ts.isObjectLiteralExpression(node)) yield* ofLiteral(node);
    if (ts.isExpressionStatement(node)) yield* ofFocus(node);
    if (ts.isConditionalExpression(node)) yield* ofDirection(node);
  }
}

const idOf = (...parts) => ["page-screen", ...parts.map(kebab)].join("-");

function* ofAttribute(node) {
  const name = node.name.getText();
  const tag = node.parent.parent.tagName.getText();
  const value = node.initializer?.expression;
  if (tag === "Link" && name === "search" && value && ts.isObjectLiteralExpression(value)) {
    yield* ofSearch(value);
  }
  if (!/^aria-(sort|haspopup|label|current)$/.test(name)) return;
  yield {
    id: idOf("without", name, "in", enclosing(node)),
    title: `${tag} has no ${name}, ${placed(node)}.`,
    changes: [instead(node, "")],
  };
}

/** A link leads to the screen, and not to the record. */
function* ofSearch(search) {
  for (const property of search.properties) {
    if (property.name === undefined) continue;
    const name = property.name.getText();
    yield {
      id: idOf("link", "without", name, "in", enclosing(search)),
      title: `A link has no ${name}, ${placed(search)}.`,
      changes: [without(property, search.properties)],
    };
  }
}

const named = (literal, name) => literal.properties.find((one) => one.name?.getText() === name);

function* ofLiteral(literal) {
  const search = named(literal, "search")?.initializer;
  if (search && ts.isObjectLiteralExpression(search) && named(literal, "to")) {
    yield* ofSearch(search);
  }
  for (const [look, scale] of [
    ["color", 'priceScaleId: "left"'],
    ["lineColor", 'priceScaleId: ""'],
    ["label", 'scale: "own"'],
  ]) {
    const property = named(literal, look);
    const isLine = named(literal, "lineWidth") ?? named(literal, "stroke");
    if (property === undefined || isLine === undefined) continue;
    yield {
      id: idOf("scale", "of", property.initializer.getText(), "in", enclosing(literal)),
      title: `The line with ${property.getText()} has ${scale}, ${placed(literal)}.`,
      changes: [followed(property, `, ${scale}`)],
    };
  }
}

function* ofFocus(node) {
  if (!/\.focus\([^)]*\);$/.test(node.getText())) return;
  yield {
    id: idOf("without", "focus", "in", enclosing(node)),
    title: `The focus does not move, ${placed(node)}.`,
    changes: [instead(node, ";")],
  };
}

/** Something that depends on the direction of an order is that of one of them in both. */
function* ofDirection(node) {
  if (!/direction === "|\bdescending$/.test(node.condition.getText())) return;
  for (const [kind, branch] of [
    ["true", node.whenTrue],
    ["false", node.whenFalse],
  ]) {
    yield {
      id: idOf("direction", kind, "in", enclosing(node)),
      title: `Both directions have ${branch.getText()}, ${placed(node)}.`,
      changes: [instead(node, branch.getText())],
    };
  }
}
