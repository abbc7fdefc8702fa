import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

// Tests run in workerd, with the bindings of wrangler.toml. Nothing leaves this machine.
export default defineConfig({
  plugins: [
    cloudflareTest({
      wrangler: { configPath: "./wrangler.toml" },
      miniflare: { cf: false, bindings: { ADMIN_TOKEN: "a-token-for-tests-of-32-characters" } },
    }),
  ],
  test: { include: ["test/**/*.test.ts"] },
});
