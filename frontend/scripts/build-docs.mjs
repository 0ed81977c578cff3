/** Copies Swagger UI into the build, so that /docs works without the internet. */
import { cpSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const swagger = dirname(require.resolve("swagger-ui-dist/package.json"));
const ours = fileURLToPath(new URL("../docs-page/", import.meta.url));
const target = fileURLToPath(new URL("../dist/docs/", import.meta.url));

mkdirSync(target, { recursive: true });
for (const name of [
  "swagger-ui.css",
  "swagger-ui-bundle.js",
  "favicon-32x32.png",
  "LICENSE",
  "NOTICE",
]) {
  cpSync(join(swagger, name), join(target, name));
}
for (const name of ["index.html", "initializer.js"]) cpSync(join(ours, name), join(target, name));
