/**
 * The TypeScript of the repository that is looked at, or else the one that ships with wirelaw. `WIRELAW_TYPESCRIPT`
 * names the file; without it, the folder that the process runs in decides.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const BUNDLED = fileURLToPath(new URL("bundled/typescript.js", import.meta.url));

function load() {
  const named = process.env.WIRELAW_TYPESCRIPT;
  const here = createRequire(join(process.cwd(), "package.json"));
  for (const attempt of named ? [named] : ["typescript", BUNDLED]) {
    try {
      const found = here(attempt);
      // TypeScript 7 has no compiler API, and one before 5 does not read today's syntax
      if (typeof found.createProgram === "function" && Number.parseInt(found.version, 10) >= 5) {
        return found;
      }
    } catch {
      // the next one
    }
  }
  throw new Error(
    "no TypeScript 5 or 6 was found; install one, or name its lib/typescript.js in WIRELAW_TYPESCRIPT",
  );
}

export default load();
