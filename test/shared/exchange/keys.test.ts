import { describe, expect, it, vi } from "vitest";
import {
  createExchange,
  manualMarket,
  StoreError,
  virtualClock,
  type Exchange,
  type ExchangeOptions,
  type ManualMarket,
} from "../../../src/exchange/index.ts";
import { secureKeys } from "../../../src/exchange/base/keys.ts";
import { memoryStore, type MemoryStore } from "../../support/memoryStore.ts";
import { PAIRS } from "./scenes.ts";
import { send, START } from "./trader.ts";

const market = manualMarket(PAIRS);
const HOOK = { url: "https://hooks.example.com/x", events: ["backtest.completed"] };

function open(options: ExchangeOptions<ManualMarket> = {}): Exchange<ManualMarket> {
  return createExchange({ market, clock: virtualClock(START), rateLimits: false, ...options });
}

interface Drawn {
  readonly secrets: readonly string[];
  readonly ids: readonly string[];
}

/** One of each generated value: secrets, and ids. */
async function draw(exchange: Exchange): Promise<Drawn> {
  const account = await exchange.register();
  const credentials = { api_key: account.accountKey, api_secret: account.apiSecret };
  const headers = { "x-api-key": account.accountKey };
  const post = async (path: string, body?: object): Promise<Record<string, string>> =>
    (await send(exchange, "POST", `/api/v1${path}`, body, headers)).json as unknown as Record<string, string>;
  const { token = "" } = await post("/auth/login", credentials);
  const hook = await post("/webhooks", HOOK);
  const agent = await post("/agents", { display_name: "Second" });
  const renewed = await post(`/agents/${agent["agent_id"]}/regenerate-key`);
  const secretStrings = [account.apiKey, account.accountKey, account.apiSecret, hook["secret"], agent["api_key"]];
  return {
    secrets: [...secretStrings, renewed["api_key"], token.split(".")[2]].map(String),
    ids: [account.accountId, account.agentId, hook["id"], agent["agent_id"]].map(String),
  };
}

async function isLetIn(exchange: Exchange, key: string): Promise<boolean> {
  return (await send(exchange, "GET", "/api/v1/account/info", undefined, { "x-api-key": key })).status === 200;
}

describe("keys, secrets, signatures of tokens and secrets of webhooks", () => {
  it("differ between exchanges with the same seed, whose ids are equal", async () => {
    for (const seed of [undefined, 7]) {
      const [first, second] = [await draw(open({ seed })), await draw(open({ seed }))];
      expect(first.ids).toEqual(second.ids);
      const all = [...first.secrets, ...second.secrets];
      expect(all.filter((text) => text.length < 40)).toEqual([]);
      expect(new Set(all).size).toBe(all.length);
    }
  });

  it("are derived from the seed with insecureKeys", async () => {
    const [first, second] = [open({ seed: 7, insecureKeys: true }), open({ seed: 7, insecureKeys: true })];
    expect(await draw(first)).toEqual(await draw(second));
    expect(await draw(open({ seed: 8, insecureKeys: true }))).not.toEqual(await draw(first));
  });

  it("are the same after a restart, and later ones are new", async () => {
    const store = memoryStore();
    const first = open({ store });
    const before = await draw(first);
    const account = before.secrets[0] as string;
    const again = open({ store });
    expect(await isLetIn(again, account)).toBe(true);
    const after = await draw(again);
    expect(after.secrets.filter((text) => before.secrets.includes(text))).toEqual([]);
    // Their root is in the store's first record, and nowhere else.
    const { keys } = JSON.parse(store.origin ?? "") as { readonly keys: string };
    expect(keys).toMatch(/^[0-9a-f]{64}$/);
    const everywhere = JSON.stringify([store.entries, [...again.journal], again, Object.values(again.connection)]);
    for (const text of [keys, ...before.secrets]) expect(everywhere).not.toContain(text);
  });

  it("of a fork equal the original's up to the fork and differ from then on", async () => {
    const exchange = open();
    const { secrets } = await draw(exchange);
    const fork = exchange.fork();
    const [later, forked] = [await draw(exchange), await draw(fork)];
    const grandchild = fork.fork();
    const latest = [await draw(fork), await draw(grandchild)];
    expect(later.ids).toEqual(forked.ids);
    const all = [secrets, later.secrets, forked.secrets, ...latest.map((drawn) => drawn.secrets)].flat();
    expect(new Set(all).size).toBe(all.length);
    expect(await isLetIn(fork, secrets[0] as string)).toBe(true);
    expect(await isLetIn(fork, forked.secrets[0] as string)).toBe(true);
    expect(await isLetIn(grandchild, forked.secrets[0] as string)).toBe(true);
    expect(await isLetIn(exchange, forked.secrets[0] as string)).toBe(false);
  });

  it("draw no randomness before it is needed: it is unavailable in a Worker's global scope", async () => {
    const random = vi.spyOn(crypto, "getRandomValues");
    try {
      const exchange = open();
      exchange.fork();
      expect(random).not.toHaveBeenCalled();
      await exchange.register();
      expect(random).toHaveBeenCalledTimes(1);
    } finally {
      random.mockRestore();
    }
  });
});

function failureOf(run: () => unknown): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    return error;
  }
}

describe("a store", () => {
  // As version 0.1.0 wrote it, with keys derived from the seed.
  function old(): MemoryStore {
    const store = memoryStore();
    const quotes = JSON.stringify([["BTCUSDT", { price: "50000" }]]);
    const time = Date.parse(START);
    const registration = JSON.stringify({ display_name: "Kestrel", starting_balance: "10000.00" });
    const path = "/api/v1/auth/register";
    store.origin = JSON.stringify({
      format: 1,
      seed: 7,
      fidelity: "declared",
      market: `manual ${quotes}`,
      openedAt: time,
    });
    const password = JSON.stringify({ password: `sha256:${"0".repeat(64)}` });
    const order = { symbol: "BTCUSDT", side: "buy", type: "limit", quantity: "0.01", price: "40000.123456789" };
    const accountId = "ae79c322-d4e2-451f-9a99-7a2457d5218b";
    const agentId = "0eb4e2e5-5dc9-408a-b59c-cbde510504b6";
    const posted = { kind: "command", time, method: "POST" };
    store.entries = [
      { ...posted, path, body: registration, status: 201 },
      { ...posted, path, body: password, status: 201 },
      { ...posted, path: "/api/v1/trade/order", accountId, agentId, body: JSON.stringify(order), status: 201 },
    ].map((entry) => JSON.stringify(entry));
    return store;
  }
  const oldMarket = manualMarket({ BTCUSDT: { price: "50000" } });
  const KEY = "ak_live_huJi9N9XMGSWAyLE6liqHC8kRJvyYWkKqvBv-3ESp8e755z1GmvKxFTbu548bqSd";

  it("of an older version opens, and its keys are valid", async () => {
    const store = old();
    const exchange = open({ store, market: oldMarket });
    expect(await isLetIn(exchange, KEY)).toBe(true);
    const { apiKey } = await exchange.register();
    expect(await isLetIn(open({ store, market: oldMarket }), apiKey)).toBe(true);
  });

  it("of an older version is rejected if insecureKeys is false", () => {
    expect(() => open({ store: old(), market: oldMarket, insecureKeys: false })).toThrow(StoreError);
    expect(() => open({ store: old(), market: oldMarket, insecureKeys: false })).toThrow(
      /keys are derived from its seed/,
    );
  });

  it("with random keys is not opened with insecureKeys", () => {
    const store = memoryStore();
    open({ store }).close();
    expect(() => open({ store, insecureKeys: true })).toThrow(/has random keys/);
    expect(() => open({ store, insecureKeys: false })).not.toThrow();
  });

  it("that cannot be read does not reveal the root of its keys", () => {
    const store = memoryStore();
    open({ store }).close();
    const { keys } = JSON.parse(store.origin ?? "") as { readonly keys: string };
    for (let end = 1; end < (store.origin ?? "").length; end++) {
      const broken: MemoryStore = { ...memoryStore(), origin: store.origin?.slice(0, end) };
      broken.open = () => ({ ...memoryStore().open(), origin: broken.origin });
      const failure = failureOf(() => open({ store: broken }));
      expect(failure).toBeInstanceOf(StoreError);
      expect((failure as StoreError).cause).toBeUndefined();
      expect(`${String(failure)}${(failure as StoreError).stack}`).not.toContain(keys.slice(0, 8));
    }
  });
});

describe("the key stream", () => {
  const ROOT = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
  const WORDS = 1 << 17;

  it("is HMAC-SHA256 of a counter", async () => {
    const bytes = Uint8Array.from({ length: 32 }, (_, at) => at);
    const hmac = { name: "HMAC", hash: "SHA-256" };
    const key = await crypto.subtle.importKey("raw", bytes, hmac, false, ["sign"]);
    const stream = secureKeys(ROOT);
    for (let block = 0; block < 3; block++) {
      const expected = new DataView(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(`keys ${block}`)));
      for (let word = 0; word < 8; word++) expect(stream.bits()).toBe(expected.getUint32(word * 4));
    }
  });

  it("never repeats and has no measurable bias or correlation", () => {
    const stream = secureKeys();
    const words = Uint32Array.from({ length: WORDS }, () => stream.bits());
    // No two aligned or unaligned 64-bit windows are equal.
    const stretches = new Set<string>();
    for (let at = 1; at < WORDS; at++) stretches.add(`${words[at - 1]} ${words[at]}`);
    expect(stretches.size).toBe(WORDS - 1);
    // Within six standard deviations of a fair coin, so a chance failure happens about once in 10 million runs.
    const most = 6 * Math.sqrt(WORDS / 4);
    for (const lag of [0, 1, 2, 3, 7, 8, 9, 16]) {
      for (let bit = 0; bit < 32; bit++) {
        let ones = 0;
        for (let at = lag; at < WORDS; at++)
          ones += (((words[at] as number) ^ (lag === 0 ? 0 : (words[at - lag] as number))) >>> bit) & 1;
        expect([lag, bit, Math.abs(ones - (WORDS - lag) / 2) < most]).toEqual([lag, bit, true]);
      }
    }
    const counts = new Uint32Array(256);
    for (const byte of new Uint8Array(words.buffer)) counts[byte] = (counts[byte] as number) + 1;
    const expected = (WORDS * 4) / 256;
    const chi = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(Math.abs(chi - 255)).toBeLessThan(6 * Math.sqrt(2 * 255));
  });
});
