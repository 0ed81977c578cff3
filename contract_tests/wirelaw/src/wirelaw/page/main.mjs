/**
 * Reads the page's sources and prints what they say of the wire, as one line of JSON. The request is JSON on standard
 * input: `{ root, projects: [{ folder, files }] }`, with paths relative to `root`.
 */
import { readFileSync } from "node:fs";
import { openProject } from "./program.mjs";
import { READERS } from "./readers.mjs";

const request = JSON.parse(readFileSync(0, "utf8"));
const facts = Object.fromEntries(Object.keys(READERS).map((name) => [name, []]));
const unseen = [];

for (const { folder, files } of request.projects) {
  const project = openProject(request.root, folder, files, unseen);
  const readers = Object.entries(READERS).map(([name, open]) =>
    open({ ...project, add: (fact) => facts[name].push(fact) }),
  );
  for (const file of project.sources) {
    const visit = (node) => {
      for (const read of readers) read(node);
      project.ts.forEachChild(node, visit);
    };
    visit(file);
  }
}
process.stdout.write(JSON.stringify({ facts, unseen }));
