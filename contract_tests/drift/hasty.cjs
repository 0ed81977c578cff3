// What ends after seconds: V8 compiles well what has run for long, and by default begins so early that
// TypeScript's compiler takes a third longer.
require("node:v8").setFlagsFromString("--interrupt-budget=1000000");
