/** Rules about numbers with units: each is shown by a format, and no declaration loses its unit. */
import ts from "typescript";
import { named } from "./wire-types.mjs";

/** What computes with figures, and what only formats or draws them. */
const COMPUTES = /^src\/(format\/(derived|figures)\.ts|api\/)/;

export function* unitRules(node, path, context) {
  if (!COMPUTES.test(path)) yield* named("own-arithmetic", ownArithmetic(node, context));
  yield* named("unformatted-figure", unformattedFigures(node, context));
  yield* named("lost-unit", lostUnits(node, context));
}

/** The type of a number, or of a list of numbers, with a unit; null for other types. */
function unitOf(type, checker) {
  const text = checker.typeToString(checker.getNonNullableType(type));
  return /^(?:readonly )?\(?(Figure<"\w+">)(?: \| null\))?(?:\[\])?$/.exec(text)?.[1] ?? null;
}

const OPERATORS = new Set([
  ts.SyntaxKind.PlusToken,
  ts.SyntaxKind.MinusToken,
  ts.SyntaxKind.AsteriskToken,
  ts.SyntaxKind.AsteriskAsteriskToken,
  ts.SyntaxKind.SlashToken,
  ts.SyntaxKind.PercentToken,
  ts.SyntaxKind.PlusEqualsToken,
  ts.SyntaxKind.MinusEqualsToken,
  ts.SyntaxKind.AsteriskEqualsToken,
  ts.SyntaxKind.SlashEqualsToken,
]);

/** A figure that is computed from fields of the contract, which another screen may compute otherwise. */
function* ownArithmetic(node, { checker }) {
  const operands = operandsOf(node);
  if (operands.length === 0 || isOrder(node)) return;
  if (operands.some((operand) => isFigure(operand, checker))) {
    yield "a figure of the contract is computed with here; use or add a function of src/format/derived.ts";
  }
}

function operandsOf(node) {
  if (ts.isBinaryExpression(node) && OPERATORS.has(node.operatorToken.kind)) {
    return [node.left, node.right];
  }
  if (!ts.isCallExpression(node) || !/^Math\.\w+$/.test(node.expression.getText())) return [];
  return node.arguments.map((one) => (ts.isSpreadElement(one) ? one.expression : one));
}

/** `a.depth - b.depth`: the order of two objects by one field. */
function isOrder(node) {
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.MinusToken)
    return false;
  const arrow = node.parent;
  if (!ts.isArrowFunction(arrow) || arrow.parameters.length !== 2) return false;
  const [one, other] = arrow.parameters.map(
    ({ name }) => new RegExp(`\\b${name.getText()}\\b`, "g"),
  );
  const [left, right] = [node.left, node.right].map((side) => side.getText());
  return left.replace(one, "_").replace(other, "_") === right.replace(one, "_").replace(other, "_");
}

/** Whether an expression is a number of the contract, or a time as a number. */
function isFigure(node, checker) {
  if (ts.isParenthesizedExpression(node)) return isFigure(node.expression, checker);
  const isBinary = ts.isBinaryExpression(node);
  if (isBinary && node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken) {
    return isFigure(node.left, checker);
  }
  if (ts.isNumericLiteral(node) || ts.isStringLiteralLike(node)) return false;
  if (
    ts.isCallExpression(node) &&
    /^Date\.parse$|\.(getTime|valueOf)$/.test(node.expression.getText())
  ) {
    return true;
  }
  const type = checker.getTypeAtLocation(node);
  return unitOf(type, checker) !== null || (isNumber(type, checker) && isField(node, checker));
}

function isNumber(type, checker) {
  return (checker.getNonNullableType(type).flags & ts.TypeFlags.NumberLike) !== 0;
}

/** Whether an expression reads a field that the contract declares. */
function isField(node, checker) {
  let symbol;
  if (ts.isPropertyAccessExpression(node)) symbol = checker.getSymbolAtLocation(node.name);
  else if (ts.isIdentifier(node)) {
    const declaration = checker.getSymbolAtLocation(node)?.declarations?.[0];
    if (declaration === undefined || !ts.isBindingElement(declaration)) return false;
    const name = (declaration.propertyName ?? declaration.name).getText();
    symbol = checker.getTypeAtLocation(declaration.parent).getProperty(name);
  }
  return (symbol?.declarations ?? []).some((one) =>
    one.getSourceFile().fileName.endsWith("openapi.gen.ts"),
  );
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
