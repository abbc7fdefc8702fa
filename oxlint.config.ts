import { defineConfig } from "oxlint";
import type { Rooms } from "./scripts/lint/rooms.ts";

/** Who may import whom. Dependencies point downwards only; the embedded exchange never imports the client. */
const rooms: Rooms = {
  wire: { rooms: [], packages: ["decimal.js", "valibot"] },
  errors: { rooms: ["wire"], packages: [] },
  endpoints: { rooms: ["wire", "errors"], packages: ["valibot"] },
  signing: { rooms: [], packages: ["@noble/hashes"] },
  transport: { rooms: ["endpoints", "wire", "errors", "signing"], packages: ["ky"] },
  stream: { rooms: ["transport", "endpoints", "wire", "errors"], packages: [] },
  client: {
    rooms: ["stream", "transport", "endpoints", "wire", "errors", "signing"],
    packages: ["decimal.js", "valibot"],
  },
  // The embedded exchange puts its rooms together in the files at its root.
  exchange: { rooms: ["wire"], packages: [] },
  "exchange/base": { rooms: ["wire"], packages: ["@noble/hashes"] },
  "exchange/collections": { rooms: ["exchange/base"], packages: [] },
  "exchange/time": { rooms: ["exchange/base", "wire"], packages: [] },
  "exchange/persistence": { rooms: ["exchange/time", "exchange/collections", "exchange/base"], packages: [] },
  "exchange/sqlite": {
    rooms: ["exchange/persistence"],
    packages: ["node:crypto", "node:fs", "node:path", "node:sqlite", "node:timers"],
  },
  "exchange/network": { rooms: ["exchange/persistence", "exchange/time", "exchange/base"], packages: [] },
  "exchange/market": { rooms: ["exchange/time", "exchange/collections", "exchange/base"], packages: [] },
  "exchange/engine": {
    rooms: [
      "exchange/market",
      "exchange/persistence",
      "exchange/time",
      "exchange/collections",
      "exchange/base",
      "endpoints",
      "wire",
      "signing",
    ],
    packages: ["@noble/hashes"],
  },
  "exchange/http": {
    rooms: [
      "exchange/engine",
      "exchange/market",
      "exchange/persistence",
      "exchange/time",
      "exchange/collections",
      "exchange/base",
      "endpoints",
      "wire",
      "signing",
    ],
    packages: ["@noble/hashes"],
  },
  "exchange/stream": {
    rooms: [
      "exchange/http",
      "exchange/engine",
      "exchange/market",
      "exchange/network",
      "exchange/persistence",
      "exchange/time",
      "exchange/base",
      "endpoints",
      "wire",
    ],
    packages: [],
  },
  // Operations as data, the toolbox and the shapes that agent frameworks want.
  tools: { rooms: ["client", "transport", "endpoints", "wire", "errors"], packages: ["valibot", "@noble/hashes"] },
  // The only program, and so free to use Node.
  cli: {
    rooms: ["exchange", "node", "tools", "mcp", "client", "stream", "transport", "endpoints", "wire", "errors"],
    packages: [
      "@modelcontextprotocol/server",
      "srvx",
      "ws",
      "node:crypto",
      "node:dns",
      "node:events",
      "node:fs",
      "node:http",
      "node:net",
      "node:os",
      "node:path",
      "node:process",
      "node:stream",
      "node:timers",
      "node:util",
    ],
  },
  // The toolbox as a server of the Model Context Protocol.
  mcp: {
    rooms: ["tools", "client", "transport", "endpoints", "wire", "errors"],
    packages: ["@modelcontextprotocol/server"],
  },
  // One budget of requests for several clients.
  limits: { rooms: ["transport", "endpoints", "wire", "errors"], packages: [] },
  // What a receiver of webhooks needs.
  webhooks: { rooms: ["signing", "endpoints", "wire", "errors"], packages: ["valibot"] },
  // Strategies, and the run of one tick: claims, the order, the history. Runs everywhere.
  bots: {
    rooms: ["tools", "client", "transport", "endpoints", "wire", "errors"],
    packages: ["decimal.js", "valibot"],
  },
  // A server between browsers and the platform, which holds the key.
  gateway: {
    rooms: ["tools", "client", "stream", "transport", "endpoints", "wire", "errors", "signing"],
    packages: ["valibot"],
  },
  // Durable Objects; only for Workers.
  workers: {
    rooms: [
      "bots",
      "gateway",
      "limits",
      "webhooks",
      "exchange",
      "tools",
      "client",
      "transport",
      "endpoints",
      "wire",
      "errors",
      "signing",
    ],
    packages: ["cloudflare:workers", "@noble/hashes"],
  },
  // For programs on Node, Deno and Bun: needs files and sockets.
  node: {
    rooms: ["tools", "transport", "endpoints", "exchange/sqlite"],
    packages: ["node:fs", "node:http", "node:https", "node:path", "node:stream", "node:zlib"],
  },
  // The same without the class.
  "core.ts": { rooms: ["client", "transport", "endpoints", "wire", "errors"], packages: [] },
  // The root entry exports everything except the embedded exchange, which has its own entry.
  "index.ts": {
    rooms: ["client", "stream", "limits", "webhooks", "transport", "endpoints", "wire", "errors", "signing"],
    packages: [],
  },
};

const restricted = (message: string, ...names: readonly string[]): { name: string; message: string }[] =>
  names.map((name) => ({ name, message }));

const everywhere = "The library runs in browsers and Workers too.";
const nodeGlobals = restricted(everywhere, "Buffer", "process", "require", "module", "global", "setImmediate");

const theClock = "Time comes from the room's clock.ts, so that tests can set it.";
const timeGlobals = restricted(theClock, "setTimeout", "setInterval", "performance");

const timeProperties = [
  { object: "Math", property: "random", message: "Chance comes from a seeded or injected generator." },
  { object: "Date", property: "now", message: theClock },
  ...["setTimeout", "setInterval", "performance"].map((property) => ({
    object: "globalThis",
    property,
    message: theClock,
  })),
  { object: "AbortSignal", property: "timeout", message: theClock },
];

export default defineConfig({
  plugins: ["eslint", "typescript", "unicorn", "oxc", "import", "promise", "vitest"],
  jsPlugins: [{ name: "project", specifier: "./scripts/lint/plugin.ts" }],
  options: { typeAware: true, denyWarnings: true, reportUnusedDisableDirectives: "error" },
  categories: { correctness: "error", suspicious: "error", perf: "error" },
  // worker is compiled where it is used: as a project of its own, from the packed package.
  ignorePatterns: ["dist", "dist-demo", "coverage", "worker"],
  rules: {
    "no-var": "error",
    "prefer-const": "error",
    eqeqeq: "error",
    "no-eval": "error",
    "no-new-func": "error",
    "no-implied-eval": "error",
    "no-param-reassign": "error",
    "no-else-return": "error",
    "no-throw-literal": "error",
    "object-shorthand": "error",
    "import/no-duplicates": "error",
    "import/no-self-import": "error",
    "import/no-cycle": "error",
    "import/no-mutable-exports": "error",
    "typescript/no-explicit-any": "error",
    "typescript/no-unsafe-argument": "error",
    "typescript/no-unsafe-assignment": "error",
    "typescript/no-unsafe-call": "error",
    "typescript/no-unsafe-member-access": "error",
    "typescript/no-unsafe-return": "error",
    "typescript/no-floating-promises": "error",
    "typescript/no-misused-promises": "error",
    "typescript/no-namespace": "error",
    "typescript/no-require-imports": "error",
    "typescript/no-deprecated": "error",
    "typescript/only-throw-error": "error",
    "typescript/prefer-readonly": "error",
    "typescript/return-await": ["error", "error-handling-correctness-only"],
    "typescript/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
    "typescript/use-unknown-in-catch-callback-variable": "error",
    "typescript/ban-ts-comment": "error",
    "vitest/no-focused-tests": "error",
    "vitest/no-disabled-tests": "error",
    "vitest/valid-expect": ["error", { maxArgs: 2 }],
    "vitest/no-standalone-expect": "off",
    "vitest/expect-expect": ["error", { assertFunctionNames: ["expect*", "assert*", "fc.assert"] }],
    // Waiting in a loop is what retries, pages and limiters do.
    "no-await-in-loop": "off",
    "no-underscore-dangle": "off",
    // Narrowing by hand is what a decoder does.
    "typescript/no-unsafe-type-assertion": "off",
    "import/no-unassigned-import": "off",
    "import/no-named-as-default-member": "off",
    "promise/always-return": "off",
    "unicorn/consistent-function-scoping": "off",
  },
  overrides: [
    {
      files: ["src/**"],
      rules: {
        "project/rooms": ["error", rooms],
        "project/no-enum": "error",
        "no-restricted-globals": ["error", ...nodeGlobals],
        "no-console": "error",
        // Imports of types count as well.
        "import/no-cycle": ["error", { ignoreTypes: false }],
        "import/no-default-export": "error",
        "import/no-commonjs": "error",
        "max-lines": ["error", { max: 400 }],
      },
    },
    {
      // Plain modules, so that every runtime takes them as they are.
      files: ["**/*.js", "**/*.mjs"],
      rules: {
        "typescript/no-unsafe-argument": "off",
        "typescript/no-unsafe-assignment": "off",
        "typescript/no-unsafe-call": "off",
        "typescript/no-unsafe-member-access": "off",
        "typescript/no-unsafe-return": "off",
      },
    },
    {
      // `${price}` is how a Decimal is printed.
      files: ["examples/**"],
      rules: { "typescript/restrict-template-expressions": "off" },
    },
    // One method an endpoint, most of it documentation.
    { files: ["src/client/client.ts"], rules: { "max-lines": "off" } },
    { files: ["src/index.ts", "src/core.ts"], rules: { "project/only-re-exports": "error" } },
    {
      files: ["src/transport/**", "src/stream/**", "src/exchange/**"],
      excludeFiles: ["src/transport/clock.ts", "src/exchange/time/clock.ts"],
      rules: {
        "no-restricted-globals": ["error", ...nodeGlobals, ...timeGlobals],
        "no-restricted-properties": ["error", ...timeProperties],
        "project/no-current-time": "error",
      },
    },
  ],
});
