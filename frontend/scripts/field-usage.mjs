/**
 * Says what the page uses of the contract, as a line of JSON: the operations it calls, the fields of answers it
 * reads, and the events it handles. Found with TypeScript's own checker, symbol by symbol, in code that
 * main.tsx reaches; what is cast to any or read by a name that is just a string is not found.
 *
 *     node scripts/field-usage.mjs [folder with tsconfig.json and src/]
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { isNoRead } from "./no-reads.mjs";
import { reachable } from "./reached-code.mjs";

const HOME = fileURLToPath(new URL("..", import.meta.url));
const generated = (file) => file.fileName.includes(".gen.");

const root = path.resolve(process.argv[2] ?? HOME);
const program = openProgram();
const checker = program.getTypeChecker();
const found = { calls: {}, reads: {}, events: {} };

function openProgram() {
  const { config } = ts.readConfigFile(path.join(root, "tsconfig.json"), (name) =>
    readFileSync(name, "utf8"),
  );
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const files = readdirSync(path.join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => path.join(root, "src", name));
  return ts.createProgram(files, options);
}

function place(node) {
  const file = node.getSourceFile();
  const { line } = file.getLineAndCharacterOfPosition(node.getStart());
  return `${path.relative(root, file.fileName)}:${line + 1}`;
}

function note(kind, name, node) {
  found[kind][name] ??= [];
  found[kind][name].push(place(node));
}

/** `Trade.shares` for the declaration of `shares` in components.schemas.Trade, else null. */
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

function nameOf(name) {
  return ts.isStringLiteral(name) ? name.text : name.getText();
}

function readSymbol(symbol, node) {
  for (const declaration of symbol?.declarations ?? []) {
    const name = fieldOf(declaration);
    if (name !== null) note("reads", name, node);
  }
}

function readNamed(type, name, node) {
  // of each member of a union: a narrower look is another expression
  for (const part of type.isUnion() ? type.types : [type]) {
    readSymbol(checker.getPropertyOfType(part, name), node);
  }
}

/** The names that an index may be, when its type lists them. */
function indexNames(argument) {
  const type = checker.getTypeAtLocation(argument);
  const parts = type.isUnion() ? type.types : [type];
  return parts.every((part) => part.isStringLiteral()) ? parts.map((part) => part.value) : [];
}

function readBinding(element) {
  if (element.dotDotDotToken !== undefined) return;
  const name = element.propertyName ?? element.name;
  if (!ts.isIdentifier(name) && !ts.isStringLiteral(name)) return;
  readNamed(checker.getTypeAtLocation(element.parent), name.text, element);
}

/** `({ shares } = trade)`: the names on the left that take something out. */
function readAssigned(pattern, type) {
  for (const property of pattern.properties) {
    if (ts.isPropertyAssignment(property) || ts.isShorthandPropertyAssignment(property)) {
      readNamed(type, nameOf(property.name), property);
    }
  }
}

/** A spread into a component hands over the properties that the component declares, and no others. */
function readSpread(attribute) {
  const wanted = checker.getContextualType(attribute.parent);
  if (wanted === undefined) return;
  for (const property of checker.getTypeAtLocation(attribute.expression).getProperties()) {
    if (checker.getPropertyOfType(wanted, property.name)) readSymbol(property, attribute);
  }
}

/** A contract's path that is handed to a function: `get` and `post` say the method. */
function readCall(call) {
  for (const argument of call.arguments) {
    if (!ts.isStringLiteralLike(argument) || !argument.text.startsWith("/api/")) continue;
    const method = call.expression.getText() === "post" ? "post" : "get";
    note("calls", `${method} ${argument.text}`, call);
  }
}

/** `STREAM_EVENTS`, by the path that it is declared with. */
function readStream(identifier) {
  let symbol = checker.getSymbolAtLocation(identifier);
  if (symbol === undefined) return;
  if (symbol.flags & ts.SymbolFlags.Alias) symbol = checker.getAliasedSymbol(symbol);
  const declaration = symbol.valueDeclaration;
  if (!declaration || !ts.isVariableDeclaration(declaration)) return;
  if (!generated(declaration.getSourceFile())) return;
  const type = checker.getTypeOfSymbol(symbol);
  const where = type.getProperty("path");
  if (where === undefined || type.getProperty("events") === undefined) return;
  note("calls", `get ${checker.getTypeOfSymbol(where).value}`, identifier);
}

/** The handlers of a stream, by the name of its payloads in the generated types. */
function readHandlers(literal) {
  const wanted = checker.getContextualType(literal);
  if (wanted?.aliasSymbol?.name !== "Handlers") return;
  const payloads = wanted.aliasTypeArguments?.[0]?.symbol?.name;
  for (const property of literal.properties) {
    const name = property.name === undefined ? null : nameOf(property.name);
    if (name !== null && acts(property)) note("events", `${payloads}.${name}`, property);
  }
}

/** Whether a handler does anything: its body calls something or assigns. */
function acts(property) {
  const body = bodyOf(property);
  let does = false;
  const visit = (node) => {
    does ||=
      ts.isCallExpression(node) ||
      (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken);
    if (!does) ts.forEachChild(node, visit);
  };
  if (body !== null) visit(body);
  return does;
}

function bodyOf(node) {
  if (ts.isMethodDeclaration(node) || ts.isFunctionDeclaration(node)) return node.body ?? null;
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) return node.body;
  if (ts.isPropertyAssignment(node)) return bodyOf(node.initializer);
  if (ts.isVariableDeclaration(node)) return node.initializer ? bodyOf(node.initializer) : null;
  // a hook may wrap it: useCallback(handler)
  if (ts.isCallExpression(node)) return node.arguments[0] ? bodyOf(node.arguments[0]) : null;
  if (ts.isShorthandPropertyAssignment(node)) {
    return bodyOfSymbol(checker.getShorthandAssignmentValueSymbol(node));
  }
  return ts.isIdentifier(node) ? bodyOfSymbol(checker.getSymbolAtLocation(node)) : null;
}

function bodyOfSymbol(symbol) {
  const real =
    symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  return real?.valueDeclaration ? bodyOf(real.valueDeclaration) : null;
}

function visit(node) {
  if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
  if (ts.isPropertyAccessExpression(node)) {
    if (!isNoRead(node)) readSymbol(checker.getSymbolAtLocation(node.name), node);
  } else if (ts.isElementAccessExpression(node)) {
    const type = checker.getTypeAtLocation(node.expression);
    const names = isNoRead(node) ? [] : indexNames(node.argumentExpression);
    for (const name of names) readNamed(type, name, node);
  } else if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent)) {
    readBinding(node);
  } else if (ts.isJsxSpreadAttribute(node)) {
    readSpread(node);
  } else if (ts.isCallExpression(node)) {
    readCall(node);
  } else if (ts.isObjectLiteralExpression(node)) {
    readHandlers(node);
  } else if (ts.isIdentifier(node)) {
    readStream(node);
  } else if (
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    ts.isObjectLiteralExpression(node.left)
  ) {
    readAssigned(node.left, checker.getTypeAtLocation(node.right));
  }
  ts.forEachChild(node, visit);
}

const src = path.join(root, "src") + path.sep;
const start = program.getSourceFile(`${src}main.tsx`);
if (start === undefined) throw new Error(`${src} has no main.tsx`);
const inside = (file) => file.fileName.startsWith(src) && !generated(file);
for (const statement of reachable(start, checker, inside)) visit(statement);
console.log(JSON.stringify(found));
