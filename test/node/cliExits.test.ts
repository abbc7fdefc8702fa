// How the program ends: exit codes by kind of failure, Ctrl-C, closed pipes, and orders whose response is lost.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { EXIT_HELP } from "../../src/cli/exits.ts";
import { createExchange, type Exchange } from "../../src/exchange/index.ts";
import { onNode, programs, runProgram, shellLine, startInTerminal, startProgram } from "../support/cliProcess.ts";
import { serve, type RunningServer } from "../support/server.ts";

const folder = mkdtempSync(join(tmpdir(), "cli-exits-"));
const secrets = /ak_live_\w|sk_live_\w/;

let exchange: Exchange;
let server: RunningServer;
let env: Record<string, string> = {};
/** Answers a request instead of the exchange; undefined leaves it to the exchange. */
let intercept: (request: Request) => Response | undefined | Promise<Response | undefined> = () => undefined;

let runs = 0;
beforeEach(async () => {
  exchange = createExchange();
  const { apiKey } = await exchange.register();
  intercept = () => undefined;
  server = await serve(async (request) => (await intercept(request)) ?? exchange.fetch(request));
  env = {
    AGENTEXCHANGE_BASE_URL: server.url,
    AGENTEXCHANGE_API_KEY: apiKey,
    AGENTEXCHANGE_STATE_DIR: join(folder, String(runs++)),
  };
});
afterEach(() => server.close());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const failing =
  (status: number, code: string, headers: Record<string, string> = {}) =>
  (): Response =>
    Response.json({ error: { code, message: "Not this time.\u001b[2J" } }, { status, headers });

const UNKNOWN = "00000000-0000-4000-8000-000000000000";
const order = ["order", "buy", "BTCUSDT", "0.01", "--yes"] as const;

const isOrder = ({ method, url }: Request): boolean => method === "POST" && url.endsWith("/trade/order");

test.for([
  ["an unknown option", ["price", "BTCUSDT", "--jsno"], 2, "usage"],
  ["an unknown command", ["prize"], 2, "usage"],
  ["a missing argument", ["book"], 2, "usage"],
  ["an invalid symbol", ["price", "BTC/USDT"], 2, "usage"],
  ["an invalid amount", ["order", "buy", "BTCUSDT", "10%", "--yes"], 2, "usage"],
  ["an order without --yes and without a terminal", ["order", "buy", "BTCUSDT", "0.01"], 2, "usage"],
  ["cancelling all without --yes", ["cancel", "--all"], 2, "usage"],
  ["a key over plain http", ["portfolio", "--base-url", "http://exchange.example"], 2, "usage"],
  ["two exchanges", ["price", "BTCUSDT", "--data", "x.db", "--base-url", "http://localhost:1"], 2, "usage"],
  ["arguments of call that are not JSON", ["call", "getPrice", "{symbol}"], 2, "usage"],
  ["an order by call without --yes", ["call", "placeMarketOrder", "{}"], 2, "usage"],
  ["an unknown operation", ["call", "getPrise"], 4, "not_found"],
  ["an unknown error code", ["errors", "NO_SUCH_CODE"], 4, "not_found"],
  ["an order that is too large", ["order", "buy", "BTCUSDT", "1000", "--yes"], 3, "refused"],
  ["an unknown symbol", ["price", "NOSUCHUSDT"], 4, "not_found"],
  ["an unknown order", ["orders", UNKNOWN], 4, "not_found"],
  ["an unknown strategy", ["strategies", "show", UNKNOWN], 4, "not_found"],
] as const)("%s ends with its code, for people and for programs", async ([, args, code, kind]) => {
  const shown = await runProgram(onNode, args, env);
  expect([shown.code, shown.stdout]).toEqual([code, ""]);
  expect(shown.stderr).toMatch(/^[^\n]+\n$/);
  expect(shown.stderr).not.toMatch(/ {4}at |node:|Error:/);
  const json = await runProgram(onNode, [...args, "--json"], env);
  expect([json.code, json.stderr]).toEqual([code, ""]);
  expect(JSON.parse(json.stdout)).toMatchObject({
    ok: false,
    error: { kind, exitCode: code },
    meta: { command: args[0] },
  });
});

test.for([
  ["a rejected key", failing(401, "INVALID_API_KEY"), 3, "refused"],
  ["the rate limit", failing(429, "RATE_LIMIT_EXCEEDED", { "retry-after": "60" }), 5, "rate_limit"],
  ["a failing server", failing(500, "INTERNAL_ERROR"), 1, "failed"],
] as const)(
  "%s ends with its code, and cannot draw in the terminal",
  { timeout: 40_000 },
  async ([, response, code, kind]) => {
    intercept = response;
    const shown = await runProgram(onNode, ["portfolio"], env);
    expect([shown.code, shown.stdout]).toEqual([code, ""]);
    expect(shown.stderr).not.toContain("\u001b");
    const json = await runProgram(onNode, ["portfolio", "--json"], env);
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, error: { kind, exitCode: code } });
  },
);

test.for(programs)("%s: no server is code 7, no key is code 2", { timeout: 40_000 }, async ([, program]) => {
  const nowhere = { ...env, AGENTEXCHANGE_BASE_URL: "http://127.0.0.1:9" };
  expect(await runProgram(program, ["price", "BTCUSDT", "--json"], nowhere)).toMatchObject({ code: 7, stderr: "" });
  const withoutKey = { ...env, AGENTEXCHANGE_API_KEY: "" };
  expect(await runProgram(program, ["portfolio"], withoutKey)).toMatchObject({
    code: 2,
    stderr: "portfolio needs a key. Set AGENTEXCHANGE_API_KEY, or pass --key-file FILE. Try --help.\n",
  });
});

test("an order is not sent if its record cannot be written, and the message says where it would be", async () => {
  const file = join(folder, "no-folder");
  writeFileSync(file, "");
  let sent = 0;
  intercept = (request) => {
    if (isOrder(request)) sent++;
    return undefined;
  };
  const { code, stderr } = await runProgram(onNode, order, { ...env, AGENTEXCHANGE_STATE_DIR: file });
  expect([code, stderr]).toEqual([1, expect.stringContaining("Set AGENTEXCHANGE_STATE_DIR to a folder") as unknown]);
  expect(sent).toBe(0);
});

test("--help lists every exit code", async () => {
  const { code, stdout } = await runProgram(onNode, ["--help"]);
  expect(code).toBe(0);
  for (const [exit] of EXIT_HELP) expect(stdout).toMatch(new RegExp(`^  ${exit} +\\S`, "m"));
});

/** Executes orders, but loses their responses; lists of orders fail while `isBlind`. */
function loseResponses(): { isBlind: boolean } {
  const state = { isBlind: true };
  intercept = async (request) => {
    if (isOrder(request)) {
      await exchange.fetch(request);
      return failing(502, "BAD_GATEWAY")();
    }
    return state.isBlind && request.url.includes("/trade/orders") ? failing(503, "SERVICE_UNAVAILABLE")() : undefined;
  };
  return state;
}

test("an order whose response is lost is found, told as placed, and forgotten", { timeout: 60_000 }, async () => {
  loseResponses().isBlind = false;
  const { code, stdout, stderr } = await runProgram(onNode, [...order, "--json"], env);
  expect(JSON.parse(stdout)).toMatchObject({ ok: true, data: { symbol: "BTCUSDT", status: "filled" } });
  expect([code, stderr]).toEqual([0, expect.stringContaining("Looking for it") as unknown]);
  expect(readdirSync(join(env["AGENTEXCHANGE_STATE_DIR"] ?? "", "orders"))).toEqual([]);
});

test(
  "an order that cannot be looked up is code 6; orders --unresolved finds it later",
  { timeout: 120_000 },
  async () => {
    const state = loseResponses();
    const lost = await runProgram(onNode, [...order, "--json"], env);
    expect(lost.code).toBe(6);
    expect(JSON.parse(lost.stdout)).toMatchObject({
      ok: false,
      error: {
        kind: "unknown_outcome",
        message: expect.stringContaining("agentexchange orders --unresolved") as unknown,
      },
    });
    expect(readdirSync(join(env["AGENTEXCHANGE_STATE_DIR"] ?? "", "orders"))).toHaveLength(1);
    expect((await runProgram(onNode, ["orders", "--unresolved"], env)).code).toBe(6);
    state.isBlind = false;
    const found = await runProgram(onNode, ["orders", "--unresolved", "--json"], env);
    expect(found.code).toBe(0);
    expect(JSON.parse(found.stdout)).toMatchObject({
      data: [{ symbol: "BTCUSDT", outcome: "placed", status: "filled" }],
    });
    expect(JSON.parse((await runProgram(onNode, ["orders", "--unresolved", "--json"], env)).stdout)).toMatchObject({
      data: [],
    });
  },
);

const interrupt = process.platform === "win32" ? test.skip : test;

interrupt("Ctrl-C ends a request at once, without a stack", async () => {
  intercept = () => new Promise<Response>(() => {});
  const started = startProgram(onNode, ["price", "BTCUSDT"], env);
  await new Promise<void>((resolve) => (intercept = () => new Promise<Response>(() => resolve())));
  started.child.kill("SIGINT");
  expect(await started.ended).toMatchObject({ code: 130, stdout: "", stderr: "" });
});

interrupt(
  "Ctrl-C during an order waits for its outcome; a second one leaves it with a record",
  { timeout: 60_000 },
  async () => {
    let release = (): void => {};
    const arrived = (): Promise<void> =>
      new Promise((resolve) => {
        intercept = async (request) => {
          if (!isOrder(request)) return undefined;
          resolve();
          await new Promise<void>((released) => (release = released));
          return exchange.fetch(request);
        };
      });
    const first = arrived();
    const waiting = startProgram(onNode, order, env);
    await first;
    waiting.child.kill("SIGINT");
    await waiting.until(/waiting for its outcome/);
    release();
    const ended = await waiting.ended;
    expect([ended.code, ended.stdout]).toEqual([0, expect.stringMatching(/^Status +filled$/m) as unknown]);

    const second = arrived();
    const left = startProgram(onNode, order, env);
    await second;
    left.child.kill("SIGINT");
    await left.until(/waiting for its outcome/);
    // The same key pressed once can arrive twice within a tenth of a second, which does not count.
    await new Promise((resolve) => setTimeout(resolve, 150));
    left.child.kill("SIGINT");
    const leaving = await left.ended;
    expect([leaving.code, leaving.stdout]).toEqual([6, ""]);
    expect(leaving.stderr).toContain("Run: agentexchange orders --unresolved");
    expect(readdirSync(join(env["AGENTEXCHANGE_STATE_DIR"] ?? "", "orders"))).toHaveLength(1);
    release();
  },
);

interrupt.for(programs)(
  "%s: Ctrl-C ends a watch with code 0, and shows the cursor again",
  { timeout: 60_000 },
  async ([, program]) => {
    // In memory, since the test's server has no stream.
    const local = { AGENTEXCHANGE_STATE_DIR: join(folder, "watch") };
    const piped = startProgram(program, ["watch", "BTCUSDT", "--json"], local);
    await piped.until(/\n/);
    piped.child.kill("SIGINT");
    expect(await piped.ended).toMatchObject({ code: 0, stderr: "" });

    // The shell must not get the signal, too.
    const shown = startInTerminal(`exec ${shellLine(program, ["watch", "BTCUSDT", "ETHUSDT"])}`, 80, local);
    await shown.until(/BTCUSDT[^]*BTCUSDT/);
    shown.child.stdin?.write("\u0003");
    const { code, stdout } = await shown.ended;
    expect(code).toBe(0);
    expect(stdout.lastIndexOf("\u001b[?25h")).toBeGreaterThan(stdout.lastIndexOf("\u001b[?25l"));
  },
);

interrupt.for(programs)("%s: a pipe that closes ends it quietly", { timeout: 60_000 }, async ([, program]) => {
  const local = { AGENTEXCHANGE_STATE_DIR: join(folder, "pipe") };
  for (const args of [
    ["watch", "BTCUSDT"],
    ["price", "--all"],
  ]) {
    const line = `set -o pipefail; ${shellLine(program, args)} | head -1`;
    const { code, stdout, stderr } = await runProgram(["bash", "-c"], [line], local);
    expect([args, code, stderr]).toEqual([args, 0, ""]);
    expect(stdout.split("\n")).toHaveLength(2);
  }
});

test("what takes more than a second is shown on stderr in a terminal, and removed", { timeout: 30_000 }, async () => {
  intercept = async (request) => {
    await new Promise((resolve) => setTimeout(resolve, 1500));
    return exchange.fetch(request);
  };
  const { code, stdout } = await startInTerminal(shellLine(onNode, ["price", "BTCUSDT"]), 60, env).ended;
  expect(code).toBe(0);
  expect(stdout).toMatch(/\S.* price · 1\.\d s/);
  // The line is erased before the table.
  expect(stdout.split("\r\u001b[2K").at(-1)).toMatch(/^\S*SYMBOL/);
  const piped = await runProgram(onNode, ["price", "BTCUSDT"], env);
  expect(piped.stderr).toBe("");
});

interrupt("an order whose output nobody reads is told on stderr", { timeout: 30_000 }, async () => {
  const line = `${shellLine(onNode, order)} | true; echo "\${PIPESTATUS[0]}"`;
  let release = (): void => {};
  const arrived = new Promise<void>((resolve) => {
    intercept = async (request) => {
      if (!isOrder(request)) return undefined;
      resolve();
      await new Promise<void>((released) => (release = released));
      return exchange.fetch(request);
    };
  });
  const started = startProgram(["bash", "-c"], [line], env);
  await arrived;
  release();
  const { stdout, stderr } = await started.ended;
  expect(stdout).toBe("0\n");
  expect(stderr).toMatch(/^Status +filled$/m);
  expect(stderr).not.toMatch(secrets);
});
