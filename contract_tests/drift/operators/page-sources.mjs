/** The page's sources with their types, and what an operator needs to name and to change a place in them. */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(new URL("../../../frontend/package.json", import.meta.url));
/** The page's own compiler. */
export const ts = require("typescript");

/** Their types are large, and nothing of the wire passes through them. */
const PASSED_BY =
  /^(@mantine\/(core|hooks)|@tanstack\/react-router|lightweight-charts|uplot|react-dom)\b/;

const isGenerated = (file) => file.fileName.includes(".gen.");

/**
 * Read the page.
 *
 * @param folder with tsconfig.json, src/ and node_modules/
 * @returns `nodes`: every node of the hand-written sources in order, but for types and imports
 */
export function openPage(folder) {
  const root = path.resolve(folder);
  const { config } = ts.readConfigFile(path.join(root, "tsconfig.json"), (name) =>
    readFileSync(name, "utf8"),
  );
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const names = readdirSync(path.join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name))
    .sort()
    .map((name) => path.join(root, "src", name));
  const light = { ...options, types: [], noEmit: true };
  const program = ts.createProgram(names, light, hostOf(light));
  const checker = program.getTypeChecker();
  const sources = names.map((name) => program.getSourceFile(name));
  const files = sources.filter((file) => !isGenerated(file));
  const generated = sources.filter(isGenerated);
  const nodes = files.flatMap((file) => [...below(file)]);
  return { root, checker, files, generated, nodes, identifiers: identifiersOf(files, nodes) };
}

function hostOf(options) {
  return {
    ...ts.createCompilerHost(options),
    jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
    resolveModuleNameLiterals: (literals, importer, _, passed) =>
      literals.map(({ text }) =>
        PASSED_BY.test(text)
          ? { resolvedModule: undefined }
          : ts.resolveModuleName(text, importer, passed, ts.sys),
      ),
  };
}

function* below(node) {
  for (const child of childrenOf(node)) {
    if (ts.isTypeNode(child) || ts.isImportDeclaration(child) || ts.isExportDeclaration(child)) {
      continue;
    }
    yield child;
    yield* below(child);
  }
}

function childrenOf(node) {
  const found = [];
  ts.forEachChild(node, (child) => void found.push(child));
  return found;
}

/** The identifiers that mean what a name declares, in its file. */
export function usesOf(name, { checker, identifiers }) {
  const symbol = checker.getSymbolAtLocation(name);
  const same = identifiers.get(name.getSourceFile()).get(name.text) ?? [];
  return same.filter((node) => {
    if (node === name) return false;
    const target = ts.isShorthandPropertyAssignment(node.parent)
      ? checker.getShorthandAssignmentValueSymbol(node.parent)
      : checker.getSymbolAtLocation(node);
    return target === symbol;
  });
}

/** By file and by text: calling the checker for each of them would take most of the time. */
function identifiersOf(files, nodes) {
  const found = new Map(files.map((file) => [file, new Map()]));
  for (const node of nodes) {
    if (!ts.isIdentifier(node)) continue;
    const named = found.get(node.getSourceFile());
    named.set(node.text, [...(named.get(node.text) ?? []), node]);
  }
  return found;
}

/** Replace a node by a text. */
export function instead(node, text) {
  return { file: node.getSourceFile(), start: node.getStart(), end: node.getEnd(), text };
}

/** Exchange two nodes. */
export function exchanged(one, other) {
  return [instead(one, other.getText()), instead(other, one.getText())];
}

/** Remove a member of a list, with its comma. */
export function without(node, list) {
  const at = list.indexOf(node);
  const file = node.getSourceFile();
  if (at < list.length - 1) {
    return { file, start: node.getStart(), end: list[at + 1].getStart(), text: "" };
  }
  const start = at === 0 ? node.getStart() : list[at - 1].getEnd();
  return { file, start, end: list.hasTrailingComma ? list.end : node.getEnd(), text: "" };
}

/** Insert a text after a node. */
export function followed(node, text) {
  return { file: node.getSourceFile(), start: node.getEnd(), end: node.getEnd(), text };
}

/** Import a name from the module of another one, unless the file imports it already. */
export function alsoImported(file, name, neighbour) {
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement)) continue;
    const named = statement.importClause?.namedBindings;
    if (named === undefined || !ts.isNamedImports(named)) continue;
    const names = named.elements.map((element) => element.name.text);
    if (names.includes(name)) return [];
    if (names.includes(neighbour)) return [followed(named.elements.at(-1), `, ${name}`)];
  }
  return [];
}

/** Import a name instead of that of a node, which stays imported where the file uses it elsewhere; null: no other. */
export function reimported(node, name, { identifiers }) {
  const file = node.getSourceFile();
  if (identifiers.get(file).get(node.text).length > 1) {
    return name === null ? [] : alsoImported(file, name, node.text);
  }
  for (const { importClause } of file.statements.filter(ts.isImportDeclaration)) {
    const { elements = [] } = importClause?.namedBindings ?? {};
    const old = elements.find((element) => element.name.text === node.text);
    if (old === undefined) continue;
    const isThere = elements.some((element) => element.name.text === name);
    if (name !== null && !isThere) return [instead(old, name)];
    if (elements.length > 1) return [without(old, elements)];
    return [instead(importClause.parent, "")];
  }
  return [];
}

/** The constants of the generated files: the fields of each object, as written. */
export function constantsOf({ generated }) {
  const found = new Map();
  for (const { declarationList } of generated.flatMap(({ statements }) => [...statements])) {
    for (const { name, initializer } of declarationList?.declarations ?? []) {
      if (initializer === undefined) continue;
      const literal = ts.isSatisfiesExpression(initializer)
        ? initializer.expression.expression
        : initializer;
      if (!ts.isObjectLiteralExpression(literal)) continue;
      const fields = literal.properties.map((one) => [nameOf(one.name), one.initializer.getText()]);
      found.set(name.text, new Map(fields));
    }
  }
  return found;
}

/** `JobRecord` as `JOB_RECORD`, as generated constants are named. */
export function constantName(name) {
  return name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toUpperCase();
}

/** `jobStatus`, `JobStatus`, `job_status` and `JOB_STATUS` as `job-status`. */
export function kebab(text) {
  return text
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
}

/** One of several, the same for the same text. */
export function oneOf(choices, text) {
  return choices[[...text].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % choices.length];
}

/** The name of the function, constant or class at the top of the file that contains a node. */
export function enclosing(node) {
  let found = path.basename(node.getSourceFile().fileName).replace(/\.tsx?$/, "");
  for (let at = node.parent; at !== undefined; at = at.parent) {
    const declares =
      ts.isFunctionDeclaration(at) || ts.isVariableDeclaration(at) || ts.isClassDeclaration(at);
    if (declares && at.name !== undefined && ts.isIdentifier(at.name)) found = at.name.text;
  }
  return found;
}

/** `useJobs.ts`, for a title. */
export function fileOf(node) {
  return path.basename(node.getSourceFile().fileName);
}

/** `in useJobs of useJobs.ts`, for a title. */
export function placed(node) {
  return `in ${enclosing(node)} of ${fileOf(node)}`;
}

export function nameOf(name) {
  return ts.isIdentifier(name) || ts.isStringLiteralLike(name) ? name.text : name.getText();
}

/** The parts of a type that are neither null nor undefined. */
export function partsOf(type) {
  const empty = ts.TypeFlags.Null | ts.TypeFlags.Undefined;
  return (type.isUnion() ? type.types : [type]).filter(({ flags }) => (flags & empty) === 0);
}

/** Whether a property is declared in a generated file, and where: `Trade.shares` for each of its declarations. */
export function wireNames(symbol) {
  return (symbol?.declarations ?? []).flatMap((declaration) => {
    if (!isGenerated(declaration.getSourceFile()) || !ts.isPropertySignature(declaration))
      return [];
    const owner = ownerOf(declaration.parent);
    return owner === null ? [] : [`${owner}.${nameOf(declaration.name)}`];
  });
}

/** The schema that a shape is the whole of, or an interface with the contract's type of a field. */
function ownerOf(shape) {
  if (ts.isInterfaceDeclaration(shape)) {
    return ["FieldContract", "StreamContract"].includes(shape.name.text) ? shape.name.text : null;
  }
  const owner = shape.parent;
  const schemas = owner?.parent?.parent;
  const isSchema =
    owner !== undefined &&
    ts.isPropertySignature(owner) &&
    schemas !== undefined &&
    ts.isPropertySignature(schemas) &&
    nameOf(schemas.name) === "schemas";
  if (!isSchema) return null;
  // every envelope is one generic class
  return nameOf(owner.name).replace(/^Api(Success|Failure)_\w+$/, "Envelope");
}

/** The schemas of the contract, as types by name. */
export function schemasOf({ checker, generated }) {
  for (const file of generated) {
    for (const statement of file.statements) {
      if (!ts.isInterfaceDeclaration(statement) || statement.name.text !== "components") continue;
      const schemas = checker.getTypeAtLocation(statement).getProperty("schemas");
      const found = checker.getTypeOfSymbol(schemas).getProperties();
      return new Map(found.map((symbol) => [symbol.name, checker.getTypeOfSymbol(symbol)]));
    }
  }
  throw new Error("no generated file declares the components of the contract");
}
