// Builds and serves the page in demo/. Tests are configured in vitest.config.ts.
import { join } from "node:path";
import { defineConfig } from "vite";
import { offline } from "./scripts/page/offline.ts";
import { POLICY } from "./scripts/page/policy.ts";
import { researchRoutes } from "./src/exchange/http/routes/research.ts";

export default defineConfig({
  root: join(import.meta.dirname, "demo"),
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  base: "./",
  plugins: [offline()],
  server: { headers: { "content-security-policy": POLICY } },
  // The page imports src/ directly, through the paths in its tsconfig.json.
  resolve: {
    tsconfigPaths: true,
    // Backtests, strategies and training are loaded on demand, and the page has no store and no webhooks: the first script is 25 KiB smaller.
    alias: [
      { find: /^\.\/research\.ts$/, replacement: join(import.meta.dirname, "demo/src/researchOnDemand.ts") },
      {
        find: /^\.{1,2}\/(?:engine\/)?decisions\/records\.ts$/,
        replacement: join(import.meta.dirname, "demo/src/noRecords.ts"),
      },
      {
        find: /^\.\/(?:webhookRoutes|engine\/webhooks\/dispatcher)\.ts$/,
        replacement: join(import.meta.dirname, "demo/src/noWebhooks.ts"),
      },
      { find: /^\.\/stored\.ts$/, replacement: join(import.meta.dirname, "demo/src/noStore.ts") },
    ],
  },
  define: {
    __RESEARCH_ROUTES__: JSON.stringify(
      researchRoutes()
        .map(
          ({ method, segments }) =>
            `${method} ${segments
              .slice(2)
              .join("/")
              .replaceAll(/\{\w+\}/g, "{}")}`,
        )
        .join("\n"),
    ),
  },
  build: {
    outDir: "../dist-demo",
    emptyOutDir: true,
    target: "es2022",
    // One initial script: split into shared chunks it compresses worse.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "first", tags: ["$initial"] }] } } },
  },
});
