import { describe, expect, it, vi } from "vitest";
import { manualMarket, StoreError, type Exchange } from "../../../src/exchange/index.ts";
import { deriveKeyInJs } from "../../../src/exchange/engine/accounts/password.ts";
import { memoryStore, type MemoryStore } from "../../support/memoryStore.ts";
import { PAIRS } from "./scenes.ts";
import { open, send, trader, type Answer } from "./trader.ts";

const EMAIL = "wren@example.com";
const PASSWORD = "correct horse";
const market = manualMarket(PAIRS);

const register = (exchange: Exchange, body: object = {}, path = "/api/v1/auth/register"): Promise<Answer> =>
  send(exchange, "POST", path, { email: EMAIL, password: PASSWORD, ...body });
const logIn = async (exchange: Exchange, password = PASSWORD, email = EMAIL): Promise<number> =>
  (await send(exchange, "POST", "/api/v1/auth/user-login", { email, password })).status;

interface Hash {
  readonly iterations: number;
  readonly salt: string;
  readonly hash: string;
}

/** The hashes that a journal stores instead of passwords. */
function hashesOf(exchange: Exchange): Hash[] {
  const text = JSON.stringify([...exchange.journal]);
  return [...text.matchAll(/pbkdf2-sha256\$(\d+)\$([0-9a-f]+)\$([0-9a-f]+)/g)].map(
    ([, iterations = "", salt = "", hash = ""]) => ({ iterations: Number(iterations), salt, hash }),
  );
}

const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));

describe("a password", () => {
  it("is stored as a slow hash with its own salt, with and without WebCrypto", async () => {
    const exchange = open({ market });
    await register(exchange);
    await register(exchange, { email: "lark@example.com" });
    const other = open({ market });
    await register(other);
    const hashes = [...hashesOf(exchange), ...hashesOf(other)];
    expect(hashes).toHaveLength(3);
    expect(new Set(hashes.map(({ salt }) => salt)).size).toBe(3);
    const [first] = hashes as [Hash];
    expect([first.iterations, first.salt.length, first.hash.length]).toEqual([100_000, 32, 64]);
    const again = await deriveKeyInJs(new TextEncoder().encode(PASSWORD), bytesOf(first.salt), first.iterations);
    expect(again).toEqual(bytesOf(first.hash));
  });

  it("is the only one that logs in, also after a restart", async () => {
    const store = memoryStore();
    const first = open({ store, market });
    expect((await register(first)).status).toBe(201);
    const kept = JSON.stringify([...first.journal]).match(/pbkdf2[^"\\]+/)?.[0] ?? "";
    for (const exchange of [first, open({ store, market }), first.fork()]) {
      expect(await logIn(exchange)).toBe(200);
      for (const wrong of ["correct horses", "Correct horse", "wrong horse", kept.slice(0, 72)])
        expect(await logIn(exchange, wrong)).toBe(401);
      expect(await logIn(exchange, PASSWORD, "lark@example.com")).toBe(401);
    }
  });

  it("without an email address is ignored and not stored", async () => {
    const store = memoryStore();
    const exchange = open({ store, market });
    const { status } = await send(exchange, "POST", "/api/v1/auth/register", { password: PASSWORD });
    expect(status).toBe(201);
    expect(hashesOf(exchange)).toEqual([]);
    expect(() => open({ store, market })).not.toThrow();
  });

  it.each([
    "/api/v1/auth/register",
    "/api/v1/%61uth/register",
    "/api/v1/auth%2Fregister",
    "/api/v1/auth/register?a=b",
    `/api/v1/auth/register?a=b&password=${PASSWORD}`,
  ])("never appears in the journal, however the path is written: %s", async (path) => {
    const store = memoryStore();
    const exchange = open({ store, market });
    const { status, json } = await register(exchange, {}, path);
    expect(status).toBe(201);
    const account = json as unknown as { readonly api_key: string; readonly api_secret: string };
    const credentials = { api_key: account.api_key, api_secret: account.api_secret };
    const login = await send(exchange, "POST", path.replace("register", "login") as "/auth/login", credentials);
    const userLogin = { email: EMAIL, password: PASSWORD };
    const second = await send(exchange, "POST", path.replace("register", "user-login"), userLogin);
    expect([login.status, second.status]).toEqual([200, 200]);
    const text = JSON.stringify([store.entries, [...exchange.journal]]);
    for (const secret of [PASSWORD, account.api_key, account.api_secret]) expect(text).not.toContain(secret);
    // A journal with such an entry can still be opened.
    const again = open({ store, market });
    expect(await logIn(again)).toBe(200);
    const bearer = { authorization: `Bearer ${login.json.token}` };
    expect((await send(again, "GET", "/api/v1/account/info", undefined, bearer)).status).toBe(200);
  });

  it("and keys in a query never appear in the journal; other parameters do", async () => {
    const store = memoryStore();
    const exchange = open({ store, market });
    const { json } = await register(exchange);
    const { agent_id, api_key, api_secret } = json as unknown as Readonly<Record<string, string>>;
    const query = `new_name=Lark+2&API_KEY=${api_key}&x=${api_secret}&pass%77ord=${PASSWORD}`;
    const headers = { "x-api-key": String(api_key) };
    const clone = await send(exchange, "POST", `/api/v1/agents/${agent_id}/clone?${query}`, undefined, headers);
    expect(clone.status).toBe(201);
    const text = JSON.stringify([store.entries, [...exchange.journal]]);
    for (const secret of [PASSWORD, api_key, api_secret]) expect(text).not.toContain(secret);
    const again = open({ store, market });
    expect([...again.journal]).toEqual([...exchange.journal]);
    const agents = await send(again, "GET", "/api/v1/agents", undefined, headers);
    expect(JSON.stringify(agents.json)).toContain('"Lark 2"');
  });

  it("of a store of version 0.1.0 still works", async () => {
    // Its seeded keys do not matter here.
    const store: MemoryStore = memoryStore();
    const made = open({ store, market, insecureKeys: true });
    await register(made);
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${EMAIL}\n${PASSWORD}`));
    const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
    store.entries = store.entries.map((entry) => entry.replace(/pbkdf2[^"\\]+/, `sha256:${hex}`));
    const exchange = open({ store, market });
    expect(store.entries.join("\n")).toContain(hex);
    expect(await logIn(exchange)).toBe(200);
    expect(await logIn(exchange, "wrong horse")).toBe(401);
    expect(await logIn(exchange, `sha256:${hex}`)).toBe(401);
  });

  it("is hashed without blocking the exchange or later requests", async () => {
    const exchange = open({ market });
    const bot = await trader(exchange);
    const before = exchange.connection.clock.now();
    const slow = register(exchange);
    const order = bot.order({ symbol: "BTCUSDT", side: "buy", type: "market", quantity: "0.001" });
    expect((await order).status).toBe(201);
    const [answer] = await Promise.all([slow, exchange.advance(60_000)]);
    expect(answer.status).toBe(201);
    const entry = [...exchange.journal].find((each) => each.kind === "command" && each.body.includes("wren"));
    expect(entry?.time).toBe(before);
  });

  it("of two concurrent registrations creates one account", async () => {
    const exchange = open({ market });
    const answers = await Promise.all([register(exchange), register(exchange)]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409]);
    expect((await register(exchange)).status).toBe(409);
  });

  it("costs the same work for an unknown address, and none above the rate limit", async () => {
    const exchange = open({ market, rateLimits: true });
    const derive = vi.spyOn(crypto.subtle, "deriveBits");
    try {
      await register(exchange);
      expect(derive).toHaveBeenCalledTimes(1);
      for (const [email, times] of [
        [EMAIL, 2],
        ["lark@example.com", 3],
        ["wren@example.org", 4],
      ] as const) {
        await logIn(exchange, "wrong horse", email);
        expect(derive).toHaveBeenCalledTimes(times);
      }
      for (const wanted of [401, 401, 429, 429]) expect(await logIn(exchange, "wrong horse")).toBe(wanted);
      expect(derive).toHaveBeenCalledTimes(6);
    } finally {
      derive.mockRestore();
    }
  });
});

describe("a store of another version", () => {
  it("is rejected with a short message that contains no password hash", async () => {
    const store = memoryStore();
    const exchange = open({ store, market });
    await register(exchange, { display_name: "Wren" });
    const [{ hash }] = hashesOf(exchange) as [Hash];
    const entry = JSON.parse(store.entries[0] ?? "") as { body: string; status: number };
    const reasons: string[] = [];
    for (const entries of [[{ ...entry, status: 200 }], [entry, entry], [{ ...entry, more: "x".repeat(5000) }]]) {
      store.entries = entries.map((each) => JSON.stringify(each));
      expect(() => open({ store, market })).toThrow(StoreError);
      try {
        open({ store, market });
      } catch (error) {
        reasons.push(String(error));
      }
    }
    expect(entry.body).toContain(hash);
    expect(reasons).toHaveLength(3);
    expect(reasons.join("\n")).not.toContain(hash.slice(0, 16));
    expect(Math.max(...reasons.map(({ length }) => length))).toBeLessThan(1500);
  });
});
