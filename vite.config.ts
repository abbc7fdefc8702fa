// Builds and serves the page in demo/. Tests are configured in vitest.config.ts.
import { join } from "node:path";
import { defineConfig } from "vite";

export default defineConfig({
  root: join(import.meta.dirname, "demo"),
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  base: "./",
  // The page imports src/ directly, through the paths in its tsconfig.json.
  resolve: {
    tsconfigPaths: true,
    // No view uses backtests, strategies or training, nor a store: without them the first script is 25 KiB smaller.
    alias: [
      { find: /^\.\/research\.ts$/, replacement: join(import.meta.dirname, "demo/src/emptyResearchRoutes.ts") },
      { find: /^\.\/stored\.ts$/, replacement: join(import.meta.dirname, "demo/src/noStore.ts") },
    ],
  },
  build: {
    outDir: "../dist-demo",
    emptyOutDir: true,
    target: "es2022",
    // One initial script: split into shared chunks it compresses worse.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "first", tags: ["$initial"] }] } } },
  },
});
