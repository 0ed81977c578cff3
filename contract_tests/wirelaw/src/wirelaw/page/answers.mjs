/**
 * Calls with an address, the types that the page gives their answers, and which fields of those types it uses. Which of
 * the calls are requests, only the contract says: each call whose argument looks like a path is listed.
 */
import { functionOf, openAddresses } from "./addresses.mjs";
import { textOf } from "./reads.mjs";
import { openShapes } from "./shapes.mjs";
import ts from "./typescript.mjs";
import { openUses } from "./uses.mjs";

const METHODS =
  /^_?(?:api|http|fetch|request|do|send)?_?(get|post|put|patch|del|delete)_?(?:json|api|request)?$/i;
const CLIENT = /fetch|request|axios|http|\bapi|client|EventSource/i;
const BODIES = new Set(["body", "data", "json"]);

export function openAnswers(project) {
  const ours = new Set(project.sources);
  const isOurs = (file) => ours.has(file);
  const shapeOf = openShapes({ ...project, isOurs }, project.add);
  const context = { ...project, isOurs, shapeOf, addressOf: openAddresses(project.checker) };
  const use = openUses(context);
  return (node) => {
    use(node);
    const fact = ts.isCallExpression(node) || ts.isNewExpression(node) ? call(node, context) : null;
    if (fact !== null) project.add(fact);
  };
}

function call(node, context) {
  const { placeOf } = context;
  const found = addressAndOptions(node, context);
  if (found === null || !/^(https?:|\*|\/)/.test(found.address) || !found.address.includes("/")) {
    return null;
  }
  const method = methodOf(node, found.options, context);
  // a function that takes a path and requests nothing, such as one of a router
  if (method === null && !CLIENT.test(clientOf(node, context))) return null;
  const owner = ts.findAncestor(node.parent, ts.isFunctionLike);
  return {
    fact: "call",
    place: placeOf(node),
    callee: calleeOf(node, context),
    address: found.address,
    method,
    isStream: ts.isNewExpression(node) && node.expression.getText() === "EventSource",
    hasBody: found.hasBody,
    sent: found.sent === undefined ? null : fieldsOf(found.sent),
    owner: placeOf(owner ?? node),
    answers: answersOf(node, owner, context),
  };
}

/** `get("/jobs")`, `axios({ url: "/jobs" })`, and the generated `client.get({ url: "/jobs" })`. */
function addressAndOptions(node, { addressOf }) {
  const [first, ...rest] = node.arguments ?? [];
  if (first === undefined) return null;
  if (ts.isObjectLiteralExpression(first)) {
    const options = membersOf(first);
    const address = options.all.has("url") ? addressOf(options.all.get("url")) : null;
    // what the options spread may have a body
    return address === null ? null : { address, options, hasBody: null, sent: undefined };
  }
  const address = addressOf(first);
  if (address === null) return null;
  const literal = rest.find(ts.isObjectLiteralExpression);
  const options = literal === undefined ? null : membersOf(literal);
  return { address, options, ...bodyOf(rest, options) };
}

function bodyOf(rest, options) {
  const body = options?.all.get("body") ?? options?.all.get("json");
  if (body !== undefined) return { hasBody: true, sent: body };
  if (rest.length === 0) return { hasBody: false, sent: undefined };
  if (rest.length === 1 && options !== null && !options.isOpen && options.all.has("method")) {
    return { hasBody: [...options.all.keys()].some((name) => BODIES.has(name)), sent: undefined };
  }
  return { hasBody: null, sent: rest[0] };
}

function membersOf(literal) {
  const all = new Map();
  for (const one of literal.properties) {
    if (ts.isPropertyAssignment(one)) all.set(textOf(one.name), one.initializer);
    if (ts.isShorthandPropertyAssignment(one)) all.set(one.name.text, one.name);
  }
  return { all, isOpen: literal.properties.some(ts.isSpreadAssignment) };
}

/** The names of a literal that is sent, also inside JSON.stringify. */
function fieldsOf(node) {
  let at = node;
  if (ts.isCallExpression(at) && at.expression.getText() === "JSON.stringify") at = at.arguments[0];
  if (at === undefined || !ts.isObjectLiteralExpression(at)) return null;
  const { all, isOpen } = membersOf(at);
  return isOpen ? null : [...all.keys()];
}

const calledName = ({ expression }) =>
  ts.isPropertyAccessExpression(expression) ? expression.name : expression;

/** The method in the name of the called function, in its options, or in those that its body passes on. */
function methodOf(node, options, context) {
  const own = options?.all.get("method");
  if (own !== undefined) return ts.isStringLiteralLike(own) ? own.text.toLowerCase() : null;
  if (ts.isNewExpression(node)) return "get";
  const callee = calledName(node);
  const names = [symbolOf(callee, context)?.name ?? "", callee.getText()];
  const name = names.map((one) => METHODS.exec(one)?.[1]).find((one) => one !== undefined);
  if (name !== undefined) return name.toLowerCase().replace(/^del$/, "delete");
  if (callee.getText() === "fetch") return options?.isOpen ? null : "get";
  const body = functionOf(declarationOf(callee, context))?.body;
  // a function that passes on options, and gets none
  const isPlain = node.arguments.length === 1 && /\bfetch\(/.test(body?.getText() ?? "");
  return methodIn(body) ?? (isPlain ? "get" : null);
}

function symbolOf(name, { checker }) {
  const symbol = checker.getSymbolAtLocation(name);
  const isImport = symbol !== undefined && symbol.flags & ts.SymbolFlags.Alias;
  return isImport ? checker.getAliasedSymbol(symbol) : symbol;
}

const declarationOf = (name, context) =>
  (symbolOf(name, context)?.declarations ?? []).find((one) => context.isOurs(one.getSourceFile()));

/** What requests: the client before the method, or the module with functions for the methods. */
function calleeOf(node, context) {
  const declaration = declarationOf(calledName(node), context);
  if (declaration !== undefined) return declaration.getSourceFile().fileName;
  const { expression } = node;
  const client = ts.isPropertyAccessExpression(expression) ? expression.expression : expression;
  return `${context.folder}:${client.getText()}`;
}

/** The called function with its body, where it is one of the page. */
function clientOf(node, context) {
  const body = functionOf(declarationOf(calledName(node), context))?.body;
  return `${node.expression.getText()}( ${body?.getText() ?? ""}`;
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

/** The only `method: "POST"` in the body of a function. */
function methodIn(body) {
  const found = new Set();
  const visit = (node) => {
    const isMethod = ts.isPropertyAssignment(node) && node.name.getText() === "method";
    if (isMethod) found.add(ts.isStringLiteralLike(node.initializer) ? node.initializer.text : "");
    ts.forEachChild(node, visit);
  };
  if (body !== undefined) visit(body);
  const [method] = found;
  return found.size === 1 && method ? method.toLowerCase() : null;
}
