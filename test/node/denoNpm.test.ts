// The documented Deno script with an npm: specifier, from a registry on the loopback, with the documented permissions and no others.
import { cp, mkdtemp, rm, writeFile, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { listen, type Listening } from "../../src/cli/serve/listen.ts";
import { createStreams, type Streams } from "../../src/cli/serve/streams.ts";
import { createExchange } from "../../src/exchange/index.ts";
import { openRegistry } from "../support/npmRegistry.ts";
import { type Finished, repository, run, tool } from "../support/run-process.ts";

let folder = "";
let registry: Awaited<ReturnType<typeof openRegistry>>;
let server: Listening;
let streams: Streams;

beforeAll(async () => {
  registry = await openRegistry();
  folder = await mkdtemp(join(tmpdir(), "agentexchange-deno-"));
  await cp(`${repository}examples/deno-npm.ts`, join(folder, "deno-npm.ts"));
  await writeFile(join(folder, "deno.json"), "{}");
  const exchange = createExchange();
  streams = createStreams(exchange);
  server = await listen((request) => exchange.fetch(request), "127.0.0.1", 0, streams.upgrade);
  vi.stubEnv("AGENTEXCHANGE_API_KEY", (await exchange.register()).apiKey);
  vi.stubEnv("AGENTEXCHANGE_BASE_URL", `http://127.0.0.1:${server.port}`);
  vi.stubEnv("NPM_CONFIG_REGISTRY", registry.url);
  vi.stubEnv("DENO_DIR", join(folder, "cache"));
}, 120_000);

afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all([server.close(), streams.close(), registry.close()]);
  await rm(folder, { recursive: true, force: true });
});

const deno = (...permissions: readonly string[]): Promise<Finished> =>
  run(tool("deno"), ["run", "--no-prompt", "--no-lock", ...permissions, "deno-npm.ts"], folder);

/** The permissions in the script's first lines, with the address of this test. */
async function documented(): Promise<readonly string[]> {
  const [, line = ""] = (await readFile(join(folder, "deno-npm.ts"), "utf8")).split("\n");
  const permissions = line.split(" ").filter((word) => word.startsWith("--"));
  return permissions.map((each) => each.replace("api.example.com:443", `127.0.0.1:${server.port}`));
}

test("it runs with the documented permissions", { timeout: 60_000 }, async () => {
  const permissions = await documented();
  expect(permissions).toHaveLength(2);
  const { code, output } = await deno(...permissions);
  expect(output).toMatch(/BTCUSDT [\d.]+, portfolio 10000\n/);
  expect(code).toBe(0);
});

test("it does not run without any one of them", { timeout: 60_000 }, async () => {
  const [net = "", env = ""] = await documented();
  for (const [given, missing] of [
    [[net], "env access"],
    [[env], "net access"],
    [[net, env.replace(/,.*/, "")], "env access"],
    [["--allow-net=127.0.0.1:1", env], "net access"],
  ] as const) {
    const { code, output } = await deno(...given);
    expect(output).toContain(missing);
    expect(code).not.toBe(0);
  }
});
