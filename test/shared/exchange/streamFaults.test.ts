// Injected faults of streams.
import { expect, test } from "vitest";
import { isVirtual } from "../../../src/exchange/time/clock.ts";
import {
  manualMarket,
  seededStreamFaults,
  type Exchange,
  type ManualMarket,
  type StreamFaultKind,
  type StreamFaults,
  type StreamFaultContext,
} from "../../../src/exchange/index.ts";
import { createStreamExchange, connectStream, type StreamLog } from "./streamTalk.ts";

const MARKET = { BTCUSDT: { price: "1", volume: "18000" } };
const PING = '{"type":"ping"}';
const SUBSCRIBED = '{"type":"subscribed","channel":"ticker:BTCUSDT"}';

interface Scene {
  readonly exchange: Exchange<ManualMarket>;
  readonly client: StreamLog;
  /** Trades at these prices; returns what the client receives within a second, ticks as their price. */
  readonly trade: (...prices: readonly number[]) => Promise<readonly string[]>;
}

/** A client that subscribes to a pair once it is connected. */
async function begin(streamFaults: StreamFaults, latency = 0): Promise<Scene> {
  const exchange = createStreamExchange({ market: manualMarket(MARKET), streamFaults, latency });
  const { apiKey } = await exchange.register();
  const client = connectStream(exchange, apiKey);
  client.socket.addEventListener("open", () =>
    client.send({ action: "subscribe", channel: "ticker", symbol: "BTCUSDT" }),
  );
  await exchange.advance(10 * latency);
  return {
    exchange,
    client,
    async trade(...prices) {
      for (const price of prices) exchange.market.set("BTCUSDT", { price });
      await exchange.advance(1000);
      return client.takeEvents().map((text) => /"price":"(\d+)"/.exec(text)?.[1] ?? text);
    },
  };
}

/** A fault at one point of the first connection. */
const once =
  (kind: StreamFaultKind, moment: Pick<StreamFaultContext, "kind" | "frame">): StreamFaults =>
  (each) =>
    each.connection === 0 && each.kind === moment.kind && each.frame === moment.frame ? kind : undefined;

const SECOND_TICK = { kind: "data", frame: 2 } as const;

function faultsOf(exchange: Exchange): readonly unknown[] {
  return [...exchange.journal].filter(({ kind }) => kind === "fault");
}

function timersOf({ connection: { clock } }: Exchange): number {
  return isVirtual(clock) ? clock.pending : Number.NaN;
}

test.for(["refuse", "unreachable"] as const)(
  "%s: the connection fails, and the next one works normally",
  async (kind) => {
    const { exchange, client } = await begin(once(kind, { kind: "upgrade", frame: 0 }));
    expect(client.takeEvents()).toEqual(["error", "close 1006 broken"]);
    expect(timersOf(exchange)).toBe(0);
    expect(faultsOf(exchange)).toEqual([
      {
        kind: "fault",
        time: exchange.connection.clock.now(),
        fault: kind,
        method: "GET",
        path: "/ws/v1",
        index: 0,
        executed: false,
      },
    ]);
    const { apiKey } = await exchange.register();
    const next = connectStream(exchange, apiKey);
    await exchange.advance(0);
    expect(next.takeEvents()).toEqual(["open"]);
  },
);

test.for([
  ["close", ["1", "close 1011 clean"]],
  ["cut", ["1", "close 1006 broken"]],
  ["drop", ["1", "3", "4"]],
  ["duplicate", ["1", "2", "2", "3", "4"]],
  ["reorder", ["1", "3", "2", "4"]],
  ["silent", ["1"]],
  ["half-open", ["1"]],
] as const)("%s: a client receives %j of four trades", async ([kind, seen]) => {
  const { exchange, client, trade } = await begin(once(kind, SECOND_TICK));
  expect(client.takeEvents()).toEqual(["open", SUBSCRIBED]);
  expect(await trade(1, 2, 3, 4)).toEqual(seen);
  expect(faultsOf(exchange)).toMatchObject([{ fault: kind, path: "/ws/v1", index: 0, executed: true }]);
  client.socket.close();
  await exchange.advance(30_000);
  expect(timersOf(exchange)).toBe(0);
});

test("close: with the given code", async () => {
  const { client } = await begin(({ kind }) => (kind === "reply" ? { kind: "close", code: 1001 } : undefined));
  expect(client.takeEvents()).toEqual(["open", "close 1001 clean"]);
});

test("silent: acknowledgements and pings continue, and pongs count", async () => {
  const { exchange, client, trade } = await begin(once("silent", { kind: "reply", frame: 0 }));
  expect(client.takeEvents()).toEqual(["open", SUBSCRIBED]);
  expect(await trade(1, 2)).toEqual([]);
  await exchange.advance(29_000);
  expect(client.takeEvents()).toEqual([PING]);
  client.send({ action: "pong" });
  client.send({ action: "subscribe", channel: "orders" });
  await exchange.advance(30_000);
  expect(client.takeEvents()).toEqual(['{"type":"subscribed","channel":"orders"}', PING]);
});

test.for([0, 50])("half-open: no more frames in either direction, with a latency of %i ms", async (latency) => {
  const { exchange, client, trade } = await begin(once("half-open", SECOND_TICK), latency);
  await trade(1, 2);
  client.takeEvents();
  client.send({ action: "subscribe", channel: "orders" });
  await exchange.advance(600_000);
  expect(client.takeEvents()).toEqual([]);
  expect(client.socket.readyState).toBe(client.socket.OPEN);
  // The exchange has closed it, too, because it got no pong.
  expect(timersOf(exchange)).toBe(0);
  client.socket.close();
  await exchange.advance(29_999);
  expect(client.takeEvents()).toEqual([]);
  await exchange.advance(1);
  expect(client.takeEvents()).toEqual(["close 1006 broken"]);
});

test("a fault that cannot apply at that point is an error", async () => {
  const wrong: readonly (readonly [string, StreamFaults])[] = [
    ["refuse", ({ kind }) => (kind === "data" ? "refuse" : undefined)],
    ["drop", ({ kind }) => (kind === "upgrade" ? "drop" : undefined)],
    ["nonsense", () => "nonsense" as StreamFaultKind],
  ];
  for (const [name, faults] of wrong) {
    const exchange = createStreamExchange({ market: manualMarket(MARKET), streamFaults: faults });
    const { apiKey } = await exchange.register();
    const complain = async (): Promise<void> => {
      const session = exchange.connect(`/ws/v1?api_key=${apiKey}`, { send() {}, close() {}, drop() {}, stall() {} });
      session?.receive('{"action":"subscribe","channel":"ticker_all"}');
      exchange.market.set("BTCUSDT", { price: "2" });
      await exchange.advance(1000);
    };
    await expect(complain()).rejects.toThrow(new RegExp(`stream fault "${name}"`));
  }
});

test("invalid rates are rejected", () => {
  expect(() => seededStreamFaults({ rates: { cut: 2 } })).toThrow(
    'seededStreamFaults: the rate of "cut" must be from 0 to 1, received 2',
  );
  expect(() => seededStreamFaults({ rates: { cut: 0.6, drop: 0.6 } })).toThrow(
    "the rates must add up to at most 1, received 1.2",
  );
  expect(() => seededStreamFaults({ rates: { bang: 1 } as never })).toThrow(
    'unknown fault "bang". Expected refuse, unreachable, close',
  );
});

test("equal seeds give equal faults, different seeds different ones", async () => {
  const rates = {
    refuse: 0.1,
    close: 0.01,
    cut: 0.01,
    silent: 0.01,
    "half-open": 0.01,
    drop: 0.1,
    duplicate: 0.1,
    reorder: 0.1,
  };
  const run = async (seed: number): Promise<readonly string[]> => {
    const exchange = createStreamExchange({ streamFaults: seededStreamFaults({ seed, rates }) });
    const { apiKey } = await exchange.register();
    const seen: string[] = [];
    for (let connection = 0; connection < 40; connection++) {
      const client = connectStream(exchange, apiKey);
      await exchange.advance(0);
      if (client.socket.readyState === 1) client.send({ action: "subscribe", channel: "ticker", symbol: "BTCUSDT" });
      await exchange.advance(5000);
      client.socket.close();
      await exchange.advance(0);
      seen.push(...client.takeEvents());
    }
    return [...seen, ...faultsOf(exchange).map((fault) => JSON.stringify(fault))];
  };
  const [first, again, other] = [await run(7), await run(7), await run(8)];
  expect(again).toEqual(first);
  expect(other).not.toEqual(first);
  for (const kind of Object.keys(rates))
    expect([kind, first.some((text) => text.includes(`"fault":"${kind}"`))]).toEqual([kind, true]);
});
