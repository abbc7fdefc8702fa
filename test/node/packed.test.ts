// Packs the package as published, installs it with npm in an empty folder, and uses it there.
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, expect, inject, test, vi } from "vitest";
import { AgentExchangeClient } from "../../src/index.ts";
import { installPacked } from "../support/packed.ts";
import { repository, run, tool } from "../support/run-process.ts";
import { allPassed, runtimes } from "../support/runtimes.ts";
import { endServe, killServers, startServe } from "../support/serveProcess.ts";

let home = "";

const write = (name: string, content: unknown): Promise<void> => writeFile(join(home, name), JSON.stringify(content));

beforeAll(async () => {
  home = await installPacked();
  for (const file of ["run.js", "suite.js", "tour.js"])
    await cp(`${repository}test/runtimes/${file}`, join(home, file));
}, 120_000);

afterEach(killServers);
afterAll(() => rm(home, { recursive: true, force: true }));

test("the package contains only the build, the template of a Worker, its manifest and documents", async () => {
  const folder = join(home, "node_modules/agentexchange");
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const paths = files.map((file) => relative(folder, file).replaceAll("\\", "/"));
  expect(paths).toContain("LICENSE");
  expect(
    paths.filter(
      (path) =>
        !/^(dist\/.+\.(js|d\.ts)|worker\/.+|package\.json|LICENSE|llms(-full)?\.txt|(docs\/)?[A-Za-z-]+\.md)$/.test(
          path,
        ),
    ),
  ).toEqual([]);
});

test.for(runtimes)("%s runs the installed package", { timeout: 60_000 }, async ([, command, args]) => {
  const { code, output } = await run(command, [...args, join(home, "run.js"), inject("serverUrl")], home);
  expect(output).toMatch(allPassed);
  expect(code).toBe(0);
});

test.for(runtimes)(
  "%s runs the README's examples as plain JavaScript",
  { timeout: 60_000 },
  async ([, command, args]) => {
    const outputs: string[] = [];
    for (const name of ["stream", "embedded-exchange"]) {
      await cp(`${repository}examples/${name}.ts`, join(home, `${name}.mjs`));
      const { output } = await run(command, [...args, join(home, `${name}.mjs`)], home);
      outputs.push(output);
    }
    expect(outputs).toEqual([
      expect.stringMatching(
        /^order [-0-9a-f]{36} filled\n(BTC|ETH)USDT [\d.]+\n$|^(BTC|ETH)USDT [\d.]+\norder [-0-9a-f]{36} filled\n$/,
      ),
      expect.stringMatching(/^filled 589\d\d(\.\d+)?\n$/),
    ]);
  },
);

test.for(runtimes)("%s runs the README's first example", { timeout: 60_000 }, async ([, command, args]) => {
  await cp(`${repository}examples/snapshot.ts`, join(home, "snapshot.mjs"));
  const { code, output } = await run(command, [...args, join(home, "snapshot.mjs")], home);
  expect(output).toMatch(/^BTCUSDT [\d.]+\n(?:\w+ [\d.]+\n){4}$/);
  expect(code).toBe(0);
});

test(
  "Vite builds the documented page, and wrangler the documented Worker, without polyfills or aliases",
  { timeout: 60_000 },
  async () => {
    vi.stubEnv("WRANGLER_SEND_METRICS", "false");
    for (const name of ["browser.ts", "worker.ts"]) await cp(`${repository}examples/${name}`, join(home, name));
    await writeFile(join(home, "index.html"), '<script type="module" src="/browser.ts"></script>');
    const page = await run(tool("vite"), ["build", "--logLevel", "warn", "--outDir", "page"], home);
    expect(page).toEqual({ code: 0, output: "" });
    const flags = ["--dry-run", "--name", "newcomer", "--compatibility-date", "2026-10-20", "--outdir", "worker"];
    const worker = await run(tool("wrangler"), ["deploy", "worker.ts", ...flags], home);
    expect(worker.output).toContain("Total Upload");
    expect(worker.output).not.toMatch(/WARNING|ERROR|node:|nodejs_compat/);
    expect(worker.code).toBe(0);
  },
);

test.for([
  ["node", [process.execPath]],
  ["deno", [tool("deno"), "run", "--allow-all", "--cached-only"]],
  ["bun", [tool("bun"), "--bun"]],
] as const)("%s serves an exchange from the installed package", { timeout: 60_000 }, async ([, runtime]) => {
  const served = await startServe([...runtime, join(home, "node_modules/.bin/agentexchange")], "--port", "0");
  const client = new AgentExchangeClient({ baseUrl: served.url, apiKey: served.apiKey });
  const order = await client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.01" });
  expect(order.status).toBe("filled");
  expect(await client.getTradeHistory()).toHaveLength(1);
  const { trade, ended } = await firstTrade(client);
  expect(trade).toMatch(/^[\d.]+$/);
  await client.close();
  await ended;
  expect((await endServe(served, "SIGTERM")).code).toBe(0);
});

const oldest = `${repository}tools/typescript-5.4/node_modules/typescript/bin/tsc`;
/** Uses the served stream, whose library is bundled in the package. */
async function firstTrade(
  client: AgentExchangeClient,
): Promise<{ readonly trade: string; readonly ended: Promise<void> }> {
  const stream = client.openStream();
  for await (const { price } of stream.ticker("BTCUSDT")) return { trade: price.toFixed(), ended: stream.close() };
  throw new Error("the stream ended");
}

const TOOLS = `
import { AgentExchangeClient } from "agentexchange";
import { createExchange } from "agentexchange/exchange";
import { createToolbox, toAnthropic, toOpenAI } from "agentexchange/tools";
const exchange = createExchange();
const { apiKey } = await exchange.register();
const toolbox = createToolbox(new AgentExchangeClient({ ...exchange.connection, apiKey }));
const { chatTools, run } = toOpenAI(toolbox);
const { content } = await run({ id: "1", function: { name: "getPrice", arguments: '{"symbol":"BTCUSDT"}' } });
const { is_error } = await toAnthropic(toolbox).run({ id: "2", name: "getPrice", input: { symbol: "BTC/USDT" } });
console.log(chatTools.length, JSON.parse(content).ok, is_error);
await toolbox.close();
exchange.close();
`;

test.for(runtimes)("%s runs tools for agents without any framework", { timeout: 60_000 }, async ([, command, args]) => {
  await writeFile(join(home, "tools.mjs"), TOOLS);
  expect(await run(command, [...args, join(home, "tools.mjs")], home)).toEqual({ code: 0, output: "14 true true\n" });
});

test("it has only four dependencies; the server's libraries are bundled with their licences", async () => {
  const installed = await readdir(join(home, "node_modules"));
  expect(installed.filter((name) => !name.startsWith(".")).toSorted()).toEqual([
    "@noble",
    "agentexchange",
    "decimal.js",
    "ky",
    "valibot",
  ]);
  const folder = join(home, "node_modules/agentexchange/dist/cli");
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".js"));
  const files = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  for (const [library, owner] of [
    ["srvx", "Pooya Parsa"],
    ["ws", "Einar Otto Stangvik"],
    ["decimal.js", "Michael Mclaughlin"],
    ["valibot", "Fabian Hiller"],
  ] as const) {
    const texts = files.filter((text) => text.includes(`/*! ${library} `));
    expect(texts.length, library).toBeGreaterThan(0);
    for (const text of texts) {
      expect(text).toContain(owner);
      expect(text).toContain("Permission is hereby granted, free of charge");
    }
  }
});

test.for([
  ["TypeScript 5.4, a browser's types", oldest, ["ES2022", "DOM"], []],
  ["TypeScript 5.4, the Workers types", oldest, ["ES2022"], ["@cloudflare/workers-types"]],
  ["a browser's types", tool("tsc"), ["ES2022", "DOM"], []],
  ["the Workers types", tool("tsc"), ["ES2022"], ["@cloudflare/workers-types"]],
  ["Node's types", tool("tsc"), ["ES2022"], ["node"]],
] as const)("its declarations compile with %s alone", { timeout: 60_000 }, async ([, compiler, lib, types]) => {
  await writeFile(
    join(home, "consumer.ts"),
    'import { AgentExchangeClient, toPlain, type Plain, type Tick } from "agentexchange";\n' +
      'import { createClient, getCandles } from "agentexchange/core";\n' +
      'import * as exchange from "agentexchange/exchange";\n' +
      'import { toAiSdk, toLangChain, toOpenAI, toOpenAIAgents, type Toolbox } from "agentexchange/tools";\n' +
      "const client = new AgentExchangeClient(exchange.createExchange().connection);\n" +
      "const ticks: AsyncIterableIterator<Tick> = client.openStream().ticker('BTCUSDT');\n" +
      "export const plain: Promise<Plain<Tick>[]> = ticks.next().then(({ value }) => [toPlain(value as Tick)]);\n" +
      'export const candles = createClient().send(getCandles, "BTCUSDT", { interval: "1h" });\n' +
      "export const shapes = (toolbox: Toolbox) => [toOpenAI(toolbox).chatTools, toAiSdk(toolbox, (schema: object) => schema).tools];\n" +
      "export const used: readonly unknown[] = [client, exchange, toLangChain, toOpenAIAgents];\n",
  );
  const typeRoots = [`${repository}node_modules/@types`, `${repository}node_modules`];
  const compilerOptions = { target: "ES2022", module: "NodeNext", strict: true, noEmit: true, lib, types, typeRoots };
  await write("tsconfig.json", { compilerOptions, files: ["consumer.ts"] });
  const { code, output } = await run(process.execPath, [compiler, "-p", home], home);
  expect(output).toBe("");
  expect(code).toBe(0);
});

test("CommonJS can require both entries", async () => {
  const script =
    'const { AgentExchangeClient } = require("agentexchange"); const { createExchange } = require("agentexchange/exchange");' +
    'new AgentExchangeClient(createExchange().connection).getPrice("BTCUSDT").then(({ symbol }) => console.log(symbol));';
  await writeFile(join(home, "required.cjs"), script);
  const { code, output } = await run(process.execPath, [join(home, "required.cjs")], home);
  expect(output).toBe("BTCUSDT\n");
  expect(code).toBe(0);
});

test("Node imports the client from a few files, which its entries share", async () => {
  const folder = join(home, "node_modules/agentexchange/dist/bundled");
  const files = new Set([join(folder, "index.js")]);
  // Also visits the files that are added meanwhile.
  for (const file of files)
    for (const [, path = ""] of (await readFile(file, "utf8")).matchAll(/^(?:import|\}) .*from "(\.[^"]+)";$/gm))
      files.add(join(dirname(file), path));
  expect(files.size).toBeGreaterThan(1);
  expect(files.size).toBeLessThan(8);
  const texts = await Promise.all([...files].map((file) => readFile(file, "utf8")));
  const withKy = texts.filter((text) => text.includes("Ky = class"));
  expect(withKy).toHaveLength(1);
  expect(withKy[0]).toContain("Sindre Sorhus");
  expect(withKy[0]).toContain("Permission is hereby granted, free of charge");
  const script =
    'import * as root from "agentexchange"; import * as core from "agentexchange/core"; import { createExchange } from "agentexchange/exchange";' +
    "const error = await core.createClient(createExchange().connection).send(core.getBalance).catch((reason) => reason);" +
    "console.log(root.AgentExchangeError === core.AgentExchangeError, error instanceof root.AuthenticationError, root.Decimal === core.Decimal);";
  await writeFile(join(home, "entries.mjs"), script);
  const { output } = await run(process.execPath, [join(home, "entries.mjs")], home);
  expect(output).toBe("true true true\n");
});

/** Uses everything that the client loads when it is first needed, without a network. */
const LATE = `
import { AgentExchangeClient } from "agentexchange";
import { createExchange } from "agentexchange/exchange";
const exchange = createExchange();
const { apiKey, apiSecret } = await exchange.register();
const client = new AgentExchangeClient({ ...exchange.connection, apiKey, apiSecret, signRequests: true });
const order = await client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.001" });
const unresolved = await client.unresolvedOrders();
const { value } = await client.openStream().ticker("BTCUSDT").next();
console.log(order.status, unresolved.length, value.symbol);
await client.close();
exchange.close();
`;

test.for([
  ["one file", false],
  ["several files", true],
] as const)("code that is bundled to %s signs, reconciles and streams without the package", async ([, splitting]) => {
  const outdir = await mkdtemp(join(tmpdir(), "agentexchange-bundle-"));
  try {
    await writeFile(join(home, "late.mjs"), LATE);
    const entryPoints = [join(home, "late.mjs")];
    const outExtension = { ".js": ".mjs" };
    const shared = { bundle: true, minify: true, format: "esm", platform: "browser", target: "es2022" } as const;
    await build({ entryPoints, outdir, outExtension, splitting, ...shared });
    expect((await readdir(outdir)).length > 1).toBe(splitting);
    const { code, output } = await run(process.execPath, [join(outdir, "late.mjs")], outdir);
    expect(output).toBe("filled 0 BTCUSDT\n");
    expect(code).toBe(0);
  } finally {
    await rm(outdir, { recursive: true });
  }
});
