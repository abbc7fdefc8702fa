// `agentexchange new worker` of the packed package, and the project that it creates: it compiles, its tests pass, it can be
// deployed, and `wrangler dev` runs it.
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { runProgram, shellLine, startProgram, type Ended, type Started } from "../support/cliProcess.ts";
import { installPacked } from "../support/packed.ts";
import { repository, run, tool } from "../support/run-process.ts";

const FILES = [
  ".dev.vars",
  ".gitignore",
  "README.md",
  "package.json",
  "src/index.ts",
  "test/bot.test.ts",
  "test/env.d.ts",
  "tsconfig.json",
  "vitest.config.ts",
  "wrangler.toml",
];

/** Nothing asks the network. */
const OFFLINE = {
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_HIDE_BANNER: "true",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  NO_COLOR: "1",
  CI: "1",
};

let home = "";
let started: Started | undefined;

beforeAll(async () => {
  home = await installPacked();
}, 120_000);

afterEach(async () => {
  started?.child.kill("SIGTERM");
  await started?.ended;
  started = undefined;
});

afterAll(() => rm(home, { recursive: true, force: true }));

/** Runs `agentexchange new` in a folder of its own; arguments may hold anything. */
function create(runtime: readonly string[], folder: string, ...args: readonly string[]): Promise<Ended> {
  const program = shellLine(runtime, [join(home, "node_modules/.bin/agentexchange"), "new", ...args]);
  return runProgram(["sh", "-c"], [`cd '${folder}' && ${program}`], OFFLINE);
}

async function emptyFolder(name: string): Promise<string> {
  const folder = join(home, name);
  await mkdir(folder, { recursive: true });
  return folder;
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)).toSorted();
}

const runtimes = [
  ["node", [process.execPath]],
  ["deno", [tool("deno"), "run", "--allow-all", "--cached-only"]],
  ["bun", [tool("bun"), "--bun"]],
] as const;

test.for(runtimes)("%s creates a project, and never over another", { timeout: 60_000 }, async ([name, runtime]) => {
  const folder = await emptyFolder(`create-${name}`);
  const created = await create(runtime, folder, "worker", "dip-1");
  expect(created).toMatchObject({ code: 0, stderr: "" });
  expect(created.stdout).toMatch(
    /^Created dip-1 with 10 files\.\n\nNext:\n {2}cd dip-1\n {2}npm install\n {2}npm run dev\n/,
  );
  const project = join(folder, "dip-1");
  expect(await filesOf(project)).toEqual(FILES);
  const read = (path: string): Promise<string> => readFile(join(project, path), "utf8");
  const manifest = JSON.parse(await read("package.json")) as Record<string, unknown>;
  expect(manifest).toMatchObject({
    name: "dip-1",
    dependencies: { agentexchange: expect.stringMatching(/^file:.*\/agentexchange-[\d.]+\.tgz$/) as string },
  });
  expect(await read("wrangler.toml")).toContain('name = "dip-1"\n');
  expect(await read("README.md")).toMatch(/^# dip-1\n/);
  expect(await read(".gitignore")).toContain(".dev.vars\n");
  expect(await read(".dev.vars")).toMatch(/^ADMIN_TOKEN="[0-9a-f]{48}"$/m);
  await writeFile(join(project, "wrangler.toml"), "mine");
  expect(await create(runtime, folder, "worker", "dip-1")).toMatchObject({
    code: 3,
    stdout: "",
    stderr: expect.stringContaining("dip-1 exists already; nothing was changed.") as string,
  });
  expect(await read("wrangler.toml")).toBe("mine");
});

test("each project has another admin token", async () => {
  const folder = await emptyFolder("tokens");
  for (const name of ["one", "two"]) await create([process.execPath], folder, "worker", name);
  const [one, two] = await Promise.all(["one", "two"].map((name) => readFile(join(folder, name, ".dev.vars"), "utf8")));
  expect(one).not.toBe(two);
});

test("an empty folder, a path and JSON are fine", async () => {
  const folder = await emptyFolder("paths");
  await mkdir(join(folder, "empty"));
  expect(await create([process.execPath], folder, "worker", "empty")).toMatchObject({ code: 0 });
  const nested = await create([process.execPath], folder, "worker", "./deep er/my-own", "--json");
  expect(JSON.parse(nested.stdout)).toMatchObject({
    ok: true,
    data: { name: "my-own", files: FILES, next: ["cd 'deep er/my-own'", "npm install", "npm run dev"] },
  });
  expect(await filesOf(join(folder, "deep er/my-own"))).toEqual(FILES);
});

test.for(
  [
    [],
    ["worker"],
    ["robot", "my-bot"],
    ["worker", "one", "two"],
    ["worker", ""],
    ["worker", "My-Bot"],
    ["worker", "-bot"],
    ["worker", "bot-"],
    ["worker", "my--bot"],
    ["worker", "1bot"],
    ["worker", "my_bot"],
    ["worker", "my bot"],
    ["worker", "$(touch x)"],
    ["worker", ".."],
    ["worker", "b".repeat(55)],
  ].map((args) => ({ args })),
)("new $args is refused, and creates nothing", async ({ args }) => {
  const folder = await emptyFolder("refused");
  const { code, stdout, stderr } = await create(
    [process.execPath],
    folder,
    ...args.map((arg) => (arg === "-bot" ? "./-bot" : arg)),
  );
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  expect(await readdir(folder)).toEqual([]);
});

test("a file or a broken link in its place is refused", async () => {
  const folder = await emptyFolder("taken");
  await writeFile(join(folder, "file"), "");
  await symlink("nowhere", join(folder, "link"));
  for (const name of ["file", "link"]) expect((await create([process.execPath], folder, "worker", name)).code).toBe(3);
  expect(existsSync(join(folder, "nowhere"))).toBe(false);
});

test("the template names the versions that this repository tests", async () => {
  const read = async (path: string): Promise<Record<string, Record<string, string>>> =>
    JSON.parse(await readFile(repository + path, "utf8")) as Record<string, Record<string, string>>;
  const [own, template] = await Promise.all([read("package.json"), read("worker/package.json")]);
  expect(template["dependencies"]).toEqual({ agentexchange: own["version"] });
  for (const [name, version] of Object.entries(template["devDependencies"] ?? {}))
    expect([name, version]).toEqual([name, own["devDependencies"]?.[name]]);
});

test("the tree's wrangler.toml has the template's settings", async () => {
  const [own = "", template = ""] = await Promise.all(
    ["wrangler.toml", "worker/wrangler.toml"].map((path) => readFile(repository + path, "utf8")),
  );
  expect(own).toContain(template.slice(template.indexOf("# When the bot trades")));
});

/** A project whose packages are those of this repository, and agentexchange that of the tarball. */
async function installedProject(name: string): Promise<string> {
  const folder = await emptyFolder(`project-${name}`);
  await create([process.execPath], folder, "worker", name);
  const project = join(folder, name);
  const modules = join(project, "node_modules");
  await mkdir(join(modules, "@cloudflare"), { recursive: true });
  await symlink(join(home, "node_modules/agentexchange"), join(modules, "agentexchange"));
  for (const one of ["@cloudflare/vitest-plugin", "@cloudflare/workers-types", "typescript", "vitest", "wrangler"])
    await symlink(`${repository}node_modules/${one}`, join(modules, one));
  return project;
}

test("a project compiles, its tests pass, and it can be deployed", { timeout: 120_000 }, async () => {
  const project = await installedProject("ready");
  for (const [name, value] of Object.entries(OFFLINE)) vi.stubEnv(name, value);
  // The examples of the documentation compile in a project, too.
  for (const name of ["cron-bot", "two-agents"])
    await cp(`${repository}examples/workers/${name}.ts`, join(project, `src/${name}.ts`));
  expect(await run(tool("tsc"), [], project)).toEqual({ code: 0, output: "" });
  const tests = await run(tool("vitest"), ["run"], project, 90_000);
  expect(tests.output).toMatch(/Tests +3 passed/);
  expect(tests.code).toBe(0);
  for (const main of ["src/index.ts", "src/cron-bot.ts"]) {
    const deploy = await run(tool("wrangler"), ["deploy", main, "--dry-run", "--outdir", "out"], project);
    expect(deploy.output).toContain("Total Upload");
    expect(deploy.output).not.toMatch(/WARNING|ERROR|nodejs_compat/);
    expect(deploy.code).toBe(0);
  }
  vi.unstubAllEnvs();
});

/** `wrangler dev` of a project; the address where it listens. */
async function startDev(project: string): Promise<string> {
  const args = ["dev", "--port", "0", "--inspector-port", "0", "--show-interactive-dev-session=false"];
  const program = shellLine([tool("wrangler")], args);
  started = startProgram(["sh", "-c"], [`cd '${project}' && exec ${program}`], OFFLINE);
  const ready = /Ready on (http:\/\/[\w.:]+)/;
  await started.until(ready);
  return ready.exec(started.stdout())?.[1] ?? "";
}

async function stopDev(): Promise<void> {
  started?.child.kill("SIGTERM");
  await started?.ended;
  started = undefined;
}

test("wrangler dev runs a tick once, and keeps the history when it is restarted", { timeout: 120_000 }, async () => {
  const project = await installedProject("dev");
  const [, token = ""] = /ADMIN_TOKEN="(\w+)"/.exec(await readFile(join(project, ".dev.vars"), "utf8")) ?? [];
  const headers = { authorization: `Bearer ${token}`, accept: "application/json" };
  const history = async (url: string): Promise<readonly { readonly tick: object; readonly order: object | null }[]> => {
    const response = await fetch(url, { headers });
    const { agents } = (await response.json()) as { readonly agents: readonly [{ readonly runs: [] }] };
    return agents[0].runs;
  };
  const tick = async (url: string, time: number): Promise<number> => {
    const query = new URLSearchParams({ cron: "0 * * * *", time: String(time) });
    const response = await fetch(`${url}/cdn-cgi/handler/scheduled?${query.toString()}`);
    await response.text();
    return response.status;
  };
  const noon = Date.UTC(2026, 0, 5, 12);

  const url = await startDev(project);
  expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: "ok" });
  expect((await fetch(url)).status).toBe(401);
  expect(await history(url)).toEqual([]);
  expect([await tick(url, noon), await tick(url, noon)]).toEqual([200, 200]);
  const before = await history(url);
  expect(before).toMatchObject([{ tick: { scheduledTime: noon, cron: "0 * * * *" } }]);
  await stopDev();

  const again = await startDev(project);
  expect(await history(again)).toEqual(before);
  expect(await tick(again, noon)).toBe(200);
  expect(await history(again)).toEqual(before);
  expect(await tick(again, noon + 3_600_000)).toBe(200);
  expect(await history(again)).toHaveLength(2);
});
