// Builds and serves the page of demo/. The tests have a file of their own: vitest.config.ts.
import { join } from "node:path";
import { defineConfig } from "vite";

export default defineConfig({
  root: join(import.meta.dirname, "demo"),
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  base: "./",
  // The page runs on src/, by the paths of its tsconfig.json.
  resolve: {
    tsconfigPaths: true,
    // No view asks for backtests, strategies or training: without their routes the first script is 22 KiB smaller.
    alias: [
      { find: /^\.\/researchRoutes\.ts$/, replacement: join(import.meta.dirname, "demo/src/emptyResearchRoutes.ts") },
    ],
  },
  build: {
    outDir: "../dist-demo",
    emptyOutDir: true,
    target: "es2022",
    // What the page loads first is one script: cut up by who shares what, it compresses worse.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "first", tags: ["$initial"] }] } } },
  },
});
