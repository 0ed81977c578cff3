/** Rules about numbers with units: each is shown by a format, and no declaration loses its unit. */
import ts from "typescript";
import { named } from "./wire-types.mjs";

export function* unitRules(node, context) {
  yield* named("unformatted-figure", unformattedFigures(node, context));
  yield* named("lost-unit", lostUnits(node, context));
}

/** The type of a number, or of a list of numbers, with a unit; null for other types. */
function unitOf(type, checker) {
  const text = checker.typeToString(checker.getNonNullableType(type));
  return /^(?:readonly )?\(?(Figure<"\w+">)(?: \| null\))?(?:\[\])?$/.exec(text)?.[1] ?? null;
}

/** A number with a unit that becomes text by itself. */
function* unformattedFigures(node, { checker }) {
  if (!ts.isJsxExpression(node) && !ts.isTemplateSpan(node)) return;
  if (node.expression === undefined || ts.isJsxAttribute(node.parent)) return;
  const unit = unitOf(checker.getTypeAtLocation(node.expression), checker);
  if (unit !== null) {
    yield `a ${unit} is shown without a format; use the one for its unit of src/format/figures.ts`;
  }
}

/** A number with a unit that is passed or assigned as any number; the compiler then accepts every format. */
function* lostUnits(node, { checker, numberNames }) {
  if (ts.isVariableDeclaration(node) && mentionsNumber(node.type) && node.initializer) {
    const unit = unitOf(checker.getTypeAtLocation(node.initializer), checker);
    if (unit !== null) yield `a ${unit} is declared as a number here; leave the type out`;
  }
  const value = assigned(node);
  // cheap checks first: types take time
  const mayLose = value !== undefined && numberNames.has(node.name.text);
  if (mayLose && mentionsNumber(declaredType(node, checker))) {
    const unit = unitOf(checker.getTypeAtLocation(value), checker);
    if (unit !== null) yield `a ${unit} is a number here; declare ${node.name.text} with its unit`;
  }
  if (!ts.isCallExpression(node) || !node.arguments.some(mayHaveUnit)) return;
  const parameters = checker.getResolvedSignature(node)?.getDeclaration()?.parameters ?? [];
  for (const [index, argument] of node.arguments.entries()) {
    const declared = parameters[index];
    if (declared === undefined || declared.getSourceFile().isDeclarationFile) continue;
    const unit = unitOf(checker.getTypeAtLocation(argument), checker);
    if (unit !== null && mentionsNumber(declared.type)) {
      yield `a ${unit} is passed as a number; declare the parameter with its unit`;
    }
  }
}

const UNITLESS = [
  ts.isFunctionLike,
  ts.isObjectLiteralExpression,
  ts.isStringLiteralLike,
  ts.isTemplateExpression,
  ts.isNumericLiteral,
];

function mayHaveUnit(node) {
  return !UNITLESS.some((isKind) => isKind(node));
}

/** The names of the members that the page declares as any number. */
export function numberNames(files) {
  const found = new Set();
  const visit = (node) => {
    if (ts.isPropertySignature(node) && mentionsNumber(node.type)) found.add(node.name.text);
    ts.forEachChild(node, visit);
  };
  files.forEach(visit);
  return found;
}

/** The value of a member of an object or of an element. */
function assigned(node) {
  if (ts.isShorthandPropertyAssignment(node)) return node.name;
  if (!ts.isPropertyAssignment(node) && !ts.isJsxAttribute(node)) return undefined;
  const { initializer } = node;
  const value = ts.isJsxAttribute(node) ? initializer?.expression : initializer;
  // what is computed or called has no unit, or its own; and types take time
  const isRead =
    value !== undefined &&
    (ts.isIdentifier(value) ||
      ts.isPropertyAccessExpression(value) ||
      ts.isElementAccessExpression(value));
  return isRead ? value : undefined;
}

/** The type that the page's own shape declares for a member. */
function declaredType({ name, parent }, checker) {
  const symbol = checker.getContextualType(parent)?.getProperty(name.text);
  const declaration = symbol?.declarations?.find(ts.isPropertySignature);
  if (declaration === undefined || declaration.getSourceFile().isDeclarationFile) return undefined;
  return declaration.getSourceFile().fileName.endsWith(".gen.ts") ? undefined : declaration.type;
}

const mentionsNumber = (type) => {
  if (type === undefined) return false;
  if (type.kind === ts.SyntaxKind.NumberKeyword) return true;
  if (ts.isArrayTypeNode(type)) return mentionsNumber(type.elementType);
  if (ts.isTypeOperatorNode(type)) return mentionsNumber(type.type);
  return ts.isUnionTypeNode(type) && type.types.some(mentionsNumber);
};
