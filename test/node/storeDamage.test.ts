// Damaged snapshots: an exchange falls back to the snapshot before, at worst to the whole journal.
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createExchange, manualMarket, virtualClock, type Exchange } from "../../src/exchange/index.ts";
import { sqliteStore } from "../../src/exchange/sqlite/index.ts";
import { ask, boundlessAgent, placeOrders } from "../support/busyAgent.ts";
import { storedPages, unusedPages } from "../support/storedPages.ts";
import { PAIRS } from "../shared/exchange/scenes.ts";

const folder = mkdtempSync(join(tmpdir(), "store-damage-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Mode = "full" | "compact";
const fileOf = (mode: Mode): string => join(folder, `${mode}.db`);

function open(file: string, journal: Mode): Exchange {
  return createExchange({
    store: sqliteStore(file),
    journal,
    clock: virtualClock("2026-01-05T00:00:00Z"),
    seed: 7,
    rateLimits: false,
    market: manualMarket(PAIRS),
  });
}

let apiKey: string;

async function stateOf(exchange: Exchange): Promise<string> {
  const answers = [];
  const paths = [
    "/account/balance",
    "/account/pnl",
    "/account/positions",
    "/trade/orders/open",
    "/analytics/performance",
  ];
  for (const list of ["orders", "history"])
    for (let offset = 0; offset < 1500; offset += 500) paths.push(`/trade/${list}?limit=500&offset=${offset}`);
  for (const path of paths) {
    const response = await ask(exchange, apiKey, "GET", path);
    answers.push([path, response.status, await response.json()]);
  }
  return JSON.stringify(answers);
}

const states: Record<string, string> = {};
const keys: Record<string, string> = {};

beforeAll(async () => {
  for (const mode of ["full", "compact"] as const) {
    const exchange = open(fileOf(mode), mode);
    keys[mode] = apiKey = await boundlessAgent(exchange, "1000000");
    await placeOrders(exchange, apiKey, 1200);
    states[mode] = await stateOf(exchange);
    exchange.close();
  }
});

/** Copies a file and changes the copy. */
function damaged(mode: Mode, sql: string): string {
  const file = join(folder, "damaged.db");
  copyFileSync(fileOf(mode), file);
  change(file, sql);
  apiKey = keys[mode] ?? "";
  return file;
}

function change(file: string, sql: string): void {
  const database = new DatabaseSync(file);
  try {
    database.exec(sql);
  } finally {
    database.close();
  }
}

function all(file: string, query: string): readonly Record<string, unknown>[] {
  const database = new DatabaseSync(file);
  try {
    return database.prepare(query).all();
  } finally {
    database.close();
  }
}

const DAMAGED = /StoreError: .* is damaged: (it has no intact snapshot|entry \d+ has been changed)/;
const NEWEST = "position = (SELECT max(position) FROM snapshots)";
const WRONG: readonly [what: string, newest: string, both: string][] = [
  [
    "has another text",
    `UPDATE snapshots SET text = replace(text, 'a', 'b') WHERE ${NEWEST}`,
    "UPDATE snapshots SET text = 'x'",
  ],
  ["is torn", `UPDATE snapshots SET text = substr(text, 1, 100) WHERE ${NEWEST}`, "UPDATE snapshots SET text = ''"],
  [
    "has another position",
    `UPDATE snapshots SET position = position + 7 WHERE ${NEWEST}`,
    "UPDATE snapshots SET position = position + 100000",
  ],
  ["has another chain hash", `UPDATE snapshots SET chain = 'x' WHERE ${NEWEST}`, "UPDATE snapshots SET chain = 'x'"],
  ["is missing", `DELETE FROM snapshots WHERE ${NEWEST}`, "DELETE FROM snapshots"],
];

describe.each(["full", "compact"] as const)("%s", (mode) => {
  test("two snapshots are kept", () => {
    expect(all(fileOf(mode), "SELECT position FROM snapshots")).toHaveLength(2);
  });

  test.each(WRONG)("if the newest snapshot %s, the one before is used", async (_, newest) => {
    const file = damaged(mode, newest);
    for (let opening = 0; opening < 2; opening++) {
      const exchange = open(file, mode);
      expect(await stateOf(exchange)).toBe(states[mode]);
      exchange.close();
    }
    await writesOn(file);
  });

  test.each(WRONG)("if both are so that each %s, the journal is replayed if it is complete", async (_, __, both) => {
    const file = damaged(mode, both);
    const isComplete = mode === "full";
    for (let opening = 0; opening < 2; opening++) expect(await attempt(file)).toMatch(isComplete ? /^\[/ : DAMAGED);
    if (isComplete) await writesOn(file);
  });

  /** The state, or why the file cannot be opened. */
  async function attempt(file: string): Promise<string> {
    try {
      const exchange = open(file, mode);
      const state = await stateOf(exchange);
      exchange.close();
      return state === states[mode] ? state : "another state";
    } catch (error) {
      return String(error);
    }
  }

  /** It continues: new snapshots are written, old ones deleted, and no more pages are left over. */
  async function writesOn(file: string): Promise<void> {
    const exchange = open(file, mode);
    await placeOrders(exchange, apiKey, 1500);
    const state = await stateOf(exchange);
    exchange.close();
    expect(all(file, "SELECT position FROM snapshots")).toHaveLength(2);
    const before = unusedPages(fileOf(mode));
    expect(unusedPages(file).filter((page) => !before.includes(page))).toEqual([]);
    const again = open(file, mode);
    expect(await stateOf(again)).toBe(state);
    again.close();
  }
});

/** A page with old orders that both snapshots use and that the tail of the journal does not need. */
function oldPage(mode: Mode): number {
  const [newest, before] = storedPages(fileOf(mode)).bySnapshot;
  const texts = all(fileOf(mode), "SELECT id, text FROM pages") as readonly {
    readonly id: number;
    readonly text: string;
  }[];
  const page = texts.find(
    ({ id, text }) =>
      newest?.has(id) === true &&
      before?.has(id) === true &&
      text.includes('"sequence":100,') &&
      text.includes('"status"'),
  );
  if (page === undefined) throw new Error("no page has the order");
  return page.id;
}

test.each([
  ["changed", (page: number) => `UPDATE pages SET text = replace(text, 'BTC', 'ETH') WHERE id = ${page}`],
  ["missing", (page: number) => `DELETE FROM pages WHERE id = ${page}`],
])(
  "a %s page of old history fails the request that reads it, and reopening restores it from the journal",
  async (what, sql) => {
    const file = damaged("full", sql(oldPage("full")));
    const exchange = open(file, "full");
    await placeOrders(exchange, apiKey, 1);
    const oldest = ask(exchange, apiKey, "GET", "/trade/orders?limit=500&offset=1000");
    await expect(oldest).rejects.toThrow(`is damaged: a part of its state is ${what}`);
    // A command may have been executed in part, so nothing is written any more. Other reads work.
    await expect(placeOrders(exchange, apiKey, 1)).rejects.toThrow("is damaged");
    expect((await ask(exchange, apiKey, "GET", "/account/balance")).status).toBe(200);
    exchange.close();
    const again = open(file, "full");
    for (const offset of [0, 500, 1000])
      expect((await ask(again, apiKey, "GET", `/trade/orders?limit=500&offset=${offset}`)).status).toBe(200);
    expect([...again.journal].filter(({ kind }) => kind === "command")).toHaveLength(1203);
    again.close();
  },
);
