// Configuration files of MCP clients, in a temporary home.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CLIENT_NAMES, CLIENTS, serverCommand, type ClientName, type Machine } from "../../src/cli/setup/clients.ts";
import { showDiff } from "../../src/cli/setup/diff.ts";
import { editJson } from "../../src/cli/setup/editJson.ts";
import { editToml } from "../../src/cli/setup/editToml.ts";
import { parseJsonc } from "../../src/cli/setup/jsonc.ts";
import { setup, SetupError, type SetupReport } from "../../src/cli/setup/setup.ts";
import { parseToml } from "../../src/cli/setup/toml.ts";

let home = "";
let printed: string[] = [];
let asked: string[] = [];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "setup-"));
  printed = [];
  asked = [];
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const machine = (): Machine => ({ platform: "linux", home, env: {} });

function run(client: ClientName, { answer = true, dryRun = false, args = [] as string[] } = {}): Promise<SetupReport> {
  return setup({
    client,
    args,
    dryRun,
    machine: machine(),
    show: (text) => void printed.push(text),
    confirm(question) {
      asked.push(question);
      return answer ? Promise.resolve() : Promise.reject(new Error("declined"));
    },
  });
}

/** Writes the client's file as it was before. */
function given(client: ClientName, text: string | Uint8Array): string {
  const file = CLIENTS[client].file(machine());
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

describe("where the files are", () => {
  const linux: Machine = { platform: "linux", home: "/home/ada", env: {} };
  const mac: Machine = { platform: "darwin", home: "/Users/ada", env: {} };
  const windows: Machine = {
    platform: "win32",
    home: String.raw`C:\Users\ada`,
    env: { APPDATA: String.raw`C:\Users\ada\AppData\Roaming` },
  };
  test.for<[ClientName, string, string, string]>([
    ["claude", "/home/ada/.claude.json", "/Users/ada/.claude.json", String.raw`C:\Users\ada\.claude.json`],
    ["cursor", "/home/ada/.cursor/mcp.json", "/Users/ada/.cursor/mcp.json", String.raw`C:\Users\ada\.cursor\mcp.json`],
    [
      "codex",
      "/home/ada/.codex/config.toml",
      "/Users/ada/.codex/config.toml",
      String.raw`C:\Users\ada\.codex\config.toml`,
    ],
    [
      "vscode",
      "/home/ada/.config/Code/User/mcp.json",
      "/Users/ada/Library/Application Support/Code/User/mcp.json",
      String.raw`C:\Users\ada\AppData\Roaming\Code\User\mcp.json`,
    ],
    [
      "zed",
      "/home/ada/.config/zed/settings.json",
      "/Users/ada/.config/zed/settings.json",
      String.raw`C:\Users\ada\AppData\Roaming\Zed\settings.json`,
    ],
  ])("%s", ([client, onLinux, onMac, onWindows]) => {
    const { file } = CLIENTS[client];
    expect([file(linux), file(mac), file(windows)]).toEqual([onLinux, onMac, onWindows]);
  });

  test("variables move them", () => {
    const env = { XDG_CONFIG_HOME: "/x", CODEX_HOME: "/c", CLAUDE_CONFIG_DIR: "/k" };
    expect(CLIENT_NAMES.map((name) => CLIENTS[name].file({ ...linux, env }))).toEqual([
      "/k/.claude.json",
      "/home/ada/.cursor/mcp.json",
      "/c/config.toml",
      "/x/Code/User/mcp.json",
      "/x/zed/settings.json",
    ]);
  });
});

test("Windows starts npx through its shell", () => {
  expect(serverCommand({ platform: "win32", home: "", env: {} }, ["--symbols", "BTCUSDT"])).toEqual({
    command: "cmd",
    args: ["/c", "npx", "-y", "agentexchange", "mcp", "--symbols", "BTCUSDT"],
  });
});

test.for(CLIENT_NAMES)("%s: writes a new file, knows it the second time, and never writes the key", async (client) => {
  process.env["AGENTEXCHANGE_API_KEY"] = "ak_live_canary";
  try {
    const report = await run(client, { args: ["--symbols", "BTCUSDT"] });
    expect(report).toMatchObject({ file: CLIENTS[client].file(machine()), outcome: "written", backup: null });
    expect(report.notes.join(" ")).toContain("AGENTEXCHANGE_API_KEY");
    expect(asked).toHaveLength(1);
    const text = readFileSync(report.file, "utf8");
    expect(text).toContain("agentexchange");
    expect(text).toContain("BTCUSDT");
    expect(text).not.toContain("ak_live_canary");
    expect(printed.join("\n")).not.toContain("ak_live_canary");
    expect(statSync(report.file).mode & 0o077).toBe(0);
    expect((await run(client, { args: ["--symbols", "BTCUSDT"] })).outcome).toBe("unchanged");
    expect(asked).toHaveLength(1);
    expect(readFileSync(report.file, "utf8")).toBe(text);
  } finally {
    delete process.env["AGENTEXCHANGE_API_KEY"];
  }
});

test("a no and a dry run write nothing", async () => {
  const file = given("cursor", "{}\n");
  await expect(run("cursor", { answer: false })).rejects.toThrow("declined");
  expect((await run("cursor", { dryRun: true })).outcome).toBe("shown");
  expect(asked).toHaveLength(1);
  expect(readFileSync(file, "utf8")).toBe("{}\n");
  expect(readdirSync(dirname(file))).toEqual(["mcp.json"]);
});

test("comments, order, indentation and newlines stay; a backup is kept", async () => {
  const before = [
    "// Zed settings",
    "{",
    '\t"theme": "One Dark", // dark',
    '\t"context_servers": {',
    "\t\t/* mine */",
    '\t\t"other": { "command": "x", "args": [], }, // keep',
    "\t},",
    '\t"vim_mode": true,',
    "\t// end",
    "}",
    "",
  ].join("\r\n");
  const file = given("zed", before);
  const { backup } = await run("zed");
  const after = readFileSync(file, "utf8");
  expect(readFileSync(backup ?? "", "utf8")).toBe(before);
  for (const line of before.split("\r\n")) expect(after.split("\r\n")).toContain(line);
  expect(after.replaceAll("\r\n", "")).not.toContain("\n");
  expect(parseJsonc(after)?.value).toMatchObject({
    theme: "One Dark",
    vim_mode: true,
    context_servers: { other: { command: "x" }, agentexchange: { command: "npx" } },
  });
  expect(after).toContain('\r\n\t\t"agentexchange": {\r\n\t\t\t"source": "custom",');
  const second = await run("zed", { args: ["--tools", "look"] });
  expect(second.backup).toBe(`${file}.backup-2`);
});

test.for<[string, string]>([
  ["an object in one line", '{"mcpServers":{"a":{"command":"b"}},"z":1}'],
  ["no servers", '{ "z": 1 }'],
  ["an empty object with a comment", "{\n  // nothing\n}\n"],
  ["nothing but a comment", "// later\n"],
  ["a byte order mark", '\u{feff}{ "z": 1 }\n'],
  ["nothing", ""],
  ["a comment after the last member", '{\n  "mcpServers": {\n    "a": {} // last\n  } /* x */\n}'],
  [
    "a server of ours with additions",
    '{"mcpServers":{"agentexchange":{"command":"old","disabled":true,"env":{"A":"b"}}}}',
  ],
])("JSON with %s", ([, text]) => {
  const entry = { command: "npx", args: ["-y"], env: { KEY: "${env:KEY}" } };
  const after = editJson(text, ["mcpServers", "agentexchange"], entry);
  const before = (parseJsonc(text)?.value ?? {}) as { mcpServers?: Record<string, Record<string, unknown>> };
  const old = before.mcpServers?.["agentexchange"];
  expect(parseJsonc(after)?.value).toEqual({
    ...before,
    mcpServers: {
      ...before.mcpServers,
      agentexchange: { ...old, ...entry, env: { ...(old?.["env"] as object | undefined), ...entry.env } },
    },
  });
  for (const comment of text.match(/\/\/.*|\/\*.*?\*\//g) ?? []) expect(after).toContain(comment);
  expect(after.startsWith("\u{feff}")).toBe(text.startsWith("\u{feff}"));
  expect(editJson(after, ["mcpServers", "agentexchange"], entry)).toBe(after);
});

test.for([
  "{",
  "[]",
  "null",
  '{"mcpServers": []}',
  '{"mcpServers": {"agentexchange": 7}}',
  '{"mcpServers": {}, "mcpServers": {}}',
  '{"a": 1 "b": 2}',
  "{'a': 1}",
  '{"a": 01}',
  '{"a": "\t"}',
  '{"a": 1} x',
  "{,}",
  '{"a": 1,,}',
  "/* open",
  "a: yaml\n",
])("refuses %j and leaves it as it is", async (text) => {
  const file = given("cursor", text);
  await expect(run("cursor")).rejects.toThrow(SetupError);
  await expect(run("cursor")).rejects.toThrow(file);
  expect(readFileSync(file, "utf8")).toBe(text);
  expect(readdirSync(dirname(file))).toEqual(["mcp.json"]);
});

test("refuses what is not UTF-8, and what is not a file", async () => {
  given("cursor", new Uint8Array([0xff, 0xfe, 0x7b, 0]));
  await expect(run("cursor")).rejects.toThrow("not UTF-8");
  mkdirSync(CLIENTS.zed.file(machine()), { recursive: true });
  await expect(run("zed")).rejects.toThrow("it is not a file");
});

test("a link stays a link", async () => {
  const target = join(home, "dotfiles.json");
  writeFileSync(target, "{}");
  const link = CLIENTS.cursor.file(machine());
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(target, link);
  expect((await run("cursor")).file).toBe(target);
  expect(readFileSync(target, "utf8")).toContain("agentexchange");
  expect(statSync(link).isFile()).toBe(true);
});

test("a file that changes while the question waits is not overwritten", async () => {
  const file = given("cursor", "{}");
  const changing = setup({
    client: "cursor",
    args: [],
    dryRun: false,
    machine: machine(),
    show() {},
    confirm() {
      writeFileSync(file, '{"new": 1}');
      return Promise.resolve();
    },
  });
  await expect(changing).rejects.toThrow("another program has just changed it");
  expect(readFileSync(file, "utf8")).toBe('{"new": 1}');
});

const TOML = `# Codex
model = "gpt-x" # the model
notify = ["a",
  "b", # two
]

[mcp_servers.other]
command = 'C:\\x'
env = { "API_KEY" = "sk-canary" }

[[profiles]]
name = """
many
lines"""
since = 2026-01-05T00:00:00Z
`;

test("TOML: adds a table and keeps the rest", async () => {
  const file = given("codex", TOML);
  const report = await run("codex", { args: ["--symbols", "BTCUSDT"] });
  const after = readFileSync(file, "utf8");
  expect(after.startsWith(TOML)).toBe(true);
  expect(after.slice(TOML.length)).toBe(
    '\n[mcp_servers.agentexchange]\ncommand = "npx"\nargs = ["-y", "agentexchange", "mcp", "--symbols", "BTCUSDT"]\n' +
      'env_vars = ["AGENTEXCHANGE_API_KEY", "AGENTEXCHANGE_BASE_URL"]\n',
  );
  expect(readFileSync(report.backup ?? "", "utf8")).toBe(TOML);
  expect(printed.join("\n")).not.toContain("sk-canary");
});

test("TOML: changes our keys only", () => {
  const before =
    '[mcp_servers.agentexchange] # ours\ncommand = "old" # why\nstartup_timeout_sec = 20\n\n[mcp_servers.agentexchange.env]\nA = "b"\n\n[x]\ny = 1\n';
  const after = editToml(before, ["mcp_servers", "agentexchange"], { command: "npx", args: ["-y"] });
  expect(after).toBe(
    '[mcp_servers.agentexchange] # ours\ncommand = "npx" # why\nstartup_timeout_sec = 20\nargs = ["-y"]\n\n[mcp_servers.agentexchange.env]\nA = "b"\n\n[x]\ny = 1\n',
  );
  expect(editToml(after, ["mcp_servers", "agentexchange"], { command: "npx", args: ["-y"] })).toBe(after);
});

test.for([
  "a = ",
  "a = 1\na = 2",
  "[a]\n[a]",
  "a = 'x",
  'a = "\\q"',
  "[a",
  "= 1",
  "a = [1, 2",
  "a = {b = 1",
  "a = 1 b = 2",
  "a.b = 1\n[a.b]",
  "{}",
  "a = 01",
  'mcp_servers = "x"',
  "mcp_servers = { other = { command = 'x' } }",
  "[mcp_servers]\nagentexchange = { command = 'x' }",
  "[[mcp_servers]]",
])("TOML: refuses %j", (text) => {
  expect(() => editToml(text, ["mcp_servers", "agentexchange"], { command: "npx" })).toThrow(SetupError);
});

test("TOML is read as it is written", () => {
  const { value } = parseToml(
    `a."b c".d = "x\\u0041\\n"\n'e' = '''\nlit''eral'''\nf = """a \\\n   b"""\ng = [ [1, 2.5], ["x"], {y = true} ]\n[h.i]\nj = +1_000\n[h]\nk = 1979-05-27 07:32:00\n[[l]]\nm = 0xFF\n[[l]]\n[l.n]\no = inf`,
  );
  expect(value).toEqual({
    a: { "b c": { d: "xA\n" } },
    e: "lit''eral",
    f: "a b",
    g: [[{ scalar: "1" }, { scalar: "2.5" }], ["x"], { y: true }],
    h: { i: { j: { scalar: "+1_000" } }, k: { scalar: "1979-05-27 07:32:00" } },
    l: [{ m: { scalar: "0xFF" } }, { n: { o: { scalar: "inf" } } }],
  });
});

test("the diff shows what changes, and hides secrets of others", () => {
  const before = '{\n  "a": 1,\n  "env": { "GITHUB_TOKEN": "ghp_canary123" },\n  "b": 2\n}\n';
  const after = before.replace('"b": 2', '"b": 3,\n  "KEY": "${env:KEY}"');
  const diff = showDiff(before, after);
  expect(diff).toContain('-   "b": 2\n+   "b": 3,\n+   "KEY": "${env:KEY}"');
  expect(diff).not.toContain("canary");
  expect(showDiff("", "x\n")).toBe("+ x");
});

test("an existing file keeps its permissions", async () => {
  const file = given("cursor", "{}");
  const { mode } = statSync(file);
  await run("cursor");
  expect(statSync(file).mode).toBe(mode);
  expect(existsSync(`${file}.agentexchange-new`)).toBe(false);
});

/** JSON as people write it: with space, comments and trailing commas at random. */
function writeJson(value: unknown, gap: () => string, comma: () => string): string {
  if (Array.isArray(value)) {
    const items = value.map((item) => writeJson(item, gap, comma) + gap());
    return `[${gap()}${items.join(`,${gap()}`)}${items.length > 0 ? comma() : ""}${gap()}]`;
  }
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).map(
      ([name, part]) => `${JSON.stringify(name)}${gap()}:${gap()}${writeJson(part, gap, comma)}${gap()}`,
    );
    return `{${gap()}${members.join(`,${gap()}`)}${members.length > 0 ? comma() : ""}${gap()}}`;
  }
  return JSON.stringify(value);
}

test("any JSON keeps its values and comments, and a second edit changes nothing", () => {
  const servers = fc.dictionary(fc.string(), fc.dictionary(fc.string(), fc.jsonValue()));
  const gaps = fc.array(fc.constantFrom("", " ", "\n", "\n  ", "\t", "/* a */", "// b\n", " \n // c\n  "), {
    minLength: 1,
  });
  const commas = fc.array(fc.constantFrom("", ","), { minLength: 1 });
  const documents = fc.record({
    rest: fc.dictionary(
      fc.string().filter((name) => name !== "mcpServers"),
      fc.jsonValue(),
    ),
    servers: fc.option(servers),
    gaps,
    commas,
  });
  fc.assert(
    fc.property(documents, ({ rest, servers: old, gaps: spaces, commas: trailing }) => {
      const before = old === null ? rest : { ...rest, mcpServers: old };
      let at = 0;
      const text = writeJson(
        before,
        () => spaces[at++ % spaces.length] ?? "",
        () => trailing[at++ % trailing.length] ?? "",
      );
      const entry = { command: "npx", args: ["-y", "a"], env: { KEY: "${env:KEY}" } };
      const after = editJson(text, ["mcpServers", "agentexchange"], entry);
      const expected = JSON.parse(
        JSON.stringify({ ...before, mcpServers: { ...old, agentexchange: entry } }),
      ) as object;
      expect(parseJsonc(after)?.value).toEqual(expected);
      for (const comment of ["/* a */", "// b", "// c"])
        expect(after.split(comment).length).toBeGreaterThanOrEqual(text.split(comment).length);
      expect(editJson(after, ["mcpServers", "agentexchange"], entry)).toBe(after);
    }),
    { numRuns: 500 },
  );
});

function tryEdit(edit: () => string): unknown {
  try {
    return edit();
  } catch (error) {
    return error;
  }
}

test("any text is edited or refused", () => {
  const pieces = fc.array(
    fc.constantFrom(
      "{",
      "}",
      "[",
      "]",
      '"',
      "'",
      ",",
      ":",
      "=",
      "#",
      "//",
      "/*",
      "*/",
      "\n",
      " ",
      "a",
      "1",
      "\\",
      '"""',
      ".",
    ),
  );
  const edits = [editJson, editToml] as const;
  fc.assert(
    fc.property(pieces, (parts) => {
      for (const edit of edits) {
        const after = tryEdit(() => edit(parts.join(""), ["a", "b"], { c: "d" }));
        expect(after).toSatisfy((value) => value instanceof SetupError || String(value).includes("c"));
      }
    }),
    { numRuns: 2000 },
  );
});
