// Test projects: one per runtime and one for the built page, which vite.config.ts builds.
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { playwright } from "@vitest/browser-playwright";
import { defineConfig, type TestProjectInlineConfiguration, type ViteUserConfig } from "vitest/config";
import type { BrowserProviderOption } from "vitest/node";
import { findChromium, findFirefox, findWebKit } from "./scripts/find-browsers.ts";
import { webdriver } from "./test/support/webdriver-provider.ts";

// --project decides which browsers a run needs, so `npm run test:node` works without any.
const wanted = process.argv.flatMap((argument, index, all) => {
  if (argument === "--project") return [all[index + 1] ?? ""];
  return argument.startsWith("--project=") ? [argument.slice("--project=".length)] : [];
});
const wants = (name: string): boolean => wanted.length === 0 || wanted.includes(name);

/** Files of test/node that start no process, need no build and can share a worker. */
const quick = [
  "bounds",
  "cli",
  "cliTerminal",
  "endpoints",
  "errorCodes",
  "fidelity-docs",
  "server",
  "sockets",
  "store",
];

/** With `fast` (`npm run test:fast`): quick files only, fewer random cases, no isolated worker per file. */
function node(fast: boolean): TestProjectInlineConfiguration {
  const own = fast ? `test/node/(${quick.join("|")}).test.ts` : "test/node/**/*.test.ts";
  return {
    extends: true,
    test: {
      name: "node",
      include: ["test/shared/**/*.test.ts", own],
      isolate: !fast,
      env: fast ? { TEST_CASES: "few" } : {},
    },
  };
}

const page: TestProjectInlineConfiguration = {
  extends: true,
  // The page's modules are tested from src, as they are built.
  resolve: { tsconfigPaths: true },
  test: { name: "page", include: ["test/page/**/*.test.ts"], globalSetup: ["test/page/global-setup.ts"] },
};

const workerd: TestProjectInlineConfiguration = {
  extends: true,
  plugins: [
    cloudflareTest(({ inject }) => ({
      wrangler: { configPath: "./test/workerd/wrangler.toml" },
      miniflare: { cf: false, bindings: { SERVER_URL: inject("serverUrl") } },
    })),
  ],
  test: { name: "workerd", include: ["test/shared/**/*.test.ts", "test/workerd/**/*.test.ts"] },
};

function browser(
  name: "chromium" | "firefox" | "webkit",
  provider: BrowserProviderOption,
  headless = true,
): TestProjectInlineConfiguration {
  return {
    extends: true,
    test: {
      name,
      include: ["test/shared/**/*.test.ts", "test/browser/**/*.test.ts"],
      browser: {
        enabled: true,
        headless,
        ui: false,
        screenshotFailures: false,
        provider,
        instances: [{ browser: name }],
      },
    },
  };
}

/** Chromium is required; Firefox and WebKit are used where installed. */
async function browsers(): Promise<TestProjectInlineConfiguration[]> {
  const found: TestProjectInlineConfiguration[] = [];
  if (wants("chromium")) {
    const { executablePath, env } = await findChromium();
    const launchOptions = { executablePath, ...(env ? { env: { ...process.env, ...env } } : {}) };
    found.push(browser("chromium", playwright({ launchOptions })));
  }
  const firefox = findFirefox();
  if (firefox) found.push(browser("firefox", playwright({ launchOptions: { channel: "moz-firefox", ...firefox } })));
  const webkit = findWebKit();
  if (webkit) {
    const browserOptions = { binary: webkit.binary, args: ["--automation"] };
    const capabilities = { browserName: "MiniBrowser", "webkitgtk:browserOptions": browserOptions };
    found.push(browser("webkit", webdriver({ command: webkit.command, capabilities }), false));
  }
  return found;
}

export default defineConfig(async ({ mode }): Promise<ViteUserConfig> => ({
  // Not every engine supports `await using` yet.
  oxc: { target: "es2022", jsx: { runtime: "automatic", importSource: "preact" } },
  optimizeDeps: {
    include: [
      "decimal.js",
      "ky",
      "valibot",
      "@noble/hashes/hmac.js",
      "@noble/hashes/pbkdf2.js",
      "@noble/hashes/sha2.js",
      "@noble/hashes/utils.js",
      "fast-check",
      "preact",
      "preact/hooks",
      "preact/jsx-runtime",
      "preact/jsx-dev-runtime",
      "@preact/signals",
    ],
  },
  test: {
    testTimeout: 20_000,
    // What a person would see comes late on a busy machine.
    expect: { poll: { timeout: 10_000 } },
    globalSetup: ["test/support/global-setup.ts"],
    reporters: ["default", "./test/support/summary-reporter.ts"],
    projects: [node(mode === "fast"), page, workerd, ...(await browsers())],
  },
}));
