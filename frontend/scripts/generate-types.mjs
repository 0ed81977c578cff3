/** Writes src/types/*.gen.ts from ../openapi.json; with --check, only says whether they are up to date. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";
import { HEADER, readContract } from "./contract-document.mjs";
import { emitContract } from "./emit-contract.mjs";

export async function generate(contract) {
  // emitted first: the type generator resolves the document in place
  const emitted = emitContract(contract);
  const types = await openapiTS(structuredClone(contract), { defaultNonNullable: false });
  return { "openapi.gen.ts": HEADER + astToString(types), "contract.gen.ts": emitted };
}

const check = process.argv.includes("--check");
for (const [name, text] of Object.entries(await generate(readContract()))) {
  const file = new URL(`../src/types/${name}`, import.meta.url);
  if (!check) {
    writeFileSync(file, text);
    continue;
  }
  const said = staleness(existsSync(file) ? readFileSync(file, "utf8") : "", text);
  if (said !== null) {
    console.error(`frontend/src/types/${name}:${said}; run: npm --prefix frontend run types`);
    process.exitCode = 1;
  }
}

/** The first line that is not what the contract makes of it; null when every line is. */
function staleness(committed, made) {
  if (committed === made) return null;
  const [there, here] = [committed.split("\n"), made.split("\n")];
  const line = here.findIndex((text, index) => text !== there[index]);
  const at = line === -1 ? here.length : line;
  const [old, wanted] = [there[at], here[at]].map((text) => (text ?? "nothing").trim());
  return `${at + 1}: has \`${old}\` where openapi.json makes \`${wanted}\``;
}
