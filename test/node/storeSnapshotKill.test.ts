// Kills a process while it writes snapshots, at chosen calls and at any moment after them, and checks its store.
import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createExchange, manualMarket, virtualClock } from "../../src/exchange/index.ts";
import { sqliteStore } from "../../src/exchange/sqlite/index.ts";
import { PAIRS } from "../shared/exchange/scenes.ts";
import { bundleChild, runChild } from "../support/killChild.ts";
import { seeded } from "../support/seeded.ts";
import { checkOrders, nothingSaid, take, type Line, type Said } from "../support/storedOrders.ts";

// With the kills of storeUpgrade.test.ts these are 200.
const KILLS = 80;
const CHAINS = 4;
const SEED = 20260115;

const folder = mkdtempSync(join(tmpdir(), "store-snapshots-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let script: string;
beforeAll(() => {
  script = bundleChild(folder, "snapshotChild");
});

type Journal = "full" | "compact";

/** Where to kill: a call of the snapshot store, counted from 1, and the process itself or this one some time later. */
interface Target {
  readonly call: "writePage" | "save" | "drop" | "close";
  readonly count: number;
  readonly delay: number | undefined;
}

function randomTarget(random: () => number, journal: Journal): Target {
  const kind = random();
  const call = kind < 0.5 ? "writePage" : kind < 0.7 ? "save" : kind < 0.85 && journal === "compact" ? "drop" : "close";
  const count = call === "writePage" || call === "close" ? 1 + Math.floor(random() * 25) : 1 + Math.floor(random() * 2);
  return { call, count, delay: random() < 0.5 ? undefined : random() * 20 };
}

/** Runs a child until it is killed. One that closes its exchange may have done so first. */
async function runUntilKilled(file: string, journal: Journal, seed: number, said: Said, target: Target): Promise<void> {
  const { call, count, delay } = target;
  const known = said.apiKey === undefined ? [] : [said.apiKey, String(said.asked.size)];
  const how = delay === undefined ? "itself" : "killed";
  const end = await runChild(
    script,
    [file, journal, String(seed), call, String(count), how, ...known],
    (line, child) => {
      const fact = JSON.parse(line) as Line & { readonly kill?: boolean };
      if (fact.kill === true) setTimeout(() => child.kill("SIGKILL"), delay);
      else take(said, fact);
    },
  );
  expect(call === "close" ? ["SIGKILL", "0"] : ["SIGKILL"]).toContain(end);
}

/** Checks a copy, so that the next process finds the file as it was left. */
async function check(file: string, journal: Journal, said: Said): Promise<number> {
  const copy = `${file}-copy`;
  for (const suffix of ["", "-journal"]) {
    rmSync(copy + suffix, { force: true });
    if (existsSync(file + suffix)) copyFileSync(file + suffix, copy + suffix);
  }
  const exchange = createExchange({
    store: sqliteStore(copy),
    journal,
    seed: 42,
    rateLimits: false,
    clock: virtualClock("2026-01-05T00:00:00Z"),
    market: manualMarket(PAIRS),
  });
  return checkOrders(exchange, said);
}

test.each(["full", "compact"] as const)(
  `after each of ${KILLS} kills during snapshots everything confirmed is there, once, and the money is right: %s (seed ${SEED})`,
  { timeout: 480_000 },
  async (journal) => {
    const random = seeded(SEED);
    let orders = 0;
    for (let chain = 0; chain < CHAINS; chain++) {
      const file = join(folder, `${journal}-${chain}.db`);
      const said = nothingSaid();
      for (let kill = 0; kill < KILLS / CHAINS; kill++) {
        await runUntilKilled(file, journal, chain * KILLS + kill, said, randomTarget(random, journal));
        orders = Math.max(orders, await check(file, journal, said));
      }
    }
    expect(orders).toBeGreaterThan(1000);
  },
);
