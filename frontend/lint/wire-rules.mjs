/**
 * What neither the compiler nor a stock linter sees of the wire: types are read with TypeScript's own
 * checker, so that no alias, global object or other name hides them. `node lint/wire-rules.mjs`
 */
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { CONTRACT } from "../scripts/contract-document.mjs";
import { literalOf, typeRules } from "./wire-types.mjs";
import { closedWords, queryParameters, requestFields } from "./wire-words.mjs";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");

/** What opens a connection, and the only file that may. */
const CONNECTIONS = new Map([
  ["fetch", "src/api/client.ts"],
  ["EventSource", null],
  ["XMLHttpRequest", null],
  ["WebSocket", null],
  ["sendBeacon", null],
  ["importScripts", null],
]);

export function problems(root = ROOT, contract = JSON.parse(readFileSync(CONTRACT, "utf8"))) {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), (name) =>
    ts.sys.readFile(name),
  );
  const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  // the build's own types are large, and nothing of the wire passes through them
  const judged = fileNames.filter((name) => relative(root, name).startsWith("src/"));
  const program = ts.createProgram(judged, { ...options, types: [], noEmit: true });
  const checker = program.getTypeChecker();
  const words = closedWords(contract);
  const requests = requestFields(contract);
  const fields = new Set(requests.flatMap((names) => [...names]));
  const asked = [...requests, ...queryParameters(contract)];
  const askedFields = new Set(asked.flatMap((names) => [...names]));
  const context = { checker, words, fields, asked, askedFields, root };
  const found = [];
  for (const file of program.getSourceFiles()) {
    const path = relative(root, file.fileName);
    if (!path.startsWith("src/") || path.endsWith(".gen.ts") || file.isDeclarationFile) continue;
    const visit = (node) => {
      for (const message of judge(node, path, context)) {
        const { line, character } = file.getLineAndCharacterOfPosition(node.getStart(file));
        found.push(`frontend/${path}:${line + 1}:${character + 1}: ${message}`);
      }
      ts.forEachChild(node, visit);
    };
    visit(file);
  }
  return [...new Set(found)];
}

function* judge(node, path, context) {
  yield* connections(node, path, context);
  yield* generatedImports(node, path);
  if (!path.startsWith("src/types/")) {
    if (!path.startsWith("src/api/")) yield* untypedAnswers(node, context);
    yield* typeRules(node, path, context);
    yield* typedDefaults(node, context);
    yield* typedBounds(node, context);
    yield* unboundAnswers(node);
    yield* handwrittenSets(node, context);
  }
}

/** Any use of a name that the browser's library declares, however it is reached. */
function* connections(node, path, { checker }) {
  const named = ts.isIdentifier(node) || ts.isStringLiteralLike(node) ? node.text : null;
  if (named === null || !CONNECTIONS.has(named) || CONNECTIONS.get(named) === path) return;
  if (ts.isStringLiteralLike(node) && !ts.isElementAccessExpression(node.parent)) return;
  if (isOwnName(node) || !isBrowsers(symbolOf(node, checker))) return;
  const allowed = CONNECTIONS.get(named);
  yield `${named} opens a connection of its own; use get, post or followStream of src/api/` +
    (allowed === null ? "" : ` (only ${allowed} fetches)`);
}

function symbolOf(node, checker) {
  const binding = node.parent;
  if (ts.isBindingElement(binding)) {
    // const { fetch: f } = window
    return checker.getTypeAtLocation(binding.parent).getProperty(node.text);
  }
  if (ts.isStringLiteralLike(node)) {
    return checker.getTypeAtLocation(binding.expression).getProperty(node.text);
  }
  return checker.getSymbolAtLocation(node);
}

/** The right side of a renaming is a name that the file itself gives. */
function isOwnName(node) {
  const { parent } = node;
  return ts.isBindingElement(parent) && parent.propertyName !== undefined && parent.name === node;
}

function isBrowsers(symbol) {
  return (symbol?.declarations ?? []).some(({ parent }) =>
    /(lib\.\w+(\.\w+)*|globals|@types\/node\/.*)\.d\.ts$/.test(parent.getSourceFile().fileName),
  );
}

function* generatedImports(node, path) {
  if (path.startsWith("src/types/") || !ts.isStringLiteralLike(node)) return;
  if (/\.gen(\.[jt]s)?(\?.*)?$/.test(node.text)) {
    yield `${node.text} is generated; only src/types/ imports it, take its types from there`;
  }
}

/** Outside src/api/ nothing that came over the wire is read: it would be any. */
function* untypedAnswers(node, { checker }) {
  if (!ts.isIdentifier(node) || !["parse", "json"].includes(node.text)) return;
  const symbol = symbolOf(node, checker);
  const owner = symbol?.declarations?.[0]?.parent;
  const name = owner !== undefined && "name" in owner ? owner.name?.text : undefined;
  if (isBrowsers(symbol) && ["JSON", "Body", "Response"].includes(name)) {
    yield `${name}.${node.text} makes any of what came over the wire; src/api/ reads it and gives it its type`;
  }
}

/** A field of a request with a value that stands in the page. */
function* typedDefaults(node, { checker, fields }) {
  const initial = initialOf(node, fields, checker);
  if (initial === null) return;
  const [name, value] = initial;
  if (literalOf(value, checker)) {
    yield `a default of ${name} is typed in the page; take it from the _DEFAULTS of src/types/compute.ts`;
  }
}

/** A bound of a field that stands in the page. */
function* typedBounds(node, { checker }) {
  // to ask for types is what takes time
  if (!ts.isObjectLiteralExpression(node) || !node.properties.some(isBound)) return;
  const spread = node.properties.filter(ts.isSpreadAssignment).map(({ expression }) => expression);
  const types = [
    checker.getContextualType(node),
    ...spread.map((expression) => checker.getTypeAtLocation(expression)),
  ];
  if (!types.some((type) => type !== undefined && isFieldContract(type))) return;
  for (const property of node.properties) {
    if (isBound(property) && literalOf(property.initializer, checker)) {
      yield `${property.name.getText()} of a field is typed in the page; take it from the _FIELDS of src/types/compute.ts`;
    }
  }
}

const BOUNDS = /^(exclusive)?(min|max)(Length|Items)?$|^(pattern|options|nullable|type)$/i;

function isBound(property) {
  return ts.isPropertyAssignment(property) && BOUNDS.test(property.name.getText());
}

function isFieldContract(type) {
  return ["nullable", "label", "description"].every((name) => type.getProperty(name) !== undefined);
}

const HOOKS = new Set(["useQuery", "useInfiniteQuery", "useMutation", "queryOptions"]);

/** A hook that is returned takes its type from what the function says it returns, and not from the answer. */
function* unboundAnswers(node) {
  if (!ts.isCallExpression(node) || !HOOKS.has(node.expression.getText())) return;
  if (node.typeArguments === undefined && ts.isReturnStatement(node.parent)) {
    yield `${node.expression.getText()} is told no type and takes that of the function's result, whatever is answered; write it down here`;
  }
}

function initialOf(node, fields) {
  if (ts.isPropertyAssignment(node) && fields.has(node.name.text)) {
    return [node.name.text, node.initializer];
  }
  if (ts.isBindingElement(node) && node.initializer !== undefined) {
    const name = (node.propertyName ?? node.name).text;
    if (fields.has(name)) return [name, node.initializer];
  }
  if (ts.isBinaryExpression(node)) {
    const name = ts.isPropertyAccessExpression(node.left) ? node.left.name.text : "";
    const kinds = [ts.SyntaxKind.QuestionQuestionToken, ts.SyntaxKind.BarBarToken];
    if (fields.has(name) && kinds.includes(node.operatorToken.kind)) return [name, node.right];
  }
  return null;
}

/** A list of words of one closed set, which would not grow with it. */
function* handwrittenSets(node, { words }) {
  if (!ts.isArrayLiteralExpression(node) || node.elements.length < 2) return;
  if (!node.elements.every(ts.isStringLiteralLike)) return;
  const listed = node.elements.map(({ text }) => text);
  for (const [name, members] of words.sets) {
    if (listed.every((word) => members.has(word))) {
      yield `a list of ${name} written by hand does not grow with it; take it from src/types/, or use a Record of all`;
      return;
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const found = problems();
  for (const problem of found) console.error(problem);
  process.exitCode = found.length === 0 ? 0 : 1;
}
