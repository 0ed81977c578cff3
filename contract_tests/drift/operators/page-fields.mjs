/** Fields that the page reads: another name, a constant instead of the value, no check for null. */
import { byFields, ownerName, readsOf } from "./page-reads.mjs";
import { fileOf, instead, kebab, partsOf, placed, ts, without } from "./page-sources.mjs";

/** A name that linters accept as unused. */
const UNREAD = "_unread";
/** A cast does not contain longer types. */
const LONG = 1500;
/** Words that people confuse; any other field gets a suffix. */
const OTHER_WORDS = {
  status: "state",
  error: "problem",
  result: "outcome",
  items: "entries",
  params: "parameters",
  reason: "because",
  version: "release",
  message: "text",
  code: "kind",
  type: "kind",
};

export function* fieldMutants(page) {
  for (const group of byFields(readsOf(page))) {
    yield renamed(group[0], page);
    const unchecked = group.map(withoutCheck).find((found) => found !== null);
    if (unchecked !== undefined) yield unchecked;
    const dropped = droppedEverywhere(group, page);
    if (dropped !== null) yield dropped;
  }
}

const idOf = (operator, fields, name) =>
  `page-field-${operator}-${kebab(ownerName(fields))}-${kebab(name)}`;

function renamed({ node, name, fields }, page) {
  const other = otherName(name, node, page);
  const changes = ts.isPropertyAccessExpression(node)
    ? [instead(node.name, other)]
    : ts.isElementAccessExpression(node)
      ? [instead(node.argumentExpression, JSON.stringify(other))]
      : [renamedBinding(node, name, other)];
  return {
    id: idOf("rename", fields, name),
    title: `The page reads ${other} instead of ${ownerName(fields)}.${name}, ${placed(node)}.`,
    changes,
  };
}

function renamedBinding(node, name, other) {
  if (node.propertyName !== undefined) return instead(node.propertyName, other);
  return instead(node.name, `${other}: ${name}`);
}

/** snake_case as camelCase, as people do; a single word as another one. */
function otherName(name, node, { checker }) {
  const camel = name.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase());
  const other = camel === name ? (OTHER_WORDS[name] ?? `${name}_value`) : camel;
  const owner = ts.isBindingElement(node) ? node.parent : node.expression;
  const isTaken = partsOf(checker.getTypeAtLocation(owner)).some(
    (part) => checker.getPropertyOfType(part, other) !== undefined,
  );
  return isTaken ? `${name}_value` : other;
}

/** Every read of a field becomes a constant, so that the page no longer shows the value. */
function droppedEverywhere(reads, page) {
  const fields = [...new Set(reads.flatMap((read) => read.fields))];
  const changes = reads.flatMap((read) => droppedAt(read, page) ?? []);
  if (changes.length === 0) return null;
  const [{ name, node }] = reads;
  return {
    id: idOf("drop", fields, name),
    title: `The page no longer reads ${ownerName(fields)}.${name}: it uses a constant, in ${fileOf(node)} first.`,
    changes: outermost(changes),
  };
}

function droppedAt({ node, name, values }, page) {
  if (!ts.isBindingElement(node)) return [constantAt(node, page)].filter((one) => one !== null);
  if (!ts.isIdentifier(node.name)) return null;
  const constants = values.map((value) => constantAt(value, page, pathOf(node, name)));
  return constants.includes(null) ? null : [unbound(node), ...constants];
}

/** `report.scores` for a destructured field of a report that has a name; null without one. */
function pathOf({ parent: { parent: holder } }, name) {
  const source = ts.isVariableDeclaration(holder) ? holder.initializer?.getText() : undefined;
  return source !== undefined && /^\w+(\.\w+)*$/.test(source) ? `${source}.${name}` : null;
}

/** Omit changes that are inside another change. */
function outermost(changes) {
  return changes.filter(
    (inner) =>
      !changes.some(
        (outer) =>
          outer !== inner &&
          outer.file === inner.file &&
          outer.start <= inner.start &&
          inner.end <= outer.end,
      ),
  );
}

/** @param path the field by a name that remains without the destructuring */
function constantAt(node, { checker }, path = null) {
  const type = checker.getTypeAtLocation(node);
  const constant = constantOf(type, checker);
  if (constant === null) return null;
  // an object without its fields needs a type assertion
  const isPlain = isSettled(node) && constant !== "{}";
  const written = isPlain ? null : typeText(node, type, checker, path);
  const text = written === null ? constant : `(${constant} as ${written})`;
  if (ts.isShorthandPropertyAssignment(node.parent)) return instead(node, `${node.text}: ${text}`);
  return instead(node, text);
}

/** Whether the type is declared without the value, and the object is used elsewhere. */
function isSettled(node) {
  const { parent } = node;
  return (
    ts.isIdentifier(node) &&
    (ts.isJsxExpression(parent) ||
      ts.isTemplateSpan(parent) ||
      ts.isPropertyAssignment(parent) ||
      ts.isShorthandPropertyAssignment(parent) ||
      (ts.isCallExpression(parent) && parent.expression !== node) ||
      (ts.isArrowFunction(parent) && parent.body === node))
  );
}

/** The type as it can be written there; null if that needs an import. */
function typeText(node, type, checker, path) {
  const text = node.getText();
  if (ts.isPropertyAccessExpression(node) && /^\w+(\.\w+)+$/.test(text)) return `typeof ${text}`;
  const written = checker.typeToString(type, node, ts.TypeFormatFlags.NoTruncation);
  if (!written.includes("import(") && written.length < LONG) return written;
  return path === null ? null : `typeof ${path}`;
}

/** An empty value of this type; null if there is none. */
function constantOf(type, checker) {
  const all = type.isUnion() ? type.types : [type];
  if (all.some(({ flags }) => (flags & ts.TypeFlags.Null) !== 0)) return "null";
  if (all.some(({ flags }) => (flags & ts.TypeFlags.Undefined) !== 0)) return "undefined";
  const has = (flag) => all.every(({ flags }) => (flags & flag) !== 0);
  if (all.every((part) => part.isStringLiteral())) {
    return JSON.stringify(all.map(({ value }) => value).sort()[0]);
  }
  if (has(ts.TypeFlags.StringLike)) return '""';
  if (has(ts.TypeFlags.NumberLike)) return "0";
  if (has(ts.TypeFlags.BooleanLike)) return "false";
  if (all.every((part) => checker.isArrayLikeType(part))) return "[]";
  return has(ts.TypeFlags.Object) ? "{}" : null;
}

/** A name is no longer destructured. */
function unbound(element) {
  const pattern = element.parent;
  const holder = pattern.parent;
  if (pattern.elements.length > 1) return without(element, pattern.elements);
  if (ts.isParameter(holder)) {
    const isOnly = holder.parent.parameters.length === 1 && holder.type === undefined;
    return isOnly ? instead(holder, "") : instead(pattern, UNREAD);
  }
  const statement = holder.parent.parent;
  const isAlone = ts.isVariableStatement(statement) && holder.parent.declarations.length === 1;
  if (!isAlone) return instead(pattern, UNREAD);
  const waits = /\(/.test(holder.initializer.getText());
  return instead(statement, waits ? `${holder.initializer.getText()};` : "");
}

/** The check for null is removed where the value is used. */
function withoutCheck({ name, fields, values }) {
  for (const value of values) {
    const change = uncheckedAt(value);
    if (change === null) continue;
    return {
      id: idOf("null", fields, name),
      title: `The page assumes that ${ownerName(fields)}.${name} is never null, ${placed(value)}.`,
      changes: [change],
    };
  }
  return null;
}

function uncheckedAt(value) {
  const { parent } = value;
  if (!ts.isBinaryExpression(parent) || parent.left !== value) return null;
  const kind = parent.operatorToken.kind;
  if (kind === ts.SyntaxKind.QuestionQuestionToken) return instead(parent, value.getText());
  const isNull = parent.right.kind === ts.SyntaxKind.NullKeyword;
  if (!isNull) return null;
  if (kind === ts.SyntaxKind.EqualsEqualsEqualsToken) return withoutNull(parent);
  if (kind !== ts.SyntaxKind.ExclamationEqualsEqualsToken) return null;
  return withoutNonNull(parent);
}

/** `x === null ? a : b` is `b`; `if (x === null) return;` is removed. */
function withoutNull(test) {
  const { parent } = test;
  if (ts.isConditionalExpression(parent) && parent.condition === test) {
    return instead(parent, parent.whenFalse.getText());
  }
  const isGuard = ts.isIfStatement(parent) && parent.elseStatement === undefined;
  return isGuard && !ts.isIfStatement(parent.parent) ? instead(parent, "") : null;
}

/** `x !== null ? a : b` is `a`; `x !== null && a` is `a`. */
function withoutNonNull(test) {
  const { parent } = test;
  if (ts.isConditionalExpression(parent) && parent.condition === test) {
    return instead(parent, parent.whenTrue.getText());
  }
  const isAnd =
    ts.isBinaryExpression(parent) &&
    parent.left === test &&
    parent.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken;
  return isAnd ? instead(parent, parent.right.getText()) : null;
}
