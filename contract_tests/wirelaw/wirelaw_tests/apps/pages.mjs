/** Reads several pages in one process, each as `main.mjs` reads one; a list of requests comes in, and one of answers goes out. */
import { readFileSync } from "node:fs";
import { readPage } from "../../src/wirelaw/page/facts.mjs";

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(readPage)));
