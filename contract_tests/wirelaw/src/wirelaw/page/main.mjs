/** Reads the page's sources and prints their facts as one line of JSON; the request is JSON on standard input. */
import { readFileSync } from "node:fs";
import { readPage } from "./facts.mjs";

process.stdout.write(JSON.stringify(readPage(JSON.parse(readFileSync(0, "utf8")))));
