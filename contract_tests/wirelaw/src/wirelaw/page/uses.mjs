/** What the page does with the fields of its types: reads, comparisons with words, and uses that hide which field is meant. */
import { comparedAsText, widenedValue } from "./closed-sets.mjs";
import { openReads, partsOf, textOf } from "./reads.mjs";
import { idOf } from "./shapes.mjs";
import ts from "./typescript.mjs";

/** Places of one field: more are not shown. */
const MOST = 3;

/**
 * @param context with `checker`, `placeOf(node)`, `isOurs(file)`, `shapeOf(type)` and `add(fact)`
 * @returns a function of a node, which looks at this node alone
 */
export function openUses(context) {
  const { checker, placeOf, add } = context;
  const counts = new Map();
  const once = (fact) => {
    const key = JSON.stringify(fact);
    if (!counts.has(key)) add(fact);
    counts.set(key, 1);
  };
  const read = openReads(checker, (symbol, node) => {
    for (const id of idsOf(symbol, context)) {
      const count = (counts.get(id) ?? 0) + 1;
      counts.set(id, count);
      const isChoice = isOneOfSeveral(node);
      const fact = { fact: "read", id, name: symbol.name, place: placeOf(node), isChoice };
      if (count <= MOST) add({ ...fact, beside: requiredBeside(symbol) });
    }
  });
  return (node) => {
    read(node);
    for (const name of mentioned(node, checker)) once({ fact: "mention", name });
    for (const shape of wholeShapes(node, context)) once({ fact: "whole", shape });
    for (const [field, word] of comparisons(node)) {
      for (const id of fieldIds(field, context)) {
        add({ fact: "compared", id, word: word.text, place: placeOf(word) });
      }
    }
    for (const [field, how] of loosened(node)) {
      for (const id of fieldIds(field, context)) {
        add({ fact: "loosened", id, how, place: placeOf(node) });
      }
    }
  };
}

/** The fields that each object with this field has. */
const requiredBeside = ({ valueDeclaration }) =>
  (valueDeclaration?.parent.members ?? [])
    .filter((one) => ts.isPropertySignature(one) && one.questionToken === undefined)
    .map((one) => textOf(one.name));

/** `answer.deleted ?? answer.deleted_count`: either may be there. */
function isOneOfSeveral({ parent, expression }) {
  if (!ts.isBinaryExpression(parent) || expression === undefined) return false;
  if (!/^(\?\?|\|\|)$/.test(parent.operatorToken.getText())) return false;
  const owner = new RegExp(`\\b${expression.getText().replace(/\W/g, "\\$&")}[.?!]`, "g");
  return (parent.getText().match(owner) ?? []).length > 1;
}

const idsOf = (symbol, { isOurs }) =>
  (symbol?.declarations ?? []).filter((one) => isOurs(one.getSourceFile())).map(idOf);

const fieldIds = (node, context) =>
  ts.isPropertyAccessExpression(node)
    ? idsOf(context.checker.getSymbolAtLocation(node.name), context)
    : [];

const UNKNOWN = ts.TypeFlags.Any | ts.TypeFlags.TypeParameter;

/** Names that may be those of a field of any object: the checker does not know which. */
function mentioned(node, checker) {
  if (ts.isPropertyAccessExpression(node)) {
    return checker.getTypeAtLocation(node.expression).flags & UNKNOWN ? [node.name.text] : [];
  }
  if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent)) {
    const name = node.propertyName ?? node.name;
    const isUnknown = checker.getTypeAtLocation(node.parent).flags & ts.TypeFlags.Any;
    return ts.isIdentifier(name) && isUnknown ? [name.text] : [];
  }
  const isWord = ts.isStringLiteralLike(node) && !ts.isLiteralTypeNode(node.parent);
  return isWord && /^[\w.-]+$/.test(node.text) ? node.text.split(".") : [];
}

/** Objects that are used whole: `JSON.stringify(job)`, `for (const key in job)`, or as an argument of any type. */
function wholeShapes(node, { checker, shapeOf }) {
  const shapesOf = (value) =>
    partsOf(checker.getTypeAtLocation(value))
      .map(shapeOf)
      .filter((shape) => shape?.kind === "object" || shape?.kind === "list");
  if (ts.isForInStatement(node) || ts.isAsExpression(node)) return shapesOf(node.expression);
  if (!ts.isCallExpression(node) || /^console\./.test(node.expression.getText())) return [];
  return node.arguments.flatMap((value, index) => {
    if (!ts.isIdentifier(value) && !ts.isPropertyAccessExpression(value)) return [];
    const shapes = shapesOf(value);
    // shapes first: signatures take time
    if (shapes.length === 0) return [];
    const { parameters = [] } = checker.getResolvedSignature(node)?.getDeclaration?.() ?? {};
    const declared = parameters[Math.min(index, parameters.length - 1)];
    const isTyped = declared && shapeOf(checker.getTypeAtLocation(declared)) !== null;
    return isTyped ? [] : shapes;
  });
}

/** `job.status === "done"`, `switch (job.status) { case "done": }`: pairs of a field and a word. */
function comparisons(node) {
  const pairs = [];
  if (ts.isBinaryExpression(node) && /^[!=]==?$/.test(node.operatorToken.getText())) {
    pairs.push([node.left, node.right], [node.right, node.left]);
  } else if (ts.isCaseClause(node)) {
    pairs.push([node.parent.parent.expression, node.expression]);
  }
  return pairs.filter(([, word]) => ts.isStringLiteralLike(word));
}

/** Values whose words become any text: by a cast, a declaration, or a comparison as text. */
function loosened(node) {
  const value = widenedValue(node);
  const how = ts.isVariableDeclaration(node) ? "declares it as string" : "casts it to string";
  const widened = value === undefined ? [] : [[value, how]];
  return [...widened, ...comparedAsText(node).map((one) => [one, "compares it as text"])];
}
