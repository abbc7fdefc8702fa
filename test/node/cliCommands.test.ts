// Every command of the built program in Node, Deno and Bun: as JSON, in pipes, and in terminals of 40 and 200 columns.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { afterAll, beforeAll, expect, test } from "vitest";
import { COMMANDS } from "../../src/cli/commands.ts";
import { EXIT_HELP } from "../../src/cli/exits.ts";
import { widthOf } from "../../src/cli/terminal/text.ts";
import { AgentExchangeClient } from "../../src/index.ts";
import { onNode, programs, runProgram, shellLine, startInTerminal, type Ended } from "../support/cliProcess.ts";
import { repository } from "../support/run-process.ts";
import { killServers, startServe, type Served } from "../support/serveProcess.ts";

const folder = mkdtempSync(join(tmpdir(), "cli-"));
const HOSTILE = "\u001b[2J\u001b]0;owned\u0007日本 strategy \u202egnp.exe";

let served: Served;
let orderId = "";
let strategyId = "";
let env: Record<string, string> = {};

beforeAll(async () => {
  served = await startServe(onNode, "--port", "0", "--demo", "--seed", "7");
  const apiKey = served.demoKey ?? "";
  const client = new AgentExchangeClient({ baseUrl: served.url, apiKey });
  [{ orderId } = { orderId: "" }] = await client.getOpenOrders();
  const rule = {
    timeframe: "1h",
    pairs: ["BTCUSDT"],
    entry_conditions: {},
    exit_conditions: {},
    position_size_pct: 10,
    max_positions: 1,
  } as const;
  ({ strategyId } = await client.createStrategy({ name: HOSTILE, definition: rule }));
  await client.close();
  env = {
    AGENTEXCHANGE_BASE_URL: served.url,
    AGENTEXCHANGE_API_KEY: apiKey,
    AGENTEXCHANGE_STATE_DIR: join(folder, "state"),
  };
}, 60_000);

afterAll(async () => {
  await killServers();
  rmSync(folder, { recursive: true, force: true });
});

const text = v.string();
const decimal = v.pipe(text, v.regex(/^-?\d+(\.\d+)?$/));
const time = v.pipe(text, v.isoTimestamp());
const order = v.looseObject({
  orderId: v.pipe(text, v.uuid()),
  status: text,
  symbol: text,
  side: v.picklist(["buy", "sell"]),
});
const results = v.looseObject({
  sessionId: text,
  status: v.literal("completed"),
  summary: v.looseObject({ finalEquity: decimal }),
});

/** Command lines, and the `data` of their envelopes. */
const cases = (): readonly (readonly [args: readonly string[], data: v.GenericSchema])[] => [
  [
    ["price", "BTCUSDT", "ethusdt"],
    v.tuple([
      v.looseObject({ symbol: v.literal("BTCUSDT"), price: decimal, timestamp: time }),
      v.looseObject({ symbol: v.literal("ETHUSDT") }),
    ]),
  ],
  [["price", "--all"], v.pipe(v.array(v.looseObject({ symbol: text, price: decimal })), v.minLength(20))],
  [
    ["snapshot", "BTCUSDT", "SOLUSDT"],
    v.looseObject({
      took: v.number(),
      entries: v.pipe(v.array(v.looseObject({ symbol: text, error: v.null() })), v.length(2)),
    }),
  ],
  [
    ["candles", "BTCUSDT", "--limit", "30"],
    v.strictObject({
      symbol: v.literal("BTCUSDT"),
      interval: v.literal("1h"),
      candles: v.pipe(v.array(v.looseObject({ time, open: decimal, close: decimal })), v.length(30)),
    }),
  ],
  [["candles", "BTCUSDT", "--limit", "5", "--table"], v.looseObject({ symbol: text })],
  [
    ["book", "BTCUSDT", "--depth", "5"],
    v.looseObject({ bids: v.pipe(v.array(v.looseObject({ price: decimal, quantity: decimal })), v.length(5)) }),
  ],
  [
    ["watch", "BTCUSDT", "--count", "2"],
    v.looseObject({ symbol: v.literal("BTCUSDT"), price: decimal, timestamp: time }),
  ],
  [["watch", "--portfolio", "--count", "1"], v.looseObject({ totalEquity: decimal })],
  [
    ["order", "buy", "BTCUSDT", "0.0002", "--yes"],
    v.intersect([order, v.looseObject({ status: v.literal("filled"), totalCost: decimal })]),
  ],
  [
    ["order", "buy", "ETHUSDT", "--usdt", "20", "--limit", "1000", "--yes"],
    v.looseObject({ quantity: v.literal("0.02"), price: v.literal("1000") }),
  ],
  [
    ["order", "sell", "BTCUSDT", "0.0001", "--limit", "99999", "--preview"],
    v.looseObject({ executes: v.literal("later"), problems: v.array(v.unknown()) }),
  ],
  [["orders"], v.pipe(v.array(order), v.minLength(5))],
  [["orders", orderId], v.looseObject({ orderId: v.literal(orderId) })],
  [["orders", "--unresolved"], v.tuple([])],
  [["cancel", "--all", "--yes"], v.looseObject({ cancelledCount: v.number() })],
  [["portfolio"], v.looseObject({ totalEquity: decimal, positions: v.array(v.looseObject({ symbol: text })) })],
  [
    ["history", "--limit", "5"],
    v.pipe(v.array(v.looseObject({ tradeId: text, total: decimal, executedAt: time })), v.length(5)),
  ],
  [["backtest", "BTCUSDT", "--days", "3"], results],
  [["strategies"], v.tuple([v.looseObject({ strategyId: v.literal(strategyId), name: v.literal(HOSTILE) })])],
  [["strategies", "show", strategyId], v.looseObject({ strategyId: v.literal(strategyId) })],
  [
    ["strategies", "test", strategyId, "--days", "10", "--episodes", "2", "--episode-days", "1"],
    v.looseObject({ status: v.literal("completed") }),
  ],
  [["call", "getPrice", '{"symbol":"BTCUSDT"}'], v.looseObject({ symbol: v.literal("BTCUSDT"), price: decimal })],
  [["call", "placeMarketOrder", '{"symbol":"XRPUSDT","side":"buy","quantity":"20"}', "--yes"], order],
  [
    ["tools"],
    v.pipe(v.array(v.looseObject({ name: text, effect: text, inputSchema: v.looseObject({}) })), v.minLength(90)),
  ],
  [["tools", "--set", "look"], v.pipe(v.array(v.looseObject({ effect: v.literal("read") })), v.length(15))],
  [["tools", "placeLimitOrder"], v.looseObject({ name: v.literal("placeLimitOrder") })],
  [["errors"], v.pipe(v.array(v.looseObject({ code: text, meaning: text, nextStep: text })), v.minLength(40))],
  [["errors", "ORDER_REJECTED"], v.looseObject({ code: v.literal("ORDER_REJECTED") })],
  [["completion", "bash"], v.strictObject({ shell: v.literal("bash"), script: text })],
];

const envelope = (data: v.GenericSchema): v.GenericSchema =>
  v.strictObject({
    ok: v.literal(true),
    data,
    meta: v.strictObject({ command: text, exchange: v.nullable(text), tookMs: v.pipe(v.number(), v.integer()) }),
  });

test("there is a case for every command", () => {
  const covered = new Set(cases().map(([[name]]) => name));
  // Tested by files of their own, such as serve*.test.ts and newWorker.test.ts, and those below.
  const elsewhere: ReadonlySet<string> = new Set(["serve", "keys", "mcp", "setup", "new"]);
  expect(COMMANDS.map(({ name }) => name).filter((name) => !covered.has(name) && !elsewhere.has(name))).toEqual([]);
});

test.for(programs)(
  "%s: every command prints its envelope, and nothing else on stdout",
  { timeout: 300_000 },
  async ([, program]) => {
    for (const [args, data] of cases()) {
      const { code, stdout, stderr } = await runProgram(program, [...args, "--json"], env);
      expect([args, code, stderr]).toEqual([args, 0, ""]);
      const lines = stdout.trimEnd().split("\n");
      expect(lines.length, args.join(" ")).toBe(args.includes("watch") && args.includes("2") ? 2 : 1);
      for (const line of lines) {
        const parsed = v.safeParse(envelope(data), JSON.parse(line));
        expect([args, parsed.issues?.map((issue) => `${v.getDotPath(issue) ?? ""}: ${issue.message}`)]).toEqual([
          args,
          undefined,
        ]);
      }
      expect(stdout).not.toContain(served.demoKey);
    }
  },
);

/** Anything that a terminal could execute, except line breaks. */
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

test.for(programs)("%s: in a pipe, every command prints plain text", { timeout: 300_000 }, async ([, program]) => {
  for (const [args] of cases()) {
    const { code, stdout, stderr } = await runProgram(program, args, env);
    expect([args, code, stderr]).toEqual([args, 0, ""]);
    expect(stdout).toMatch(/^[^]+\n$/);
    expect(stdout, args.join(" ")).not.toMatch(CONTROL);
    expect(stdout).not.toContain(served.demoKey);
  }
});

const WIDTHS = [40, 200] as const;

test.for(programs.flatMap(([name, program]) => WIDTHS.map((columns) => [name, columns, program] as const)))(
  "%s: in a terminal of %i columns, every command fits and has colours",
  { timeout: 300_000 },
  async ([, columns, program]) => {
    const drawn = cases().filter(([[name]]) => name !== "completion");
    const script = drawn.map(([args]) => `${shellLine(program, args)}; printf '<%s>' "$?"`).join("\n");
    const { code, stdout } = await startInTerminal(script, columns, env).ended;
    expect(code).toBe(0);
    const outputs = stdout.replaceAll("\r\n", "\n").split(/<(\d+)>/);
    drawn.forEach(([args], index) => {
      const [output = "", exit] = [outputs[index * 2], outputs[index * 2 + 1]];
      expect([args, exit, output]).toEqual([args, "0", expect.stringContaining("\u001b[") as unknown]);
      // Moves of what is drawn again; Deno itself clears the line when it starts.
      const withoutMoves = output
        .replaceAll("\r\u001b[2K", "\n")
        // oxlint-disable-next-line no-control-regex
        .replaceAll(/\u001b\[(?:\?25[lh]|\d+A|J|2K|0G)|\r/g, "");
      // oxlint-disable-next-line no-control-regex
      expect(withoutMoves.replaceAll(/\u001b\[[\d;]*m/g, ""), args.join(" ")).not.toMatch(CONTROL);
      // JSON is not cut.
      const lines = args[0] === "call" ? [] : withoutMoves.split("\n");
      for (const line of lines) expect([args, line, widthOf(line) <= columns]).toEqual([args, line, true]);
    });
    expect(stdout).not.toContain(served.demoKey);
  },
);

const local = { AGENTEXCHANGE_STATE_DIR: join(folder, "state") };

test.for(programs)(
  "%s: --data trades in a file, as the same agent each time",
  { timeout: 120_000 },
  async ([name, program]) => {
    const file = join(folder, `${name}.db`);
    const run = (...args: readonly string[]): Promise<Ended> => runProgram(program, [...args, "--data", file], local);
    const first = await run("order", "buy", "BTCUSDT", "0.01", "--yes", "--json");
    expect(first).toMatchObject({
      code: 0,
      stderr: `Registered an agent with 10000 USDT in ${file}. Its key is in ${file}.key.\n`,
    });
    const pending = await run("order", "buy", "ETHUSDT", "--usdt", "20", "--limit", "1000", "--yes", "--json");
    expect(pending).toMatchObject({ code: 0, stderr: "" });
    const { data } = JSON.parse(pending.stdout) as { readonly data: { readonly orderId: string } };
    expect(await run("cancel", data.orderId)).toMatchObject({ code: 0 });
    const orders = JSON.parse((await run("orders", "--json")).stdout) as {
      readonly data: readonly { readonly status: string }[];
    };
    expect(orders.data.map(({ status }) => status)).toEqual(["cancelled", "filled"]);
    for (const path of [file, `${file}.key`]) expect(statSync(path).mode & 0o777).toBe(0o600);
  },
);

test("without an exchange, an order warns that it is forgotten", async () => {
  const { code, stdout, stderr } = await runProgram(onNode, ["order", "buy", "BTCUSDT", "0.01", "--yes"], local);
  expect([code, stderr]).toEqual([
    0,
    expect.stringMatching(/^This exchange exists in memory only: it is gone, with all orders, .*\n$/),
  ]);
  expect(stdout).toMatch(/^Status +filled$/m);
  const looking = await runProgram(onNode, ["price", "BTCUSDT"], local);
  expect(looking).toMatchObject({ code: 0, stderr: "" });
});

test("keys register prints keys once, or writes a file that only its owner reads and --key-file uses", async () => {
  const target = { AGENTEXCHANGE_BASE_URL: served.url, ...local };
  const shown = await runProgram(onNode, ["keys", "register", "--name", "New", "--json"], target);
  const { data } = JSON.parse(shown.stdout) as { readonly data: Readonly<Record<string, string>> };
  expect(data).toMatchObject({
    apiKey: expect.stringMatching(/^ak_live_/) as unknown,
    apiSecret: expect.stringMatching(/^sk_live_/) as unknown,
  });

  const file = join(folder, "new.key");
  const saved = await runProgram(onNode, ["keys", "register", "--balance", "500", "--save", file], target);
  expect(saved).toMatchObject({ code: 0, stderr: "" });
  expect(saved.stdout).not.toMatch(/[as]k_live_/);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const portfolio = await runProgram(onNode, ["portfolio", "--key-file", file], target);
  expect(portfolio.stdout).toMatch(/^Equity +500\.00 USDT$/m);
  expect(await runProgram(onNode, ["keys", "register", "--save", file], target)).toMatchObject({
    code: 2,
    stderr: `--save ${file}: it exists already. Name a new file.\n`,
  });

  const session = join(folder, "session.key");
  const login = await runProgram(onNode, ["keys", "login", "--key-file", file, "--save", session], target);
  expect(login).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Accepted; /) as unknown });
  expect(await runProgram(onNode, ["portfolio", "--key-file", session, "--json"], target)).toMatchObject({ code: 0 });
  const wrong = await runProgram(onNode, ["keys", "login"], {
    ...target,
    AGENTEXCHANGE_API_KEY: data["apiKey"],
    AGENTEXCHANGE_API_SECRET: "sk_live_wrong",
  });
  expect([wrong.code, wrong.stdout]).toEqual([3, ""]);
  expect(wrong.stderr).not.toMatch(/[as]k_live_\w/);
});

test("call returns keys into a file only, reads arguments from stdin, and needs --yes to change something", async () => {
  const run = (...args: readonly string[]): Promise<Ended> => runProgram(onNode, ["call", ...args], env);
  expect(await run("createAgent", '{"displayName":"Second"}', "--yes")).toMatchObject({
    code: 2,
    stdout: "",
    stderr: "createAgent returns keys, which are not printed. Pass --save FILE. Try --help.\n",
  });
  const file = join(folder, "agent.json");
  const owner = join(folder, "owner.key");
  const target = { AGENTEXCHANGE_BASE_URL: served.url, ...local };
  await runProgram(onNode, ["keys", "register", "--save", owner], target);
  const lines = readFileSync(owner, "utf8");
  writeFileSync(owner, `AGENTEXCHANGE_API_KEY=${/ACCOUNT_KEY=(.*)/.exec(lines)?.[1] ?? ""}\n`);
  const created = await runProgram(
    onNode,
    ["call", "createAgent", "-", "--yes", "--save", file, "--key-file", owner],
    target,
    '{"displayName":"Second"}',
  );
  expect(created).toMatchObject({ code: 0, stdout: `The result is in ${file}.\n`, stderr: "" });
  expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({
    apiKey: expect.stringMatching(/^ak_live_/) as unknown,
  });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(await run("placeMarketOrder", '{"symbol":"BTCUSDT","side":"buy","quantity":"0.001"}')).toMatchObject({
    code: 2,
    stdout: "",
  });
  expect(await run("login", "{}")).toMatchObject({ code: 2, stderr: "Use: agentexchange keys login\n" });
});

test("a key comes from stdin, and a file that others can read is noticed", async () => {
  const target = { AGENTEXCHANGE_BASE_URL: served.url, ...local };
  const key = served.demoKey ?? "";
  expect(await runProgram(onNode, ["portfolio", "--key-file", "-"], target, `${key}\n`)).toMatchObject({
    code: 0,
    stderr: "",
  });
  const open = join(folder, "open.key");
  writeFileSync(open, key, { mode: 0o644 });
  const noticed = await runProgram(onNode, ["portfolio", "--key-file", open], target);
  expect(noticed).toMatchObject({ code: 0, stderr: `Other users can read ${open}. Run: chmod 600 ${open}\n` });
});

test(
  "in a terminal, a key is typed without being shown, and an order is placed after a yes",
  { timeout: 60_000 },
  async () => {
    const target = { AGENTEXCHANGE_BASE_URL: served.url, ...local };
    const typed = startInTerminal(shellLine(onNode, ["order", "buy", "ETHUSDT", "0.01"]), 80, target);
    await typed.until(/API key: /);
    typed.child.stdin?.write(`${served.demoKey ?? ""}\r`);
    await typed.until(/Place this order\?.* \[y\/N\] /);
    typed.child.stdin?.write("y\r");
    const placed = await typed.ended;
    expect(placed.code).toBe(0);
    expect(placed.stdout).toMatch(/Status.*filled/);
    expect(placed.stdout).not.toContain(served.demoKey);

    const refused = startInTerminal(shellLine(onNode, ["order", "sell", "ETHUSDT", "0.01"]), 80, env);
    await refused.until(/\[y\/N\] /);
    refused.child.stdin?.write("\r");
    const { code, stdout } = await refused.ended;
    expect([code, stdout]).toEqual([3, expect.stringContaining("Not confirmed; nothing was changed.") as unknown]);
  },
);

test("bash completes commands, options and values", async () => {
  const { stdout } = await runProgram(onNode, ["completion", "bash"], {});
  const complete = async (...words: readonly string[]): Promise<readonly string[]> => {
    const ask = `COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length - 1}; _agentexchange; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const ended = await runProgram(["bash", "--norc", "-c"], [`${stdout}\n${ask}`]);
    expect(ended.stderr).toBe("");
    return ended.stdout.trimEnd().split("\n");
  };
  expect(await complete("agentexchange", "pr")).toEqual(["price"]);
  expect(await complete("agentexchange", "candles", "--int")).toEqual(["--interval"]);
  expect(await complete("agentexchange", "candles", "--interval", "1")).toEqual(["1m", "1h", "1d"]);
  expect(await complete("agentexchange", "order", "b")).toEqual(["buy"]);
  expect(await complete("agentexchange", "keys", "")).toEqual(expect.arrayContaining(["register", "login", "--json"]));
  for (const shell of ["zsh", "fish"]) {
    const script = await runProgram(onNode, ["completion", shell], {});
    for (const { name } of COMMANDS) expect(script.stdout).toContain(name);
  }
});

/** The rows of the tables below a heading, as pairs of cells. */
function rowsOf(page: string, heading: string): readonly (readonly string[])[] {
  const section = page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? "";
  return [...section.matchAll(/^\| (.*) \|$/gm)].slice(2).map(([, row = ""]) => row.split(" | "));
}

test("the page about the command line has every command and exit code", () => {
  const page = readFileSync(`${repository}docs/cli.md`, "utf8");
  expect(rowsOf(page, "Commands")).toEqual(COMMANDS.map(({ name, summary }) => [`\`${name}\``, summary]));
  expect(rowsOf(page, "Exit codes")).toEqual(EXIT_HELP);
});

test("the README's commands run as they are", { timeout: 60_000 }, async () => {
  const lines = readFileSync(`${repository}examples/shell.sh`, "utf8");
  expect(readFileSync(`${repository}README.md`, "utf8")).toContain(`\`\`\`sh\n${lines}\`\`\``);
  const program = `agentexchange() { ${shellLine(onNode, [])} "$@"; }`;
  const { code, stdout, stderr } = await runProgram(["sh", "-ec"], [`cd '${folder}'\n${program}\n${lines}`], local);
  expect([code, stderr]).toEqual([0, expect.stringMatching(/^Registered an agent .* in my\.db\.key\.\n$/)]);
  expect(stdout).toMatch(/^Equity +[\d,.]+ USDT$/m);
  expect(
    stdout
      .trimEnd()
      .split("\n")
      .slice(-4)
      .map((line) => (JSON.parse(line) as { readonly ok: boolean }).ok),
  ).toEqual([true, true, true, true]);
});
