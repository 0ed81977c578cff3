/**
 * Prints what the page uses of the contract, as one line of JSON: the operations that it calls, the response
 * fields that it reads, and the events that it handles. TypeScript's checker resolves each symbol, in code that
 * main.tsx reaches. A read of a value cast to any, or by a key that is any string, is not counted.
 *
 *     node scripts/field-usage.mjs [folder with tsconfig.json and src/]
 */
import path from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { reachable } from "../../contract_tests/wirelaw/src/wirelaw/page/reached-code.mjs";
import {
  textOf as nameOf,
  openReads,
} from "../../contract_tests/wirelaw/src/wirelaw/page/reads.mjs";
import { openPage } from "./page-program.mjs";

const FRONTEND = fileURLToPath(new URL("..", import.meta.url));
const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
const generated = (file) => file.fileName.includes(".gen.");

const root = path.resolve(process.argv[2] ?? FRONTEND);
const program = openPage(root);
const checker = program.getTypeChecker();
const usage = { calls: {}, reads: {}, events: {} };
const events = declaredEvents();

function locationOf(node) {
  const file = node.getSourceFile();
  const { line } = file.getLineAndCharacterOfPosition(node.getStart());
  return `${path.relative(root, file.fileName)}:${line + 1}`;
}

function record(kind, name, node) {
  usage[kind][name] ??= [];
  usage[kind][name].push(locationOf(node));
}

/** The declared symbol, where this one is an import of it. */
function resolved(symbol) {
  if (symbol === undefined || !(symbol.flags & ts.SymbolFlags.Alias)) return symbol;
  return checker.getAliasedSymbol(symbol);
}

/** `Trade.shares` for the declaration of `shares` in components.schemas.Trade; null for any other. */
function fieldOf(declaration) {
  if (!generated(declaration.getSourceFile()) || !ts.isPropertySignature(declaration)) return null;
  const owner = declaration.parent.parent;
  const schemas = owner?.parent?.parent;
  if (!owner || !ts.isPropertySignature(owner) || !schemas || !ts.isPropertySignature(schemas)) {
    return null;
  }
  return schemas.name.getText() === "schemas"
    ? `${nameOf(owner.name)}.${nameOf(declaration.name)}`
    : null;
}

const readFields = openReads(checker, (symbol, node) => {
  for (const declaration of symbol.declarations ?? []) {
    const name = fieldOf(declaration);
    if (name !== null) record("reads", name, node);
  }
});

/** A call with a path of the contract. */
function readCall(call) {
  for (const argument of call.arguments) {
    if (!ts.isStringLiteralLike(argument) || !argument.text.startsWith("/api/")) continue;
    record("calls", `${methodOf(call, argument.text)} ${argument.text}`, call);
  }
}

/** The method that names the called function, under whatever name it is imported; else the only one of the path. */
function methodOf(call, path) {
  const { expression } = call;
  const callee = ts.isPropertyAccessExpression(expression) ? expression.name : expression;
  const name = resolved(checker.getSymbolAtLocation(callee))?.name?.replace("remove", "delete");
  if (METHODS.includes(name)) return name;
  const declared = declaredMethods(path);
  if (declared.length === 1) return declared[0];
  throw new Error(
    `${locationOf(call)}: cannot tell the HTTP method of ${path}: the called function has no method's name, ` +
      `and the contract declares ${declared.length === 0 ? "no such path" : declared.join(" and ")}`,
  );
}

/** The methods that the generated `paths` declare at a path. */
function declaredMethods(path) {
  for (const file of program.getSourceFiles().filter(generated)) {
    const paths = file.statements.find(
      (one) => ts.isInterfaceDeclaration(one) && one.name.text === "paths",
    );
    const item = paths?.members.find((one) => one.name && nameOf(one.name) === path);
    if (item === undefined) continue;
    return item.type.members
      .filter(({ type }) => type?.kind !== ts.SyntaxKind.NeverKeyword)
      .map(({ name }) => nameOf(name))
      .filter((name) => METHODS.includes(name));
  }
  return [];
}

/** The names of the events of all streams. */
function declaredEvents() {
  const statements = program
    .getSourceFiles()
    .filter(generated)
    .flatMap((file) => [...file.statements]);
  return new Set(
    statements
      .filter((one) => ts.isInterfaceDeclaration(one) && one.name.text.endsWith("Payloads"))
      .flatMap(({ members }) => members.map(({ name }) => nameOf(name))),
  );
}

/** A use of a stream's constant, such as `STREAM_EVENTS`: a GET of its path. */
function readStream(identifier) {
  const symbol = resolved(checker.getSymbolAtLocation(identifier));
  const declaration = symbol?.valueDeclaration;
  if (!declaration || !ts.isVariableDeclaration(declaration)) return;
  if (!generated(declaration.getSourceFile())) return;
  const type = checker.getTypeOfSymbol(symbol);
  const property = type.getProperty("path");
  if (property === undefined || type.getProperty("events") === undefined) return;
  record("calls", `get ${checker.getTypeOfSymbol(property).value}`, identifier);
}

/** The handlers of a stream, by the name of its payloads in the generated types. */
function readHandlers(literal) {
  if (!literal.properties.some(({ name }) => name !== undefined && events.has(nameOf(name))))
    return;
  const declared = checker.getContextualType(literal);
  if (declared?.aliasSymbol?.name !== "Handlers") return;
  const payloads = declared.aliasTypeArguments?.[0]?.symbol?.name;
  for (const property of literal.properties) {
    const name = property.name === undefined ? null : nameOf(property.name);
    if (name !== null && hasEffect(property)) record("events", `${payloads}.${name}`, property);
  }
}

/** Whether the body of a handler contains a call or an assignment. */
function hasEffect(property) {
  const isEffect = (node) =>
    ts.isCallExpression(node) ||
    (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) ||
    ts.forEachChild(node, (child) => isEffect(child) || undefined) === true;
  const body = bodyOf(property);
  return body !== null && isEffect(body);
}

function bodyOf(node) {
  if (ts.isMethodDeclaration(node) || ts.isFunctionDeclaration(node)) return node.body ?? null;
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) return node.body;
  if (ts.isPropertyAssignment(node)) return bodyOf(node.initializer);
  if (ts.isVariableDeclaration(node)) return node.initializer ? bodyOf(node.initializer) : null;
  // a handler inside a hook: useCallback(handler)
  if (ts.isCallExpression(node)) return node.arguments[0] ? bodyOf(node.arguments[0]) : null;
  if (ts.isShorthandPropertyAssignment(node)) {
    return bodyOfSymbol(checker.getShorthandAssignmentValueSymbol(node));
  }
  return ts.isIdentifier(node) ? bodyOfSymbol(checker.getSymbolAtLocation(node)) : null;
}

function bodyOfSymbol(symbol) {
  const declaration = resolved(symbol)?.valueDeclaration;
  return declaration ? bodyOf(declaration) : null;
}

function visit(node) {
  if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
  readFields(node);
  if (ts.isCallExpression(node)) readCall(node);
  else if (ts.isObjectLiteralExpression(node)) readHandlers(node);
  else if (ts.isIdentifier(node)) readStream(node);
  ts.forEachChild(node, visit);
}

const src = path.join(root, "src") + path.sep;
const start = program.getSourceFile(`${src}main.tsx`);
if (start === undefined) throw new Error(`no main.tsx in ${src}`);
const inside = (file) => file.fileName.startsWith(src) && !generated(file);
for (const statement of reachable(start, checker, inside)) visit(statement);
console.log(JSON.stringify(usage));
