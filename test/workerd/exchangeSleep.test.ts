// An exchange object that is put to sleep at any moment: no order update may be lost or come twice. A failure names its seed.
import { env } from "cloudflare:workers";
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { below, forEachSeed } from "../support/seeded.ts";
import { time, type TimedExchange } from "./exchangeClasses.ts";

const SCHEDULES = 500;
const SOCKETS = 10;
const STEPS = 12;
const SECOND = 1000;

type Stub = DurableObjectStub<TimedExchange>;

interface OrderMessage {
  readonly order_id: string;
  readonly status: string;
}

/** A socket that answers pings and remembers order updates. */
class Listener {
  readonly updates: string[] = [];
  closed = false;
  #probes = 0;
  readonly #waiting = new Map<string, () => void>();
  readonly #socket: WebSocket;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.accept();
    socket.addEventListener("message", ({ data }) => this.#receive(String(data)));
    socket.addEventListener("close", () => void (this.closed = true));
  }

  send(message: object): void {
    this.#socket.send(JSON.stringify(message));
  }

  /** Resolves when everything has arrived that was sent before. */
  async settle(): Promise<void> {
    const action = `probe ${this.#probes++}`;
    const answered = new Promise<void>((resolve) => this.#waiting.set(action, resolve));
    this.send({ action });
    await answered;
  }

  #receive(text: string): void {
    const message = JSON.parse(text) as { type?: string; channel?: string; message?: string; data?: OrderMessage };
    if (message.type === "ping") this.send({ action: "pong" });
    if (message.channel === "orders" && message.data !== undefined)
      this.updates.push(`${message.data.order_id} ${message.data.status}`);
    const [, probe] = /'(probe \d+)'/.exec(message.message ?? "") ?? [];
    if (probe !== undefined) this.#waiting.get(probe)?.();
  }
}

async function listen(exchange: Stub, apiKey: string, others: readonly object[]): Promise<Listener> {
  const { webSocket } = await exchange.fetch(`https://exchange/ws/v1?api_key=${apiKey}`, {
    headers: { upgrade: "websocket" },
  });
  if (webSocket === null) throw new Error("The upgrade was rejected.");
  const listener = new Listener(webSocket);
  for (const other of others) listener.send({ action: "subscribe", ...other });
  listener.send({ action: "subscribe", channel: "orders" });
  return listener;
}

async function ask<Body>(exchange: Stub, apiKey: string, method: string, path: string, body?: object): Promise<Body> {
  const response = await exchange.fetch(`https://exchange/api/v1${path}`, {
    method,
    headers: { "x-api-key": apiKey, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await response.json()) as Body;
}

const alarmOf = (exchange: Stub): Promise<number | null> =>
  runInDurableObject(exchange, (_, { storage }) => storage.getAlarm());

/** Only an object in memory can be evicted. */
async function evict(exchange: Stub): Promise<void> {
  await alarmOf(exchange);
  await evictDurableObject(exchange);
}

/** Lets time pass as the runtime does: only an alarm that is due wakes the object. */
async function pass(exchange: Stub, listeners: readonly Listener[], ms: number, twice: boolean): Promise<void> {
  const end = time.now + ms;
  for (let alarm = await alarmOf(exchange); alarm !== null && alarm <= end; alarm = await alarmOf(exchange)) {
    time.now = Math.max(time.now, alarm);
    await runDurableObjectAlarm(exchange);
    if (twice) await runInDurableObject(exchange, (instance: TimedExchange) => instance.alarm());
    // Pings come every half minute. The first round lets one arrive, the second its answer.
    const rounds = time.now % (30 * SECOND) < SECOND ? 2 : 0;
    for (let round = 0; round < rounds; round++) await Promise.all(listeners.map((listener) => listener.settle()));
  }
  time.now = end;
}

async function runSchedule(random: () => number, seed: number): Promise<void> {
  const pick = (count: number): number => below(random, count);
  const exchange = env.TIMED.getByName(`schedule ${seed}`);
  const { apiKey } = await exchange.register({ startingBalance: "1000000" });
  const others = [[], [], [{ channel: "portfolio" }], [{ channel: "ticker", symbol: "BTCUSDT" }]][pick(4)] ?? [];
  const listeners = await Promise.all(Array.from({ length: SOCKETS }, () => listen(exchange, apiKey, others)));
  await Promise.all(listeners.map((listener) => listener.settle()));
  const open: string[] = [];
  for (let step = 0; step < STEPS; step++) {
    switch (pick(6)) {
      case 0: {
        await ask(exchange, apiKey, "POST", "/trade/order", {
          symbol: "BTCUSDT",
          side: "buy",
          type: "market",
          quantity: "0.01",
        });
        break;
      }
      case 1:
      case 2: {
        const { price } = await ask<{ price: string }>(exchange, apiKey, "GET", "/market/price/BTCUSDT");
        // Some fill within seconds, some never.
        const limit = (Number(price) * (1 - random() * 0.0004)).toFixed(2);
        const order = await ask<{ order_id?: string }>(exchange, apiKey, "POST", "/trade/order", {
          symbol: "BTCUSDT",
          side: "buy",
          type: "limit",
          quantity: "0.01",
          price: limit,
        });
        if (order.order_id !== undefined) open.push(order.order_id);
        break;
      }
      case 3: {
        const id = open.splice(pick(open.length), 1)[0];
        if (id !== undefined) await ask(exchange, apiKey, "DELETE", `/trade/order/${id}`);
        break;
      }
      case 4:
        await evict(exchange);
        break;
      default:
        await pass(exchange, listeners, 1 + pick((others.length === 0 ? 40 : 4) * SECOND), pick(2) === 0);
        if (pick(2) === 0) await evict(exchange);
    }
  }
  // Updates of orders that have been filled by now must come without any request.
  await pass(exchange, listeners, SECOND, false);
  await Promise.all(listeners.map((listener) => listener.settle()));
  const received = listeners.map(({ updates }) => [...updates]);
  const { orders } = await ask<{ orders: readonly (OrderMessage & { type: string })[] }>(
    exchange,
    apiKey,
    "GET",
    "/trade/orders?limit=500",
  );
  const expected = orders.flatMap(({ order_id, status, type }) =>
    type === "market" || status === "pending"
      ? [`${order_id} ${status}`]
      : [`${order_id} pending`, `${order_id} ${status}`],
  );
  for (const updates of received) {
    expect(updates.toSorted()).toEqual(expected.toSorted());
    for (const id of new Set(updates.map((update) => update.split(" ")[0])))
      expect(updates.find((update) => update.startsWith(`${id} `))).toMatch(/pending|filled/);
  }
  expect(listeners.some(({ closed }) => closed)).toBe(false);
}

test(
  `${SCHEDULES} schedules with ${SOCKETS} sockets lose no order update and repeat none`,
  { timeout: 600_000 },
  async () => {
    await forEachSeed(SCHEDULES, runSchedule);
  },
);
