// Intents in files: written atomically, readable only by their owner, and safe against crashes at any point.
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileIntents } from "agentexchange/node";
import type { OrderIntent } from "agentexchange";
import { afterEach, beforeEach, expect, test } from "vitest";
import { repository, run } from "../support/run-process.ts";
import { runtimes } from "../support/runtimes.ts";

let folder = "";
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), "intents-")), "pending-orders");
});
afterEach(() => rm(join(folder, ".."), { recursive: true }));

const intent = (id: string, quantity = "0.01"): OrderIntent => ({
  version: 1,
  id,
  symbol: "BTCUSDT",
  side: "buy",
  type: "market",
  quantity,
  price: null,
  agentId: null,
  key: "0badf00d",
  sentAt: "2026-03-05T14:00:00.000Z",
  notBefore: null,
  otherOrders: [],
});

test("are listed, replaced and removed", async () => {
  const store = fileIntents(folder);
  expect(await store.list()).toEqual([]);
  await store.delete("a");
  await Promise.all([store.put(intent("a")), store.put(intent("b"))]);
  await store.put(intent("b", "0.02"));
  expect((await store.list()).toSorted((x, y) => (x.id < y.id ? -1 : 1))).toEqual([intent("a"), intent("b", "0.02")]);
  await store.delete("a");
  expect(await fileIntents(folder).list()).toEqual([intent("b", "0.02")]);
});

test("are readable only by their owner, and leave no other files behind", async () => {
  const store = fileIntents(folder);
  await store.put(intent("a"));
  const names = await readdir(folder);
  expect(names).toHaveLength(1);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  expect((await stat(join(folder, names[0] as string))).mode & 0o777).toBe(0o600);
});

test("an unfinished draft is ignored, and an invalid file is reported by name", async () => {
  const store = fileIntents(folder);
  await store.put(intent("a"));
  await writeFile(join(folder, "b.intent.json.0.tmp"), '{"version":1,"id"');
  expect(await store.list()).toHaveLength(1);
  await writeFile(join(folder, "c.intent.json"), "{}");
  await expect(store.list()).rejects.toThrow("c.intent.json");
});

test("an id cannot escape the folder", async () => {
  const store = fileIntents(folder);
  await expect(store.put(intent("../a"))).rejects.toThrow(TypeError);
  await expect(store.delete("../a")).rejects.toThrow(TypeError);
});

test.for(runtimes)("work in %s", async ([name, command, args]) => {
  const rights = name === "deno" ? [`--allow-read=${folder},${repository}`, `--allow-write=${folder}`] : [];
  const { code, output } = await run(command, [...args, ...rights, `${repository}test/runtimes/intents.js`, folder]);
  expect(output.trim()).toBe("0.01 0");
  expect(code).toBe(0);
});
