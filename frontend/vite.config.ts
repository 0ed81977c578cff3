import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const api = process.env["QUANT_ENGINE_DEV_API"] ?? "http://127.0.0.1:8000";
// no changeOrigin: the service compares Origin with Host, so the browser's Host must reach it
const toApi = { target: api, changeOrigin: false };

const WHOLE = /"\.\/(entry|requests)\.ts"/;

/** Tests of the whole page as users get it: they replace modules, so that each file needs modules of its own. */
const wholePage = readdirSync(new URL("tests", import.meta.url))
  .map((name) => `tests/${name}`)
  .filter((file) => file.includes(".test."))
  .filter((file) => WHOLE.test(readFileSync(new URL(file, import.meta.url), "utf8")));

const DRAWINGS = fileURLToPath(new URL("tests/drawings.ts", import.meta.url));

/** What takes longer hangs: no test is too slow. Who expects failures may wait less (`HANG_MS`). */
const HANG_MS = Number(process.env["HANG_MS"] ?? 600_000);

// read when a worker starts; the page is English on every machine
if (process.env["VITEST"] !== undefined) process.env["LC_ALL"] = "de_DE.UTF-8";

export default defineConfig({
  plugins: [react()],
  // the service puts a fresh nonce here at each request
  html: { cspNonce: "__CSP_NONCE__" },
  server: { proxy: { "/api": toApi, "/docs": toApi, "/openapi.json": toApi } },
  build: {
    // a module preload polyfill or an inlined asset would need a wider policy
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // what is loaded when, for scripts/check-budget.mjs
    manifest: true,
    chunkSizeWarningLimit: 800,
  },
  // as built: React of the whole page has no other functions
  ...(process.env["VITEST"] === undefined ? {} : { oxc: { jsx: { development: false } } }),
  test: {
    environment: "happy-dom",
    // west of Greenwich and half an hour off, so that a day or an hour in the wrong zone shows
    env: {
      TZ: "America/St_Johns",
      // well below what a test may take, so that a failed wait shows the page
      WAIT_MS: String(Math.min(60_000, HANG_MS / 2)),
    },
    // canvases draw nothing in tests, which look at what is to be drawn
    alias: [{ find: /^(lightweight-charts|uplot)$/, replacement: DRAWINGS }],
    unstubGlobals: true,
    restoreMocks: true,
    // by default one core stays idle
    maxWorkers: "100%",
    testTimeout: HANG_MS,
    hookTimeout: HANG_MS,
    projects: [
      {
        extends: true,
        // React's development runtime takes a third of the time
        test: {
          name: "page",
          include: wholePage,
          env: { NODE_ENV: "production" },
          // their time is virtual: they wait for nothing, and each looks at every screen
          testTimeout: 10 * HANG_MS,
        },
      },
      {
        extends: true,
        // one environment and one copy of all modules for each worker
        test: {
          name: "parts",
          include: ["tests/**/*.test.{ts,tsx}"],
          exclude: wholePage,
          isolate: false,
        },
      },
    ],
  },
});
