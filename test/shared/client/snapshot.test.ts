// Price and ticker of many pairs in parallel: as fast as one call, and a failed pair does not affect the others.
import { describe, expect, test } from "vitest";
import { AgentExchangeClient } from "../../../src/client/index.ts";
import { ClientClosedError, InvalidSymbolError, ServerError, TimeoutError } from "../../../src/errors/index.ts";
import { createExchange, virtualClock } from "../../../src/exchange/index.ts";
import type { ClientOptions, RequestEvent } from "../../../src/transport/index.ts";
import { drive, failure } from "../../support/drive.ts";
import { hanging, errorResponse, scripted, type Answer } from "../../support/scripted.ts";
import * as answers from "../../support/answers.ts";

const five = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "BNBUSDT", "XRPUSDT"] as const;
const LATENCY = 50;

const ticker = (symbol: string): Response =>
  Response.json({
    symbol,
    open: "1",
    high: "2",
    low: "1",
    close: "2",
    volume: "3",
    quote_volume: "4",
    change: "1",
    change_pct: "100",
    trade_count: 5,
    timestamp: "2026-03-05T14:00:00Z",
  });

const symbolOf = (path: string): string => path.split("/").at(-1) ?? "";
const good: Answer = ({ path }) => (path.includes("/ticker/") ? ticker(symbolOf(path)) : answers.price(symbolOf(path)));

function setUp(answer: Answer, options: ClientOptions = {}) {
  const clock = virtualClock("2026-03-05T14:00:00Z");
  const server = scripted(answer, clock);
  return { clock, server, client: new AgentExchangeClient({ clock, fetch: server.fetch, retry: false, ...options }) };
}

describe("marketSnapshot", () => {
  test.each<
    [
      string,
      (account: { readonly accountKey: string; readonly apiSecret: string; readonly apiKey: string }) => ClientOptions,
    ]
  >([
    ["no key", () => ({})],
    ["an agent's key", ({ apiKey }) => ({ apiKey })],
    ["a login", ({ accountKey, apiSecret }) => ({ apiKey: accountKey, apiSecret, token: "login" })],
  ])("of five pairs with %s takes no longer than one call, and no login", async (_name, credentials) => {
    const clock = virtualClock("2026-03-05T14:00:00Z");
    const exchange = createExchange({ clock, latency: LATENCY, seed: 1 });
    const events: RequestEvent[] = [];
    const client = new AgentExchangeClient({
      ...exchange.connection,
      ...credentials(await exchange.register()),
      onRequest: (event) => events.push(event),
    });
    const { took, entries, startedAt, finishedAt } = await drive(clock, client.marketSnapshot(five));
    expect(took).toBeLessThanOrEqual(1.2 * LATENCY);
    expect(finishedAt.getTime() - startedAt.getTime()).toBe(took);
    expect(entries.map(({ symbol, error }) => [symbol, error])).toEqual(five.map((symbol) => [symbol, null]));
    for (const entry of entries) {
      expect(entry.took).toEqual({ price: LATENCY, ticker: LATENCY });
      expect(entry.price?.price.gt(0)).toBe(true);
      expect(entry.ticker?.symbol).toBe(entry.symbol);
    }
    expect(events.map(({ name }) => name).toSorted()).toEqual([
      ...five.map(() => "getPrice"),
      ...five.map(() => "getTicker"),
    ]);
  });

  test("a pair that fails is an entry with its error", async () => {
    const { clock, client } = setUp((sent, index) => {
      if (sent.path.endsWith("/price/FOOUSDT")) return errorResponse(400, "INVALID_SYMBOL", { symbol: "FOOUSDT" });
      if (sent.path.endsWith("/ticker/BADUSDT")) return errorResponse(500, "INTERNAL_ERROR");
      return good(sent, index);
    });
    const { entries } = await drive(clock, client.marketSnapshot(["BTCUSDT", "FOOUSDT", "BADUSDT"]));
    expect(entries.map(({ error }) => error?.constructor)).toEqual([undefined, InvalidSymbolError, ServerError]);
    expect(entries[1]).toMatchObject({ symbol: "FOOUSDT", price: null, ticker: null });
  });

  test("a duplicate pair is requested once, in the order of the names", async () => {
    const { clock, server, client } = setUp(good);
    const { entries } = await drive(clock, client.marketSnapshot(["ETHUSDT", "BTCUSDT", "ETHUSDT"]));
    expect(entries.map(({ symbol }) => symbol)).toEqual(["ETHUSDT", "BTCUSDT"]);
    expect(server.sent).toHaveLength(4);
  });

  test("an empty list gives an empty snapshot", async () => {
    const { clock, server, client } = setUp(good);
    expect((await drive(clock, client.marketSnapshot([]))).entries).toEqual([]);
    expect(server.sent).toHaveLength(0);
  });

  test("a request that hangs ends at its timeout and affects only its own entry", async () => {
    const { clock, client } = setUp((sent, index) =>
      sent.path.endsWith("/price/ETHUSDT") ? hanging(sent) : good(sent, index),
    );
    const snapshot = await drive(clock, client.marketSnapshot(["BTCUSDT", "ETHUSDT"], { timeout: 1000 }));
    expect(snapshot.entries.map(({ error }) => error?.constructor)).toEqual([undefined, TimeoutError]);
    expect(snapshot.took).toBe(1000);
    expect(snapshot.entries[1]?.took).toEqual({ price: 1000, ticker: 0 });
    expect(clock.pending).toBe(0);
  });

  test("an abort rejects the whole snapshot with the caller's reason", async () => {
    const { clock, client } = setUp((sent, index) =>
      sent.path.endsWith("/price/ETHUSDT") ? hanging(sent) : good(sent, index),
    );
    const caller = new AbortController();
    const reason = new Error("enough");
    const work = client.marketSnapshot(five, { signal: caller.signal });
    work.catch(() => {});
    await clock.advance(10);
    caller.abort(reason);
    await expect(work).rejects.toBe(reason);
    expect(clock.pending).toBe(0);
  });

  test("with an aborted signal nothing is sent", async () => {
    const { server, client } = setUp(good);
    await expect(client.marketSnapshot(five, { signal: AbortSignal.abort("before") })).rejects.toBe("before");
    expect(server.sent).toHaveLength(0);
  });

  test("close() ends it", async () => {
    const { clock, client } = setUp(hanging);
    const work = client.marketSnapshot(["BTCUSDT"]);
    await clock.advance(10);
    await client.close();
    expect((await drive(clock, work)).entries[0]?.error).toBeInstanceOf(ClientClosedError);
    expect(clock.pending).toBe(0);
  });
});

test("a closed client can be closed again, also by await using", async () => {
  const { clock, client } = setUp(good);
  await client.close();
  await client.close();
  await (client as AsyncDisposable)[Symbol.asyncDispose]?.();
  const error = await failure(clock, client.getPrice("BTCUSDT"));
  expect(error).toBeInstanceOf(ClientClosedError);
  expect((error as Error).message).toContain("the client has been closed. Create a new one.");
});

test("a stored fetch is never called as a method", async () => {
  const receivers: unknown[] = [];
  const { clock } = setUp(good);
  const client = new AgentExchangeClient({
    clock,
    fetch(this: unknown) {
      receivers.push(this);
      return Promise.resolve(answers.price());
    },
  });
  await drive(clock, client.getPrice("BTCUSDT"));
  expect(receivers).toEqual([undefined]);
});

test("a snapshot of a string is rejected, not read character by character", async () => {
  const client = new AgentExchangeClient(createExchange().connection);
  await expect(client.marketSnapshot("BTCUSDT" as never)).rejects.toThrow("marketSnapshot: symbols must be a list");
});
