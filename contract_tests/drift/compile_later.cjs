// V8 optimises code that has run for long. By default it starts so early that TypeScript's compiler, which ends
// after seconds, takes a third longer.
require("node:v8").setFlagsFromString("--interrupt-budget=1000000");
