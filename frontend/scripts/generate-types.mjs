/** Writes src/types/*.gen.ts from ../openapi.json; with --check, fails where a committed file is out of date. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";
import ts from "typescript";
import { HEADER, readContract } from "./contract-document.mjs";
import { emitContract } from "./emit-contract.mjs";

export async function generate(contract) {
  // before openapiTS, which resolves the document in place
  const emitted = emitContract(contract);
  const types = await openapiTS(structuredClone(contract), {
    defaultNonNullable: false,
    transform: figure,
  });
  const source = `${HEADER}import type { Figure } from "./figures.ts";\n\n${astToString(types)}`;
  return { "openapi.gen.ts": source, "contract.gen.ts": emitted };
}

/** A number with a unit is of that unit's type, so that a format of another unit does not compile. */
function figure(schema) {
  const unit = schema["x-unit"];
  if (unit === undefined) return undefined;
  const literal = ts.factory.createLiteralTypeNode(ts.factory.createStringLiteral(unit));
  return ts.factory.createTypeReferenceNode("Figure", [literal]);
}

const check = process.argv.includes("--check");
for (const [name, text] of Object.entries(await generate(readContract()))) {
  const file = new URL(`../src/types/${name}`, import.meta.url);
  if (!check) {
    writeFileSync(file, text);
    continue;
  }
  const difference = firstDifference(existsSync(file) ? readFileSync(file, "utf8") : "", text);
  if (difference !== null) {
    console.error(`frontend/src/types/${name}:${difference}; run: npm --prefix frontend run types`);
    process.exitCode = 1;
  }
}

/** The first line in which the committed file differs from the generated text; null where none does. */
function firstDifference(committed, generated) {
  if (committed === generated) return null;
  const [actual, expected] = [committed.split("\n"), generated.split("\n")];
  const line = expected.findIndex((text, index) => text !== actual[index]);
  const at = line === -1 ? expected.length : line;
  const [old, current] = [actual[at], expected[at]].map((text) => (text ?? "nothing").trim());
  return `${at + 1}: has \`${old}\` where openapi.json generates \`${current}\``;
}
