// A store file must not lose data silently.
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createExchange,
  manualMarket,
  StoreError,
  virtualClock,
  type Exchange,
  type ManualMarket,
} from "../../src/exchange/index.ts";
import { sqliteStore } from "../../src/exchange/sqlite/index.ts";
import { Actor, deeds, digestOf, PAIRS } from "../shared/exchange/scenes.ts";
import { seeded } from "../support/seeded.ts";

const folder = mkdtempSync(join(tmpdir(), "store-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const fileOf = (name: string): string => join(folder, name);
const whole = fileOf("whole.db");

const PAGE = 4096;
const START = "2026-01-05T00:00:00Z";
const market = manualMarket({ BTCUSDT: { price: "50000", volume: "18000" } });

function open(file: string, seed = 7): Exchange<ManualMarket> {
  return createExchange({ store: sqliteStore(file), clock: virtualClock(START), seed, rateLimits: false, market });
}

async function ask(exchange: Exchange, apiKey: string, method: string, path: string, body?: object): Promise<unknown> {
  const response = await exchange.fetch(`http://exchange.test/api/v1${path}`, {
    method,
    headers: { "x-api-key": apiKey, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return response.json();
}

/** The complete visible state of the agent. */
async function stateOf(exchange: Exchange, apiKey: string): Promise<string> {
  const answers = [];
  for (const path of ["/account/balance", "/trade/orders?limit=500", "/trade/history?limit=500", "/account/pnl"])
    answers.push(await ask(exchange, apiKey, "GET", path));
  return JSON.stringify([answers, [...exchange.journal]]);
}

/** Orders of all kinds, filled, pending and cancelled. */
async function trade(exchange: Exchange, apiKey: string, orders: number): Promise<void> {
  for (let at = 0; at < orders; at++) {
    const quantity = `0.00${100 + at}`;
    const kind =
      at % 4 === 0
        ? { type: "limit", side: "buy", price: String(40_000 + at) }
        : { type: "market", side: at % 3 === 0 ? "sell" : "buy" };
    const order = (await ask(exchange, apiKey, "POST", "/trade/order", { symbol: "BTCUSDT", quantity, ...kind })) as {
      readonly order_id?: string;
    };
    if (at % 8 === 0) await ask(exchange, apiKey, "DELETE", `/trade/order/${order.order_id}`);
  }
}

let apiKey: string;
let state: string;

beforeAll(async () => {
  const exchange = open(whole);
  ({ apiKey } = await exchange.register({ startingBalance: "10000" }));
  await trade(exchange, apiKey, 40);
  state = await stateOf(exchange, apiKey);
  exchange.close();
});

test("a restart has all data, to the digit, and leaves no other files", async () => {
  expect(existsSync(`${whole}-journal`)).toBe(false);
  const exchange = open(whole);
  expect(await stateOf(exchange, apiKey)).toBe(state);
  exchange.close();
  exchange.close();
});

test("a store can be used by only one exchange at a time", async () => {
  const exchange = open(whole);
  expect(() => open(whole)).toThrow(`${whole} is in use by another exchange`);
  exchange.close();
  open(whole).close();
});

test("ended orders and sessions are read from the file as from memory", async () => {
  await fc.assert(
    fc.asyncProperty(deeds, async (list) => {
      const file = fileOf("archive.db");
      rmSync(file, { force: true });
      const options = { clock: virtualClock(START), seed: 7, rateLimits: false, market: manualMarket(PAIRS) };
      const kept = createExchange({ ...options, store: sqliteStore(file) });
      const actor = new Actor(kept);
      await actor.register();
      await actor.register();
      for (const deed of list) await actor.do(deed);
      // A fork is kept in memory.
      const copy = kept.fork();
      const twin = actor.on(copy);
      const shown = await digestOf(kept, actor);
      expect(await digestOf(copy, twin)).toBe(shown);
      const queries = [
        "orders?status=filled&limit=2&offset=1",
        "orders?symbol=BTCUSDT&limit=3",
        "orders?status=pending&offset=2",
      ];
      for (const query of [...queries, "history?side=sell&limit=2", "history?symbol=DOGEUSDT&offset=1"]) {
        for (const key of [...actor.keys, ...actor.accountKeys])
          expect(await ask(kept, key, "GET", `/trade/${query}`)).toEqual(
            await ask(copy, key, "GET", `/trade/${query}`),
          );
      }
      kept.close();
      const again = createExchange({
        ...options,
        clock: virtualClock(copy.connection.clock.now()),
        store: sqliteStore(file),
      });
      expect(await digestOf(again, actor.on(again))).toBe(shown);
      again.close();
    }),
    { seed: 20260111, numRuns: 25 },
  );
});

/** Opens a file that may be damaged: its state, or the error that says so. */
async function attempt(file: string): Promise<string | StoreError> {
  try {
    const exchange = open(file);
    try {
      return await stateOf(exchange, apiKey);
    } finally {
      exchange.close();
    }
  } catch (error) {
    if (error instanceof StoreError) return error;
    throw error;
  }
}

describe("a damaged file", () => {
  test("with a changed byte is rejected, or has lost nothing", async () => {
    const bytes = readFileSync(whole);
    const random = seeded(20260110);
    const file = fileOf("flipped.db");
    let refused = 0;
    for (let round = 0; round < 120; round++) {
      const damaged = Uint8Array.from(bytes);
      const at = Math.floor(random() * damaged.length);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << Math.floor(random() * 8));
      writeFileSync(file, damaged);
      const found = await attempt(file);
      const isRefused = found instanceof StoreError;
      if (isRefused) refused++;
      expect(isRefused || found === state, `byte ${at}`).toBe(true);
    }
    expect(refused).toBeGreaterThan(20);
  });

  test("that was truncated is rejected", async () => {
    const { length } = readFileSync(whole);
    const file = fileOf("truncated.db");
    for (const size of [0, 1, 99, 100, 512, PAGE, 2 * PAGE, 3 * PAGE - 7, length - PAGE, length - 1]) {
      copyFileSync(whole, file);
      truncateSync(file, size);
      expect(await attempt(file), `${size} bytes`).toBeInstanceOf(StoreError);
    }
  });

  test("with a zeroed page is rejected, or has lost nothing", async () => {
    const bytes = readFileSync(whole);
    const file = fileOf("emptied.db");
    let refused = 0;
    for (let page = 0; page * PAGE < bytes.length; page++) {
      writeFileSync(file, Uint8Array.from(bytes).fill(0, page * PAGE, (page + 1) * PAGE));
      const found = await attempt(file);
      const isRefused = found instanceof StoreError;
      if (isRefused) refused++;
      // Parts of the state that are damaged are restored from the journal.
      expect(isRefused || found === state, `page ${page}`).toBe(true);
    }
    expect(refused).toBeGreaterThan(3);
  });

  test.each([
    [
      "an entry is missing at the end",
      "DELETE FROM entries WHERE seq = (SELECT max(seq) FROM entries)",
      "is damaged: it has",
    ],
    ["an entry is missing", "DELETE FROM entries WHERE seq = 3", "is damaged: entry 3 has been changed"],
    [
      "an entry is another one",
      "UPDATE entries SET text = replace(text, 'buy', 'sell') WHERE seq = 5",
      "is damaged: entry 5",
    ],
    ["its making is another one", "UPDATE head SET origin = replace(origin, '\"seed\":7', '\"seed\":8')", "is damaged"],
    ["it says nothing of its making", "DELETE FROM head", "is damaged: its head is missing"],
    ["a table is gone", "DROP TABLE entries", "is damaged: no such table"],
    [
      "its format is a later one",
      "PRAGMA user_version = 9",
      "has format 9, but this version only reads formats up to 2",
    ],
    ["it is another program's", "PRAGMA application_id = 5", "is not a store of an exchange"],
  ])("is refused when %s", async (_, sql, message) => {
    const file = fileOf("edited.db");
    copyFileSync(whole, file);
    const database = new DatabaseSync(file);
    database.exec(sql);
    database.close();
    const found = await attempt(file);
    expect(found).toBeInstanceOf(StoreError);
    expect(String(found)).toContain(message);
  });

  test("is rejected if it never was a store", async () => {
    const file = fileOf("foreign.db");
    writeFileSync(file, "Dear diary, ".repeat(1000));
    expect(String(await attempt(file))).toContain(`${file} is not a store of an exchange`);
    rmSync(file);
    const database = new DatabaseSync(file);
    database.exec("CREATE TABLE notes (text)");
    database.close();
    expect(String(await attempt(file))).toContain(`${file} is not a store of an exchange`);
  });
});

describe("files after a crash", () => {
  const file = fileOf("crashed.db");
  const left = fileOf("left.db");
  let confirmed: string;

  /** The files during a write so large that part of it is already on disk. */
  beforeAll(async () => {
    const exchange = open(file);
    ({ apiKey } = await exchange.register({ startingBalance: "10000" }));
    await trade(exchange, apiKey, 20);
    confirmed = await stateOf(exchange, apiKey);
    const long = "x".repeat(1_000_000);
    for (let at = 0; at < 40; at++) exchange.market.set("BTCUSDT", { price: "50000", stepSize: long });
    copyFileSync(file, left);
    copyFileSync(`${file}-journal`, `${left}-journal`);
    exchange.close();
  });

  test("incomplete writes are discarded, acknowledged ones are kept", async () => {
    const other = fileOf("left-1.db");
    copyFileSync(left, other);
    copyFileSync(`${left}-journal`, `${other}-journal`);
    expect(readFileSync(other).length).toBeGreaterThan(10_000_000);
    expect(await attempt(other)).toBe(confirmed);
  });

  test("such a file without its journal is rejected", async () => {
    const other = fileOf("left-2.db");
    copyFileSync(left, other);
    expect(await attempt(other)).toBeInstanceOf(StoreError);
  });
});

describe("permissions", () => {
  const modesIn = (place: string): Record<string, string> =>
    Object.fromEntries(
      readdirSync(place).map((name) => [name, (statSync(join(place, name)).mode & 0o777).toString(8)]),
    );

  test.each([0o000, 0o022, 0o277])("only the owner can read the file and those beside it (umask %o)", async (mask) => {
    const place = mkdtempSync(join(folder, "rights-"));
    const seen: Record<string, string>[] = [];
    const before = process.umask(mask);
    try {
      const exchange = open(join(place, "a.db"));
      seen.push(modesIn(place));
      const { apiKey: key } = await exchange.register();
      const order = ask(exchange, key, "POST", "/trade/order", {
        symbol: "BTCUSDT",
        side: "buy",
        type: "market",
        quantity: "0.001",
      });
      // During the write.
      seen.push(modesIn(place));
      await order;
      seen.push(modesIn(place));
      exchange.close();
      seen.push(modesIn(place));
    } finally {
      process.umask(before);
    }
    expect(seen.flatMap((modes) => Object.values(modes)).filter((mode) => mode !== "600")).toEqual([]);
    expect(seen.some((modes) => "a.db-journal" in modes)).toBe(true);
  });

  test("a leftover file under the temporary name is not reused", () => {
    const place = mkdtempSync(join(folder, "rights-"));
    const before = process.umask(0);
    const modes: string[] = [];
    try {
      writeFileSync(join(place, "b.db-new"), "left over", { mode: 0o666 });
      open(join(place, "b.db")).close();
      modes.push(...Object.values(modesIn(place)));
    } finally {
      process.umask(before);
    }
    expect(modes).toEqual(["600"]);
  });

  test("a file that others can read loses those permissions", () => {
    const place = mkdtempSync(join(folder, "rights-"));
    open(join(place, "c.db")).close();
    chmodSync(join(place, "c.db"), 0o664);
    open(join(place, "c.db")).close();
    expect(modesIn(place)).toEqual({ "c.db": "600" });
  });
});
