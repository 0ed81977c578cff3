/** What a figure means: another field of the same type is read, or another sum is computed of the same fields. */
import { byFields, ownerName, readsOf } from "./page-reads.mjs";
import { enclosing, instead, kebab, partsOf, placed, ts, wireNames } from "./page-sources.mjs";

const OTHER_OPERATOR = { "+": "-", "-": "+", "*": "/", "/": "*" };
const OTHER_CALL = { "Math.max": "Math.min", "Math.min": "Math.max", "Math.abs": "Number" };

export function* meaningMutants(page) {
  for (const group of byFields(readsOf(page))) yield* ofGroup(group, page);
  for (const node of page.nodes) yield* ofComputation(node, page);
}

/** Each place where a field is read, with the sibling that comes next by name. */
function* ofGroup(group, page) {
  for (const read of group) {
    const sibling = siblingOf(read, page);
    if (sibling === null) continue;
    const { node, name, fields } = read;
    yield {
      id: `page-meaning-sibling-${kebab(ownerName(fields))}-${kebab(name)}-in-${kebab(enclosing(node))}`,
      title: `The page reads ${sibling} instead of ${ownerName(fields)}.${name}, ${placed(node)}.`,
      changes: [changeOf(node, name, sibling)],
    };
  }
}

function changeOf(node, name, sibling) {
  if (ts.isPropertyAccessExpression(node)) return instead(node.name, sibling);
  if (ts.isElementAccessExpression(node)) {
    return instead(node.argumentExpression, JSON.stringify(sibling));
  }
  if (node.propertyName !== undefined) return instead(node.propertyName, sibling);
  return instead(node.name, `${sibling}: ${name}`);
}

/** The next field of the same object and type, without enums and flags; null: there is none. */
function siblingOf({ node, name }, { checker }) {
  const owner = ts.isBindingElement(node) ? node.parent : node.expression;
  const parts = partsOf(checker.getTypeAtLocation(owner));
  const own = parts.map((part) => checker.getPropertyOfType(part, name));
  const textOf = (property) => (property === undefined ? "" : kindOf(property, checker));
  const text = textOf(own[0]);
  if (!/^(string|number|Figure<"\w+">)(\[\])?( [\w-]+)?$/.test(text)) return null;
  const names = parts[0]
    .getProperties()
    .filter((one) => wireNames(one).length > 0 && textOf(one) === text)
    .map((one) => one.name)
    .filter((one) => parts.every((part) => checker.getPropertyOfType(part, one) !== undefined))
    .sort();
  const next = names[(names.indexOf(name) + 1) % names.length];
  return next === undefined || next === name ? null : next;
}

/** The type of a field; a date is no time, and no other text. */
function kindOf(property, checker) {
  const type = checker.typeToString(checker.getNonNullableType(checker.getTypeOfSymbol(property)));
  const [, last = ""] = /_?(at|on|date|of)$/.exec(property.name) ?? [];
  return type === "string" ? `${type} ${last === "at" ? "time" : last && "date"}`.trim() : type;
}

/** An operator, or a function of numbers, where what is computed is a number. */
function* ofComputation(node, { checker }) {
  if (/\/(api|charts)\//.test(node.getSourceFile().fileName)) return;
  const isNumber = () => (checker.getTypeAtLocation(node).flags & ts.TypeFlags.NumberLike) !== 0;
  if (ts.isBinaryExpression(node)) {
    const operator = node.operatorToken.getText();
    const other = OTHER_OPERATOR[operator];
    if (other === undefined || !isNumber()) return;
    yield {
      id: `page-meaning-operator-in-${kebab(enclosing(node))}`,
      title: `The page computes ${node.getText().replace(/\s+/g, " ")} with ${other} instead of ${operator}, ${placed(node)}.`,
      changes: [instead(node.operatorToken, other)],
    };
  } else if (ts.isCallExpression(node)) {
    const call = node.expression.getText();
    const other = OTHER_CALL[call];
    if (other === undefined) return;
    yield {
      id: `page-meaning-call-${kebab(call)}-in-${kebab(enclosing(node))}`,
      title: `The page computes ${other} instead of ${node.getText().replace(/\s+/g, " ")}, ${placed(node)}.`,
      changes: [instead(node.expression, other)],
    };
  }
}
