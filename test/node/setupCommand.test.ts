// `agentexchange setup` as a process: what it asks, writes and exits with.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fromSources } from "../support/serveProcess.ts";

let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "setup-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command without a terminal. */
function setup(...args: readonly string[]): Promise<Ended> {
  const [command = "", ...first] = fromSources;
  const { XDG_CONFIG_HOME: _config, CODEX_HOME: _codex, CLAUDE_CONFIG_DIR: _claude, ...rest } = process.env;
  const env = { ...rest, HOME: home, USERPROFILE: home, AGENTEXCHANGE_API_KEY: "ak_live_canary", NO_COLOR: "1" };
  const child = spawn(command, [...first, "setup", ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (data: Buffer) => void (stdout += data.toString()));
  child.stderr.on("data", (data: Buffer) => void (stderr += data.toString()));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
}

const configuration = (): string => join(home, ".cursor", "mcp.json");

test("--yes writes, with a backup, and the second run changes nothing", { timeout: 60_000 }, async () => {
  mkdirSync(join(home, ".cursor"));
  writeFileSync(configuration(), '{ "mcpServers": {} }\n');
  const args = ["--client", "cursor", "--yes", "--", "--symbols", "BTCUSDT", "--max-order", "500"];
  const first = await setup(...args);
  expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining("Written.") as unknown });
  expect(first.stderr).toContain('+   "agentexchange": {');
  expect(first.stdout).toContain(`${configuration()}.backup`);
  const written = readFileSync(configuration(), "utf8");
  expect(JSON.parse(written)).toEqual({
    mcpServers: {
      agentexchange: {
        command: "npx",
        args: ["-y", "agentexchange", "mcp", "--symbols", "BTCUSDT", "--max-order", "500"],
        env: {
          AGENTEXCHANGE_API_KEY: "${env:AGENTEXCHANGE_API_KEY}",
          AGENTEXCHANGE_BASE_URL: "${env:AGENTEXCHANGE_BASE_URL}",
        },
      },
    },
  });
  expect(first.stdout + first.stderr).not.toContain("canary");
  const second = await setup(...args);
  expect(second).toMatchObject({ code: 0, stdout: expect.stringContaining("nothing was changed") as unknown });
  expect(readdirSync(join(home, ".cursor"))).toEqual(["mcp.json", "mcp.json.backup"]);
});

test("without a terminal it asks nobody: it shows the change and tells what to pass", { timeout: 60_000 }, async () => {
  const { code, stderr } = await setup("--client", "zed");
  expect(code).toBe(2);
  expect(stderr).toContain('"agentexchange"');
  expect(stderr).toContain("--yes");
  expect(readdirSync(home)).toEqual([]);
});

test("--dry-run and --json", { timeout: 60_000 }, async () => {
  const { code, stdout } = await setup("--client", "codex", "--dry-run", "--json");
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    ok: true,
    data: { client: "Codex", file: join(home, ".codex", "config.toml"), outcome: "shown", backup: null },
  });
  expect(readdirSync(home)).toEqual([]);
});

test("a file that cannot be parsed is refused and stays", { timeout: 60_000 }, async () => {
  mkdirSync(join(home, ".cursor"));
  writeFileSync(configuration(), "{ broken");
  const { code, stderr } = await setup("--client", "cursor", "--yes");
  expect(code).toBe(3);
  expect(stderr).toContain("was not changed: it is not valid JSON (line 1");
  expect(readFileSync(configuration(), "utf8")).toBe("{ broken");
});

test.for<[string, readonly string[], string]>([
  ["no client", [], "setup needs --client"],
  ["another client", ["--client", "emacs"], 'Unknown client "emacs". Expected claude, cursor, codex, vscode or zed.'],
  ["a key", ["--client", "zed", "--yes", "--", "--key-file", "ak_live_x"], "Do not pass a key"],
  ["an option that the server does not have", ["--client", "zed", "--yes", "--", "--max-ordr", "5"], "--max-ordr"],
  ["an argument", ["--client", "zed", "--yes", "BTCUSDT"], "takes no arguments"],
  ["limits without symbols", ["--client", "zed", "--yes", "--", "--max-order", "5"], "Limits need --symbols"],
  [
    "a limit that is no amount",
    ["--client", "zed", "--yes", "--", "--symbols", "BTCUSDT", "--max-order", "abc"],
    '--max-order must be a number such as 500, received "abc".',
  ],
])("%s is an invalid command line", { timeout: 60_000 }, async ([, args, message]) => {
  const { code, stderr } = await setup(...args);
  expect(stderr).toContain(message);
  expect(code).toBe(2);
  expect(readdirSync(home)).toEqual([]);
});
