/** Opens TypeScript programs of pages: folders with tsconfig.json and src/. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

/** Files that every page imports, those of node_modules: parsed once. */
const shared = new Map();

export function openProgram(root) {
  const { config } = ts.readConfigFile(path.join(root, "tsconfig.json"), (name) =>
    readFileSync(name, "utf8"),
  );
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const files = readdirSync(path.join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => path.join(root, "src", name));
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile;
  host.getSourceFile = (name, ...rest) => {
    if (!name.includes("/node_modules/")) return read(name, ...rest);
    if (!shared.has(name)) shared.set(name, read(name, ...rest));
    return shared.get(name);
  };
  return ts.createProgram(files, options, host);
}
