/**
 * Drifts of the page, made on its syntax trees, as a list in JSON: each with an id, a description in
 * a sentence, and the places below the folder that become another text.
 *
 *     node page.mjs folder [--check]
 *
 * The folder has tsconfig.json, src/ and node_modules/; with `--check` what does not parse is an error.
 */
import path from "node:path";
import { askingMutants } from "./page-asking.mjs";
import { boundMutants } from "./page-bounds.mjs";
import { callMutants } from "./page-calls.mjs";
import { eventMutants } from "./page-events.mjs";
import { fieldMutants } from "./page-fields.mjs";
import { figureMutants } from "./page-figures.mjs";
import { screenMutants } from "./page-screens.mjs";
import { sendMutants } from "./page-sends.mjs";
import { meaningMutants } from "./page-meanings.mjs";
import { openPage, ts } from "./page-sources.mjs";
import { stateMutants } from "./page-states.mjs";
import { wordMutants } from "./page-words.mjs";
import { zoneMutants } from "./page-zones.mjs";

const FAMILIES = [
  fieldMutants,
  sendMutants,
  wordMutants,
  eventMutants,
  callMutants,
  boundMutants,
  figureMutants,
  askingMutants,
  stateMutants,
  zoneMutants,
  meaningMutants,
  screenMutants,
];

const QUICK = {
  languageVersion: ts.ScriptTarget.Latest,
  jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
};

function written({ id, title, changes }, root) {
  const sorted = changes.toSorted(
    (a, b) => a.file.fileName.localeCompare(b.file.fileName, "en") || a.start - b.start,
  );
  if (isChecked) {
    for (const file of new Set(sorted.map((change) => change.file))) {
      check(
        id,
        file,
        sorted.filter((change) => change.file === file),
      );
    }
  }
  return {
    id,
    title,
    changes: sorted.map(({ file, start, end, text }) => ({
      file: path.relative(root, file.fileName),
      start,
      end,
      text,
    })),
  };
}

/** A change without effect, or with a syntax error, is a fault of the operator. */
function check(id, file, changes) {
  let after = file.text;
  for (const { start, end, text } of changes.toReversed()) {
    after = after.slice(0, start) + text + after.slice(end);
  }
  if (after === file.text) throw new Error(`${id} changes nothing in ${file.fileName}`);
  const kind = file.fileName.endsWith(".tsx") ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const parsed = ts.createSourceFile(file.fileName, after, QUICK, false, kind);
  const [fault] = parsed.parseDiagnostics;
  if (fault === undefined) return;
  const around = after.slice(Math.max(0, fault.start - 80), fault.start + 80);
  throw new Error(`${id} does not parse: ${fault.messageText} at\n${around}`);
}

/** Two with the same id get their place as a suffix. */
function numbered(mutants) {
  const seen = new Map();
  return mutants.map((mutant) => {
    const count = (seen.get(mutant.id) ?? 0) + 1;
    seen.set(mutant.id, count);
    if (count === 1) return mutant;
    const title = mutant.title.replace(/\.$/, ` (place ${count}).`);
    return { ...mutant, id: `${mutant.id}-${count}`, title };
  });
}

const [folder, ...flags] = process.argv.slice(2);
const isChecked = flags.includes("--check");
const page = openPage(folder);
const mutants = FAMILIES.flatMap((family) => [...family(page)]);
process.stdout.write(JSON.stringify(numbered(mutants).map((one) => written(one, page.root))));
