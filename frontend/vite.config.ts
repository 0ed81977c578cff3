import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const api = process.env["QUANT_ENGINE_DEV_API"] ?? "http://127.0.0.1:8000";
// no changeOrigin: the service compares Origin with Host, so the browser's Host must reach it
const toApi = { target: api, changeOrigin: false };

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
  test: {
    environment: "happy-dom",
    // west of Greenwich and half an hour off, so that a day or an hour in the wrong zone shows
    env: { TZ: "America/St_Johns" },
    include: ["tests/**/*.test.{ts,tsx}"],
    unstubGlobals: true,
    restoreMocks: true,
  },
});
