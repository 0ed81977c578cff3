/** What the sources of a page say of the wire: every reader sees every node once. */
import { openProject } from "./program.mjs";
import { READERS } from "./readers.mjs";

/** The facts by the name of their reader; `projects` are `{ folder, files }`, with paths relative to `root`. */
export function readPage({ root, projects }) {
  const facts = Object.fromEntries(Object.keys(READERS).map((name) => [name, []]));
  const unseen = [];
  for (const { folder, files } of projects) {
    const project = openProject(root, folder, files, unseen);
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
  return { facts, unseen };
}
