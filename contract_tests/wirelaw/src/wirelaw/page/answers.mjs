/** The types that the page gives the answers of its calls, and which fields of those types it uses. */
import { callsOf } from "./calls.mjs";
import { openShapes } from "./shapes.mjs";
import ts from "./typescript.mjs";
import { openUses } from "./uses.mjs";

export function openAnswers(project) {
  const ours = new Set(project.sources);
  const isOurs = (file) => ours.has(file);
  const shapeOf = openShapes({ ...project, isOurs }, project.add);
  const context = { ...project, isOurs, shapeOf };
  for (const site of callsOf(project).sites) {
    const owner = ts.findAncestor(site.parent, ts.isFunctionLike);
    project.add({
      fact: "answer",
      place: project.placeOf(site),
      owner: project.placeOf(owner ?? site),
      answers: answersOf(site, owner, context),
    });
  }
  return openUses(context);
}

/** The types that the page gives to the answer, the surest first. */
function answersOf(node, owner, { checker, shapeOf }) {
  const types = (node.typeArguments ?? []).map((one) => checker.getTypeFromTypeNode(one));
  if (owner?.body !== undefined) types.push(...castsIn(owner.body, checker));
  for (let at = owner; at !== undefined; at = ts.findAncestor(at.parent, ts.isFunctionLike)) {
    if (at.type !== undefined) types.push(checker.getTypeFromTypeNode(at.type));
  }
  types.push(checker.getTypeAtLocation(node));
  const shapes = types.map(shapeOf).filter((shape) => shape !== null);
  return [...new Map(shapes.map((shape) => [JSON.stringify(shape), shape])).values()];
}

/** `(await response.json()) as Job`, `const job: Job = response.data`. */
function castsIn(body, checker) {
  const found = [];
  const visit = (node) => {
    const isCast = ts.isAsExpression(node);
    const value = isCast ? node.expression : node.initializer;
    const isTyped = (isCast || ts.isVariableDeclaration(node)) && node.type !== undefined;
    if (isTyped && value !== undefined && /\.(json\(\)|data)\)*$/.test(value.getText())) {
      found.push(checker.getTypeFromTypeNode(node.type));
    }
    ts.forEachChild(node, visit);
  };
  visit(body);
  return found;
}
