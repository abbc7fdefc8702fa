// A file of format 1, which had no snapshots, was written by an earlier version: test/fixtures/store-1.json says how, and what
// that version answered after reopening it.
import { createHash } from "node:crypto";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, expect, test } from "vitest";
import {
  createExchange,
  manualMarket,
  virtualClock,
  type Exchange,
  type ExchangeStore,
} from "../../src/exchange/index.ts";
import { sqliteStore } from "../../src/exchange/sqlite/index.ts";
import { PAIRS } from "../shared/exchange/scenes.ts";
import { bundleChild, runChild } from "../support/killChild.ts";
import { repository } from "../support/run-process.ts";
import { seeded } from "../support/seeded.ts";

const KILLS = 40;
const SEED = 20260114;

const folder = mkdtempSync(join(tmpdir(), "store-upgrade-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Expected {
  readonly entries: number;
  readonly now: string;
  /** SHA-256 of the entries as JSON. */
  readonly journal: string;
  readonly answers: readonly {
    readonly key: string;
    readonly path: string;
    readonly status: number;
    readonly json: unknown;
  }[];
}

const expected = JSON.parse(readFileSync(`${repository}test/fixtures/store-1.json`, "utf8")) as Expected;

function oldFile(name: string): string {
  const file = join(folder, name);
  copyFileSync(`${repository}test/fixtures/store-1.sqlite`, file);
  return file;
}

function open(store: ExchangeStore): Exchange {
  return createExchange({
    store,
    clock: virtualClock(expected.now),
    rateLimits: false,
    market: manualMarket(PAIRS),
  });
}

async function checkAnswers(exchange: Exchange): Promise<void> {
  for (const { key, path, status, json } of expected.answers) {
    const response = await exchange.fetch(`http://exchange.test/api/v1${path}`, { headers: { "x-api-key": key } });
    expect([path, response.status, await response.json()]).toEqual([path, status, json]);
  }
  const journal = createHash("sha256").update(JSON.stringify([...exchange.journal]));
  expect(journal.digest("hex")).toBe(expected.journal);
}

/** A store that counts the entries read from it. */
function counting(store: ExchangeStore): ExchangeStore & { reads: number } {
  const counted = {
    reads: 0,
    open() {
      const opened = store.open();
      return new Proxy(opened, {
        get(target, name) {
          if (name === "read") counted.reads++;
          return Reflect.get(target, name) as unknown;
        },
      });
    },
  };
  return counted;
}

function inFile(file: string, query: string): unknown {
  const database = new DatabaseSync(file);
  try {
    return Object.values(database.prepare(query).get() ?? {})[0];
  } finally {
    database.close();
  }
}

test("a file of format 1 opens, answers the same and gets snapshots, so that the next opening repeats nothing", async () => {
  const file = oldFile("old.db");
  expect(inFile(file, "PRAGMA user_version")).toBe(1);
  const first = counting(sqliteStore(file));
  const exchange = open(first);
  expect(first.reads).toBeGreaterThanOrEqual(expected.entries);
  await checkAnswers(exchange);
  exchange.close();
  expect(inFile(file, "PRAGMA user_version")).toBe(2);
  expect(inFile(file, "SELECT position FROM snapshots")).toBe(expected.entries);
  const second = counting(sqliteStore(file));
  const again = open(second);
  expect(second.reads).toBe(0);
  await checkAnswers(again);
  again.close();
});

test(
  `killed at any of ${KILLS} moments of the upgrade, it opens and has everything (seed ${SEED})`,
  { timeout: 240_000 },
  async () => {
    const script = bundleChild(folder, "upgradeChild");
    const random = seeded(SEED);
    let opening = 0;
    let duration = 0;
    const start = (file: string, kill: (child: { kill(signal: "SIGKILL"): void }) => void): Promise<string> =>
      runChild(script, [file, expected.now], (line, child) => {
        if (line === "closed") duration = performance.now() - opening;
        if (line !== "opening") return;
        opening = performance.now();
        kill(child);
      });
    // How long an upgrade takes on this machine decides when to kill the others.
    expect(await start(oldFile("whole.db"), () => {})).toBe("0");
    const whole = duration;
    for (let kill = 0; kill < KILLS; kill++) {
      const file = oldFile(`killed-${kill}.db`);
      const delay = random() * whole;
      await start(file, (child) => setTimeout(() => child.kill("SIGKILL"), delay));
      const exchange = open(sqliteStore(file));
      await checkAnswers(exchange);
      exchange.close();
    }
  },
);
