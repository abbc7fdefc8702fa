// A full disk, and paths where no file can be created.
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statfsSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterAll, afterEach, expect, test } from "vitest";
import { repository, run } from "../support/run-process.ts";
import { endServe, fromSources, killServers, startServe } from "../support/serveProcess.ts";

const folder = mkdtempSync(join(tmpdir(), "serve-disk-"));
afterEach(killServers);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const isRoot = process.getuid?.() === 0;

/** A separate file system of this many KiB; undefined if mounting is not allowed. */
function smallDisk(name: string, size: number): string | undefined {
  const place = join(folder, name);
  mkdirSync(place);
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${size}k`, "none", place], { stdio: "ignore" });
  return isRoot && status === 0 ? place : undefined;
}

const disk = smallDisk("disk", 2048);
afterAll(() => {
  if (disk !== undefined) execFileSync("umount", [disk]);
});

test.skipIf(disk === undefined)(
  "a full disk: what cannot be kept is answered with 503 and did not happen; with room, it works again",
  { timeout: 60_000 },
  async () => {
    const place = disk as string;
    const file = join(place, "exchange.db");
    let served = await startServe(fromSources, "--port", "0", "--data", file);
    const filler = join(place, "filler");
    const { bavail, bsize } = statfsSync(place);
    // Space for some orders, fewer than the rate limit allows per minute.
    writeFileSync(filler, Buffer.alloc(bavail * bsize - 32 * 1024));
    const headers = { "x-api-key": served.apiKey, "content-type": "application/json" };
    const ask = async (path: string): Promise<Record<string, never[]>> => {
      const response = await fetch(`${served.url}/api/v1${path}`, { headers });
      expect(response.status).toBe(200);
      return (await response.json()) as Record<string, never[]>;
    };
    const placeOrder = async (): Promise<number> => {
      // Well above the pair's minimum value, whatever the price is today.
      const body = JSON.stringify({ symbol: "BTCUSDT", type: "market", side: "buy", quantity: "0.0005" });
      const { status } = await fetch(`${served.url}/api/v1/trade/order`, { method: "POST", headers, body });
      return status;
    };
    const until = async (wanted: number): Promise<number> => {
      const deadline = Date.now() + 20_000;
      for (let placed = 0; ;) {
        const statuses = await Promise.all([placeOrder(), placeOrder(), placeOrder()]);
        placed += statuses.filter((status) => status === 201).length;
        if (statuses.includes(wanted)) return placed;
        if (Date.now() > deadline) throw new Error(`no ${wanted}, but ${statuses.join()}`);
      }
    };
    const placed = await until(503);
    const { trades } = await ask("/trade/history?limit=500");
    expect(trades).toHaveLength(placed);
    const before = await ask("/account/balance");
    expect(await placeOrder()).toBe(503);
    expect(await ask("/account/balance")).toEqual(before);
    rmSync(filler);
    await new Promise((resolve) => void setTimeout(resolve, 1100));
    expect(await until(201)).toBeGreaterThan(0);
    const after = await ask("/account/balance");
    const kept = (await ask("/trade/history?limit=500"))["trades"];
    expect((kept as never[]).length).toBeGreaterThan(placed);
    await endServe(served, "SIGTERM");
    const { apiKey } = served;
    served = await startServe(fromSources, "--port", "0", "--data", file);
    expect(apiKey).toBe(headers["x-api-key"]);
    expect((await ask("/account/balance"))["balances"]).toEqual(after["balances"]);
    expect((await ask("/trade/history?limit=500"))["trades"]).toEqual(kept);
  },
);

function makePath(name: string, make: (path: string) => void): string {
  const path = join(folder, name);
  make(path);
  return path;
}

const isFolder = makePath("a-folder", (path) => mkdirSync(path));
const isText = makePath("a-text", (path) => writeFileSync(path, "notes"));
const isEmpty = makePath("empty", (path) => writeFileSync(path, ""));
const inCircle = makePath("circle", (path) => symlinkSync(path, path));

test.for([
  [isFolder, "is a folder. Name a file in it."],
  [join(folder, "nowhere", "exchange.db"), `the folder ${join(folder, "nowhere")} does not exist. Create it first.`],
  [join(isText, "exchange.db"), "not a folder"],
  [join(folder, "x".repeat(300)), "the name is too long"],
  [isText, "is not a store of an exchange"],
  [isEmpty, "is empty"],
  [inCircle, "too many symbolic links"],
  ["/dev/null", "is not a regular file"],
  ["", "--data needs the name of a file"],
] as const)("--data %s is rejected with one line", async ([path, message]) => {
  const { code, output } = await cli(process.execPath, path);
  expect(output).toContain(message);
  expectOneLine(output);
  expect(code).toBe(path === "" ? 2 : 1);
});

const cli = (node: string, path: string, ...first: readonly string[]): ReturnType<typeof run> =>
  run(node, [...first, "--no-warnings", `${repository}src/cli/main.ts`, "serve", "--port", "0", "--data", path]);

function expectOneLine(output: string): void {
  expect(output.trimEnd().split("\n")).toHaveLength(1);
  expect(output).not.toMatch(/ {4}at |node:|Error:/);
}

test("--data in a place where this user may not write is rejected with one line", () => {
  const place = makePath("closed", (path) => mkdirSync(path));
  const file = join(place, "exchange.db");
  writeFileSync(join(folder, "unreadable"), "x");
  chmodSync(folder, 0o755);
  chmodSync(join(folder, "unreadable"), 0o000);
  chmodSync(place, 0o555);
  // Root may write everywhere, so this runs as another user.
  const user = isRoot ? { uid: 65_534, gid: 65_534 } : {};
  for (const path of [file, join(folder, "unreadable")]) {
    const args = ["--no-warnings", `${repository}src/cli/main.ts`, "serve", "--port", "0", "--data", path];
    const { status, stderr } = spawnSync(process.execPath, args, { ...user, encoding: "utf8" });
    expect(stderr).toContain(`${path} cannot be used: no permission to read and write it or its folder`);
    expectOneLine(stderr);
    expect(status).toBe(1);
  }
});

test("--data that another server has open is rejected with one line", async () => {
  const file = join(folder, "open.db");
  await startServe(fromSources, "--port", "0", "--data", file);
  const { code, output } = await cli(process.execPath, file);
  expect([code, output]).toEqual([1, `${file} is in use by another exchange\n`]);
});

test("--data in a Node without SQLite is rejected with one line", async () => {
  const { code, output } = await cli(process.execPath, join(folder, "new.db"), "--no-experimental-sqlite");
  expect(output).toMatch(/^--data needs SQLite, which Node v\S+ does not have\. Use Node 22\.13 or later/);
  expectOneLine(output);
  expect(code).toBe(1);
});
