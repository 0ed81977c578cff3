/** Rules about figures and times: each has one format on the whole page, and a label that fits its unit. */
import ts from "typescript";
import { named } from "./wire-types.mjs";

const FORMATS = "src/format/figures.ts";

/** The usual format of each unit, by the names of the formats that the unit has. */
const USUAL = {
  percent: "percent",
  finePercent: "percent",
  signedPercent: "percent",
  share: "percent",
  probability: "percent",
  money: "money",
  price: "money",
  ratio: "ratio",
  coefficient: "coefficient",
  basisPoints: "basisPoints",
  shares: "shares",
  days: "days",
  count: "count",
};

/** Fields with another format than the usual one of their unit. */
const OTHERS = [
  [/^Signal\.predicted_return$/, "signedPercent"],
  [/\.(usual_)?disagreement$/, "finePercent"],
  [/\.progress$/, "share"],
  [/\.skill_probability$/, "probability"],
  [/\.(\w+_price|fee)$/, "price"],
];

export function* figureRules(node, path, context) {
  if (path === FORMATS) return;
  yield* named("figure-format", otherFormats(node, context));
  yield* named("label-unit", otherLabels(node, context));
  yield* named("own-zone", ownTexts(node, context));
}

/** The name of the format that an identifier means; null: none. */
function formatOf(node, { checker }) {
  if (!ts.isIdentifier(node) || ts.isImportSpecifier(node.parent)) return null;
  const specifier = imported(node.getSourceFile()).get(node.text);
  // names first: symbols take time
  if (specifier === undefined) return null;
  const symbol = ts.isShorthandPropertyAssignment(node.parent)
    ? checker.getShorthandAssignmentValueSymbol(node.parent)
    : checker.getSymbolAtLocation(node);
  if (symbol?.declarations?.[0] !== specifier) return null;
  return (specifier.propertyName ?? specifier.name).text;
}

const imports = new WeakMap();

/** What a file imports from the formats, by the names that it uses. */
function imported(file) {
  if (!imports.has(file)) {
    const from = file.statements.filter(
      (one) => ts.isImportDeclaration(one) && /\/figures(\.ts)?$/.test(one.moduleSpecifier.text),
    );
    const specifiers = from.flatMap((one) => one.importClause?.namedBindings?.elements ?? []);
    imports.set(file, new Map(specifiers.map((one) => [one.name.text, one])));
  }
  return imports.get(file);
}

function* otherFormats(node, context) {
  const format = formatOf(node, context);
  if (!Object.hasOwn(USUAL, format ?? "")) return;
  const field = fieldOf(node, context);
  const expected = field === null ? null : formatFor(field, USUAL[format]);
  if (expected !== null && format !== expected) {
    yield `${field} has the format ${expected} everywhere, not ${format}; lint/figure-rules.mjs lists the formats`;
  }
  // a format of figures that are computed or passed on
  if (expected === null && !formatsOf(node, context).has(format)) {
    yield `${format} is neither the usual format of its unit nor that of a field in this file`;
  }
}

function formatFor(field, usual) {
  const other = OTHERS.find(([pattern]) => pattern.test(field));
  // a field of another unit than its name promises is the compiler's
  return other !== undefined && USUAL[other[1]] === usual ? other[1] : usual;
}

const formatsByFile = new WeakMap();

/**
 * The formats of what is no field: those of the file's fields, and the usual ones; where a format is passed on, the
 * usual one of a unit only if the fields have none.
 */
function formatsOf(node, context) {
  const file = node.getSourceFile();
  if (!formatsByFile.has(file)) formatsByFile.set(file, formatsOfFields(file, context));
  const own = formatsByFile.get(file);
  const units = new Set([...own].map((format) => USUAL[format]));
  const isPassedOn = figureOf(node) === undefined;
  return new Set([...own, ...Object.values(USUAL).filter((one) => !isPassedOn || !units.has(one))]);
}

function formatsOfFields(node, context) {
  const format = formatOf(node, context);
  const own = format !== null && fieldOf(node, context) !== null ? [format] : [];
  return new Set([
    ...own,
    ...childrenOf(node).flatMap((child) => [...formatsOfFields(child, context)]),
  ]);
}

/** `Signal.disagreement`: the field whose value a format gets; null where it is computed or not seen here. */
function fieldOf(node, context) {
  const { parent } = node;
  if (ts.isPropertyAssignment(parent) && ts.isPropertyAssignment(parent.parent.parent)) {
    // a row of a table by field: `exposure: { format: percent }`
    return `.${parent.parent.parent.name.getText()}`;
  }
  return nameOf(figureOf(node), context);
}

/** What a format is applied to here: its argument, or the value beside it; undefined: it is passed on. */
function figureOf(node) {
  const { parent } = node;
  if (ts.isCallExpression(parent) && parent.expression === node) return parent.arguments[0];
  if (!ts.isJsxExpression(parent) || !ts.isJsxAttribute(parent.parent)) return undefined;
  const value = parent.parent.parent.properties.find((one) => one.name?.text === "value");
  return value?.initializer.expression;
}

function nameOf(node, context) {
  const { checker } = context;
  if (node === undefined) return null;
  if (
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken
  ) {
    return nameOf(node.left, context);
  }
  if (ts.isElementAccessExpression(node)) return nameOf(node.expression, context);
  if (ts.isPropertyAccessExpression(node)) return ownerOf(checker.getSymbolAtLocation(node.name));
  if (!ts.isIdentifier(node)) return null;
  const [declaration] = checker.getSymbolAtLocation(node)?.declarations ?? [];
  if (declaration === undefined || !ts.isBindingElement(declaration)) return null;
  const name = (declaration.propertyName ?? declaration.name).getText();
  return ownerOf(checker.getTypeAtLocation(declaration.parent).getProperty(name));
}

/** A field of a type, with the name of its schema where it is one of the contract. */
function ownerOf(symbol) {
  const declaration = symbol?.declarations?.find(ts.isPropertySignature);
  if (declaration === undefined) return null;
  const owner = declaration.parent.parent;
  return `${owner.name?.getText() ?? ""}.${symbol.name}`;
}

const LABELS = new Set(["name", "label", "heading"]);

/** A label that names a unit which its figure does not have, or the other way round. */
function* otherLabels(node, context) {
  if (!ts.isPropertyAssignment(node) || !LABELS.has(node.name.text)) return;
  if (!ts.isStringLiteral(node.initializer)) return;
  const label = node.initializer.text;
  const rest = node.parent.properties.filter((one) => one !== node);
  const formats = new Set(rest.flatMap((one) => [...formatsIn(one, context)]));
  const inBps = formats.has("basisPoints");
  if (/\bbps\b/.test(label) && !inBps) yield `${label} is no figure in basis points`;
  if (inBps && !/\bbps\b/.test(label) && !/\} bps\b/.test(textOf(rest))) {
    yield `${label} is a figure in basis points, which neither its label nor its text says`;
  }
  if (/\bdays\b/i.test(label) && [...formats].some((one) => USUAL[one] !== "count")) {
    yield `${label} is no number of days`;
  }
}

const textOf = (nodes) => nodes.map((one) => one.getText()).join(" ");

function* formatsIn(node, context) {
  const format = formatOf(node, context);
  if (format !== null) yield format;
  for (const child of childrenOf(node)) yield* formatsIn(child, context);
}

function childrenOf(node) {
  const found = [];
  ts.forEachChild(node, (child) => void found.push(child));
  return found;
}

/** What a Date may be used for outside the formats. */
const IN_NO_ZONE = /^(toISOString|getTime|valueOf|getUTC\w+)$/;
const IN_ZONE = new Set(["clock", "moment", "toTheSecond"]);

/** A Date as a text, or a date as a time, which is in the browser's zone. */
function* ownTexts(node, context) {
  if (ts.isNewExpression(node) && node.expression.getText() === "Date") {
    const { parent } = node;
    const isInZone = ts.isCallExpression(parent) && /\.tzDate$/.test(parent.expression.getText());
    const method = ts.isPropertyAccessExpression(parent) ? parent.name.text : "";
    if (!isInZone && !IN_NO_ZONE.test(method)) {
      yield "a Date becomes a text in the browser's zone; use a format of src/format/figures.ts";
    }
  }
  if (ts.isCallExpression(node) && IN_ZONE.has(formatOf(node.expression, context))) {
    const field = nameOf(node.arguments[0], context)?.split(".")[1];
    if (field !== undefined && context.dates.has(field)) {
      yield `${field} is a date without a time; show it as it is`;
    }
  }
}
