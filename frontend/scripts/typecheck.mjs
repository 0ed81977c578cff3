/** Runs tsc, with the arguments given; each error is one line that says where it is and what to run once it is mended. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const frontend = fileURLToPath(new URL("..", import.meta.url));
const tsc = fileURLToPath(new URL("../node_modules/.bin/tsc", import.meta.url));
const done = spawnSync(
  tsc,
  ["--noEmit", "--pretty", "false", "-p", "tsconfig.json", ...process.argv.slice(2)],
  {
    cwd: frontend,
    encoding: "utf8",
  },
);
const AGAIN = "npm --prefix frontend run types && npm --prefix frontend run typecheck";
for (const line of `${done.stdout}${done.stderr}`.split("\n").filter((text) => text !== "")) {
  const error = /^(\S+)\((\d+),(\d+)\): (.*)$/.exec(line);
  if (error === null) {
    console.error(line);
  } else {
    const [, file, row, column, said] = error;
    console.error(`frontend/${file}:${row}:${column}: ${said} Mend it and run: ${AGAIN}`);
  }
}
process.exitCode = done.status ?? 1;
