/** A project of the page: its files parsed, and TypeScript's checker, with the options of its tsconfig.json. */
import { isUtf8 } from "node:buffer";
import { existsSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import ts from "./typescript.mjs";

/**
 * Opens the files of one folder. Nothing needs to be installed there: types that cannot be resolved are `any`. A file
 * that TypeScript cannot parse is added to `unseen`, and what it could read of it counts.
 */
export function openProject(root, folder, files, unseen) {
  const options = optionsOf(root, folder, unseen);
  const names = files.map((file) => join(root, file));
  const program = ts.createProgram(names, options, hostOf(options));
  const sources = names.map((name) => program.getSourceFile(name)).filter(Boolean);
  for (const name of names) {
    if (program.getSourceFile(name) !== undefined) continue;
    unseen.push({ subject: posix(relative(root, name)), reason: "it cannot be read" });
  }
  for (const source of sources) {
    if (source.text.includes("\uFFFD") && !isUtf8(readFileSync(source.fileName))) {
      const subject = posix(relative(root, source.fileName));
      unseen.push({ subject, reason: "it is not UTF-8" });
    }
    const [error] = source.parseDiagnostics ?? [];
    if (error === undefined) continue;
    const message = ts.flattenDiagnosticMessageText(error.messageText, " ");
    unseen.push({ subject: placeIn(root, source, error.start), reason: `TypeScript: ${message}` });
  }
  const checker = program.getTypeChecker();
  const placeOf = (node) => {
    const source = node.getSourceFile();
    const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
    return { path: posix(relative(root, source.fileName)), line: line + 1 };
  };
  return { ts, root, folder, program, checker, sources, placeOf };
}

/** TypeScript's own declarations by their file and options: to parse and bind them takes most of a small project's time. */
const libraries = new Map();

function hostOf(options) {
  const host = ts.createCompilerHost(options);
  const folder = host.getDefaultLibLocation();
  const read = host.getSourceFile;
  host.getSourceFile = (name, language, ...rest) => {
    if (!name.startsWith(folder)) return read(name, language, ...rest);
    const key = JSON.stringify([name, language]);
    if (!libraries.has(key)) libraries.set(key, read(name, language, ...rest));
    return libraries.get(key);
  };
  return host;
}

function placeIn(root, source, position) {
  const { line } = source.getLineAndCharacterOfPosition(position);
  return `${posix(relative(root, source.fileName))}:${line + 1}`;
}

const posix = (name) => name.split(sep).join("/");

function optionsOf(root, folder, unseen) {
  const fixed = {
    ...{ allowJs: true, checkJs: false, noEmit: true, skipLibCheck: true, types: [] },
    // two scripts with a variable of one name are two variables
    moduleDetection: ts.ModuleDetectionKind?.Force,
  };
  const config = configOf(join(root, folder));
  if (config === null) return { ...fixed, jsx: ts.JsxEmit.Preserve };
  const { config: content, error } = ts.readConfigFile(config, (name) =>
    readFileSync(name, "utf8"),
  );
  if (error !== undefined) {
    const message = ts.flattenDiagnosticMessageText(error.messageText, " ");
    unseen.push({ subject: posix(relative(root, config)), reason: `TypeScript: ${message}` });
    return { ...fixed, jsx: ts.JsxEmit.Preserve };
  }
  // only the options: which files there are is decided already
  const host = { ...ts.sys, readDirectory: () => [] };
  const { options } = ts.parseJsonConfigFileContent(content, host, join(root, folder));
  return { ...options, ...fixed };
}

/** The file with the compiler options: `tsconfig.json`, or the one for the page that it refers to. */
function configOf(folder) {
  for (const name of ["tsconfig.app.json", "tsconfig.json", "jsconfig.json"]) {
    if (existsSync(join(folder, name))) return join(folder, name);
  }
  return null;
}
