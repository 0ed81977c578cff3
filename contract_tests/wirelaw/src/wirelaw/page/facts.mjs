/** What the sources of a page say of the wire: every reader sees every node once. */
import { openProject } from "./program.mjs";
import { READERS } from "./readers.mjs";

/**
 * The facts by the name of their reader; `projects` are `{ folder, files }`, with paths relative to `root`. The facts
 * of `skipped` readers are not needed.
 */
export function readPage({ root, projects, skipped = [] }) {
  const opened = Object.entries(READERS).filter(([name]) => !skipped.includes(name));
  const facts = Object.fromEntries(opened.map(([name]) => [name, []]));
  const unseen = [];
  for (const { folder, files } of projects) {
    const project = openProject(root, folder, files, unseen);
    const readers = opened.map(([name, open]) =>
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
