/** Checks the sizes of the built page as gzip, which every client accepts: JavaScript at first load, and each chart. */
import { existsSync, readFileSync, statSync } from "node:fs";

const DIST = new URL("../dist/", import.meta.url);
const FIRST_LOAD_KB = 220;
const CHART_KB = 60;
const CHARTS = /\/components\/charts\//;
const ROUTES = /^src\/pages\//;

const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", DIST), "utf8"));

/** The chunk and every chunk that it imports statically. */
function loadedWith(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const other of manifest[key].imports ?? []) loadedWith(other, seen);
  return seen;
}

/** What is sent of a file: compress.mjs stores it compressed, unless that is no smaller. */
function sent(file) {
  const stored = new URL(`${file}.gz`, DIST);
  return statSync(existsSync(stored) ? stored : new URL(file, DIST)).size;
}

function kilobytes(keys) {
  const files = new Set([...keys].map((key) => manifest[key].file));
  return [...files].reduce((sum, file) => sum + sent(file), 0) / 1000;
}

const entry = loadedWith("index.html");
const lazy = Object.keys(manifest).filter((key) => manifest[key].isDynamicEntry);
const routes = lazy.filter((key) => ROUTES.test(key));
const charts = lazy.filter((key) => CHARTS.test(key));
if (routes.length === 0 || charts.length === 0) {
  throw new Error("dist/.vite/manifest.json has no lazy page or no lazy chart");
}

/** Any page may be opened first: it loads the entry and its own chunk. */
const loads = routes.map((key) => [
  key,
  kilobytes(new Set([...entry, ...loadedWith(key)])),
  FIRST_LOAD_KB,
]);
/** Chunks that the entry has not loaded. */
const beyond = (key) => [...loadedWith(key)].filter((other) => !entry.has(other));
const chunks = charts.map((key) => [key, kilobytes(beyond(key)), CHART_KB]);

for (const [key, size, budget] of [...loads, ...chunks]) {
  const over = size > budget;
  console.log(`${over ? "over" : "ok  "} ${size.toFixed(1).padStart(6)} of ${budget} kB  ${key}`);
  if (over) process.exitCode = 1;
}
