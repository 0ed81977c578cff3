/** What a figure means: its format, its label, and the digits of each format. */
import { enclosing, instead, kebab, placed, reimported, ts } from "./page-sources.mjs";

const FORMATS = "/src/format/figures.ts";
/** A format of another unit; the compiler refuses it where the figure has a unit. */
const OTHER_UNIT = {
  percent: "ratio",
  finePercent: "ratio",
  signedPercent: "ratio",
  share: "ratio",
  probability: "ratio",
  ratio: "percent",
  coefficient: "percent",
  basisPoints: "percent",
  money: "ratio",
  price: "basisPoints",
  shares: "money",
  days: "count",
  count: "ratio",
};
/** Formats of one unit; a probability differs from a percentage at its ends only. */
const ALIKE = [
  ["percent", "finePercent", "signedPercent", "share", "probability"],
  ["money", "price"],
];
const LABELS = ["name", "label", "heading"];

export function* figureMutants(page) {
  const tables = new Map();
  for (const node of page.nodes) {
    if (node.getSourceFile().fileName.endsWith(FORMATS)) yield* ofDigits(node);
    else if (ts.isIdentifier(node)) yield* ofFormat(node, page);
    const label = labelOf(node, page);
    if (label !== null) {
      const table = node.parent.parent;
      tables.set(table, [...(tables.get(table) ?? []), label]);
    }
  }
  for (const labels of tables.values()) yield* ofLabels(labels);
}

/** The name in format/figures.ts of the format that an identifier means, or null. */
function formatOf(node, { checker }) {
  let symbol = ts.isShorthandPropertyAssignment(node.parent)
    ? checker.getShorthandAssignmentValueSymbol(node.parent)
    : checker.getSymbolAtLocation(node);
  if (symbol === undefined || (symbol.flags & ts.SymbolFlags.Alias) === 0) return null;
  symbol = checker.getAliasedSymbol(symbol);
  const file = symbol.declarations?.[0]?.getSourceFile().fileName ?? "";
  return file.endsWith(FORMATS) && symbol.name in OTHER_UNIT ? symbol.name : null;
}

function* ofFormat(node, page) {
  const name = formatOf(node, page);
  if (name === null) return;
  const alike = ALIKE.find((group) => group.includes(name)) ?? [];
  const others = alike.filter((other) => other !== name && other !== "probability");
  const figure = ts.isCallExpression(node.parent) ? node.parent.arguments[0] : undefined;
  const shown = figure?.getText() ?? "figures";
  const isComputed = figure === undefined || !hasUnit(figure, page);
  for (const [kind, other] of [
    ...others.map((other) => ["format", other]),
    ...(isComputed ? [["unit", OTHER_UNIT[name]]] : []),
  ]) {
    yield {
      id: `page-figure-${kind}-${kebab(other)}-for-${kebab(name)}-in-${kebab(enclosing(node))}`,
      title: `The page shows ${shown.replace(/\s+/g, " ")} with ${other} instead of ${name}, ${placed(node)}.`,
      changes: [instead(node, other), ...reimported(node, other, page)],
    };
  }
}

const hasUnit = (node, { checker }) =>
  /Figure<|Fraction/.test(checker.typeToString(checker.getTypeAtLocation(node)));

/** A label, and the format of the figure that it stands beside in the same row of a table. */
function labelOf(node, page) {
  if (!ts.isPropertyAssignment(node) || !LABELS.includes(node.name.text)) return null;
  if (!ts.isStringLiteral(node.initializer)) return null;
  const formats = new Set();
  const visit = (child) => {
    if (ts.isIdentifier(child)) formats.add(formatOf(child, page));
    ts.forEachChild(child, visit);
  };
  for (const other of node.parent.properties) if (other !== node) visit(other);
  formats.delete(null);
  return { text: node.initializer, format: [...formats].join() };
}

/** Each label and the next one of a figure in another unit are exchanged. */
function* ofLabels(labels) {
  for (const [at, one] of labels.entries()) {
    const other = labels.slice(at + 1).find(({ format }) => format !== one.format);
    if (other === undefined || `${one.format}${other.format}` === "") continue;
    yield {
      id: `page-figure-label-${kebab(one.text.text)}-in-${kebab(enclosing(one.text))}`,
      title: `The labels ${one.text.text} and ${other.text.text} are exchanged, ${placed(one.text)}.`,
      changes: [instead(one.text, other.text.getText()), instead(other.text, one.text.getText())],
    };
  }
}

/** A format has one digit more, or none. */
function* ofDigits(node) {
  if (!ts.isCallExpression(node) || node.expression.getText() !== "number") return;
  const [digits] = node.arguments;
  const format = enclosing(node);
  for (const other of [Number(digits.text) + 1, 0].filter((one) => one !== Number(digits.text))) {
    yield {
      id: `page-figure-digits-${other}-of-${kebab(format)}`,
      title: `The page shows figures of ${format} with ${other} digits.`,
      changes: [instead(digits, String(other))],
    };
  }
}
