import { defineConfig } from "vite";

export default defineConfig({
  resolve: { alias: { "@": "/src" } },
  server: { proxy: { "/api": "http://localhost:8000" } },
});
