/** Writes src/types/*.gen.ts from ../openapi.json; with --check, only says whether they are up to date. */
import { readFileSync, writeFileSync } from "node:fs";
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
const stale = [];
for (const [name, text] of Object.entries(await generate(readContract()))) {
  const file = new URL(`../src/types/${name}`, import.meta.url);
  if (check) {
    if (readFileSync(file, "utf8") !== text) stale.push(name);
  } else {
    writeFileSync(file, text);
  }
}
if (stale.length > 0) {
  console.error(`Stale: ${stale.join(", ")}. Run \`npm run types\` in frontend/ and commit.`);
  process.exitCode = 1;
}
