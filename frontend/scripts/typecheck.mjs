/** Runs tsc with the given arguments, and prints each error as one line: the place, the error, the command to run after the fix. */
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
const COMMAND = "npm --prefix frontend run types && npm --prefix frontend run typecheck";
for (const line of `${done.stdout}${done.stderr}`.split("\n").filter((text) => text !== "")) {
  const error = /^(\S+)\((\d+),(\d+)\): (.*)$/.exec(line);
  if (error === null) {
    console.error(line);
  } else {
    const [, file, row, column, message] = error;
    console.error(`frontend/${file}:${row}:${column}: ${message} Fix it, then run: ${COMMAND}`);
  }
}
process.exitCode = done.status ?? 1;
