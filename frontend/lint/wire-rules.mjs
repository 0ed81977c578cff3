/**
 * Rules about the wire that neither the compiler nor a stock linter has. TypeScript's checker resolves names and
 * types, so that no alias or global object hides them. Run: `node lint/wire-rules.mjs`
 */
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { givenAt } from "../../contract_tests/wirelaw/src/wirelaw/page/initials.mjs";
import { stringsOf } from "../../contract_tests/wirelaw/src/wirelaw/page/literals.mjs";
import { CONTRACT } from "../scripts/contract-document.mjs";
import { closedSets, dateFields, queryParameters, requestFields } from "./contract-names.mjs";
import { figureRules } from "./figure-rules.mjs";
import { listedNames, staleEntries } from "./listed-names.mjs";
import { queryRules } from "./query-rules.mjs";
import { answerFields, keyOf, recordRules } from "./record-rules.mjs";
import { numberNames, unitRules } from "./unit-rules.mjs";
import { literalOf, named, typeRules } from "./wire-types.mjs";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");

/** What opens a connection, and the one file that may use it; null: none may. */
const CONNECTIONS = new Map([
  ["fetch", "src/api/client.ts"],
  ["EventSource", null],
  ["XMLHttpRequest", null],
  ["WebSocket", null],
  ["sendBeacon", null],
  ["importScripts", null],
]);

export function findProblems(root = ROOT, contract = JSON.parse(readFileSync(CONTRACT, "utf8"))) {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), (name) =>
    ts.sys.readFile(name),
  );
  const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  // without the build's types, which are large and have nothing of the wire
  const sources = fileNames.filter((name) => relative(root, name).startsWith("src/"));
  const program = ts.createProgram(sources, { ...options, types: [], noEmit: true });
  const checker = program.getTypeChecker();
  const closed = closedSets(contract);
  const requests = requestFields(contract);
  const requestNames = new Set(requests.flatMap((names) => [...names]));
  const inputs = [...requests, ...queryParameters(contract)];
  const inputNames = new Set(inputs.flatMap((names) => [...names]));
  const answers = answerFields(contract, requests);
  const requestKeys = new Set(requests.map((fields) => keyOf([...fields])));
  const names = { closed, answers, requests, requestKeys, requestNames, inputs, inputNames };
  const isOurs = (file) => isWritten(relative(root, file.fileName)) && !file.isDeclarationFile;
  const written = program.getSourceFiles().filter(isOurs);
  const units = { dates: dateFields(contract), numberNames: numberNames(written) };
  const context = { ...names, ...units, checker, root };
  const problems = [];
  const texts = new Map();
  for (const file of written) {
    const path = relative(root, file.fileName);
    texts.set(path, file.text);
    const visit = (node) => {
      for (const message of problemsAt(node, path, context)) {
        const { line, character } = file.getLineAndCharacterOfPosition(node.getStart(file));
        problems.push(`frontend/${path}:${line + 1}:${character + 1}: ${message}`);
      }
      ts.forEachChild(node, visit);
    };
    visit(file);
  }
  return [...new Set([...problems, ...staleEntries(texts)])];
}

function isWritten(path) {
  return path.startsWith("src/") && !path.endsWith(".gen.ts");
}

function* problemsAt(node, path, context) {
  yield* named("own-connection", connections(node, path, context));
  yield* listedNames(node, path);
  yield* named("generated-import", generatedImports(node, path));
  if (!path.startsWith("src/types/")) {
    if (!path.startsWith("src/api/")) yield* named("untyped-answer", untypedAnswers(node, context));
    yield* recordRules(node, path, context);
    yield* typeRules(node, path, context);
    yield* unitRules(node, path, context);
    yield* queryRules(node, context);
    yield* figureRules(node, path, context);
    yield* named("handwritten-default", handwrittenDefaults(node, context));
    yield* named("handwritten-bound", handwrittenBounds(node, context));
    yield* named("untyped-hook", untypedHooks(node));
    yield* named("handwritten-set", handwrittenSets(node, context));
  }
}

/** Any use of a name that the browser's library declares, by whatever object or alias. */
function* connections(node, path, { checker }) {
  const name = ts.isIdentifier(node) || ts.isStringLiteralLike(node) ? node.text : null;
  if (name === null || !CONNECTIONS.has(name) || CONNECTIONS.get(name) === path) return;
  if (ts.isStringLiteralLike(node) && !ts.isElementAccessExpression(node.parent)) return;
  if (isNewName(node) || !isOfBrowser(symbolOf(node, checker))) return;
  const allowed = CONNECTIONS.get(name);
  yield `${name} opens a connection of its own; use get, post or followStream of src/api/` +
    (allowed === null ? "" : ` (only ${allowed} may use it)`);
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

/** `f` in `{ fetch: f }`: the name that the file itself chooses. */
function isNewName(node) {
  const { parent } = node;
  return ts.isBindingElement(parent) && parent.propertyName !== undefined && parent.name === node;
}

function isOfBrowser(symbol) {
  return (symbol?.declarations ?? []).some(({ parent }) =>
    /(lib\.\w+(\.\w+)*|globals|@types\/node\/.*)\.d\.ts$/.test(parent.getSourceFile().fileName),
  );
}

function* generatedImports(node, path) {
  if (path.startsWith("src/types/") || !ts.isStringLiteralLike(node)) return;
  if (/\.gen(\.[jt]s)?(\?.*)?$/.test(node.text)) {
    yield `only src/types/ may import the generated ${node.text}; import the type from src/types/`;
  }
}

/** Only src/api/ may read an answer: what these functions return is any. */
function* untypedAnswers(node, { checker }) {
  if (!ts.isIdentifier(node) || !["parse", "json"].includes(node.text)) return;
  const symbol = symbolOf(node, checker);
  const owner = symbol?.declarations?.[0]?.parent;
  const name = owner !== undefined && "name" in owner ? owner.name?.text : undefined;
  if (isOfBrowser(symbol) && ["JSON", "Body", "Response"].includes(name)) {
    yield `${name}.${node.text} returns any; let src/api/ read the answer and give it its type`;
  }
}

/** A default of a request's field, written in the page. */
function* handwrittenDefaults(node, context) {
  const given = givenAt(node, context.checker);
  if (given === null || !context.requestNames.has(given.name)) return;
  const { name, value, ownerOf } = given;
  if (literalOf(value, context.checker) && mayBeRequest(ownerOf(), name, context)) {
    yield `a default of ${name} is written in the page; take it from the _DEFAULTS of src/types/compute.ts`;
  }
}

/**
 * Whether the object with the field may be sent as a request: the checker does not know its type, the contract
 * declares the field, or a request has all of its fields. A page's own type with other fields is no request.
 */
function mayBeRequest(type, name, { checker, requests }) {
  if (type === undefined) return true;
  const parts = type.isUnion() ? type.types : [type];
  return parts.some((part) => {
    const properties = (checker.getBaseConstraintOfType(part) ?? part).getProperties();
    return (
      requests.some((fields) => properties.every((property) => fields.has(property.name))) ||
      properties.some((property) => property.name === name && isGenerated(property))
    );
  });
}

function isGenerated({ declarations = [] }) {
  return declarations.some((one) => one.getSourceFile().fileName.endsWith(".gen.ts"));
}

/** A bound of a request's field, written in the page. */
function* handwrittenBounds(node, { checker }) {
  // cheap checks first: types take time
  if (!ts.isObjectLiteralExpression(node) || !node.properties.some(isBound)) return;
  const spread = node.properties.filter(ts.isSpreadAssignment).map(({ expression }) => expression);
  const types = [
    checker.getContextualType(node),
    ...spread.map((expression) => checker.getTypeAtLocation(expression)),
  ];
  if (!types.some((type) => type !== undefined && isFieldContract(type))) return;
  for (const property of node.properties) {
    if (isBound(property) && literalOf(property.initializer, checker)) {
      yield `${property.name.getText()} of a field is written in the page; take it from the _FIELDS of src/types/compute.ts`;
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

/** Without a type argument, the data of a returned hook has the declared return type, whatever the query returns. */
function* untypedHooks(node) {
  if (!ts.isCallExpression(node) || !HOOKS.has(node.expression.getText())) return;
  if (node.typeArguments === undefined && ts.isReturnStatement(node.parent)) {
    yield `${node.expression.getText()} has no type argument, so the compiler does not compare the answer with the declared result; write the type argument`;
  }
}

/** A list of values of one closed set, which misses those that the contract gains. */
function* handwrittenSets(node, { closed }) {
  const listed = ts.isArrayLiteralExpression(node) ? stringsOf(node.elements) : null;
  if (listed === null || listed.length < 2) return;
  for (const [name, members] of closed.sets) {
    if (listed.every((value) => members.has(value))) {
      yield `a handwritten list of ${name} misses values that the contract gains; take it from src/types/, or use a Record of all`;
      return;
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problems = findProblems();
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
