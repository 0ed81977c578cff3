/** Opens the page with TypeScript's checker. */
import path from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/** Packages with large types that nothing of the contract passes through; a value that does is any, and not read. */
const UNTYPED = ["@mantine/core", "@mantine/hooks", "csstype", "lightweight-charts", "uplot"];
const NO_TYPES = fileURLToPath(new URL("untyped.d.ts", import.meta.url));

/** Without the types of the build and of these packages, which are most of the work. */
export function openPage(root) {
  const { config } = ts.readConfigFile(path.join(root, "tsconfig.json"), (name) =>
    ts.sys.readFile(name),
  );
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  return ts.createProgram([path.join(root, "src", "main.tsx")], {
    ...options,
    types: [],
    paths: Object.fromEntries(UNTYPED.map((name) => [name, [NO_TYPES]])),
  });
}
