// Trades on a stored exchange until it is killed at a call of its snapshot store, or right after that:
// `node snapshotChild.mjs <file> <"full" | "compact"> <seed> <call> <count> <"itself" | "killed"> [<agent's key> <next order>]`.
// At the given call, counted from 1, it kills itself or prints that it is to be killed. "close" closes the exchange first.
import { writeSync } from "node:fs";
import process from "node:process";
import { createExchange, manualMarket, virtualClock, type ExchangeStore } from "../../src/exchange/index.ts";
import { sqliteStore } from "../../src/exchange/sqlite/index.ts";
import { PAIRS } from "../shared/exchange/scenes.ts";
import { ask, boundlessAgent } from "./busyAgent.ts";
import { seeded } from "./seeded.ts";
import { STARTING_BALANCE } from "./storedOrders.ts";

const [file = "", mode = "full", seed = "1", call = "save", count = "1", how = "itself", knownKey, first = "0"] =
  process.argv.slice(2);
const LANES = 32;
const ORDERS_BEFORE_CLOSING = 100;

/** Prints a fact without buffering, so that a kill loses no output. Waits while the parent process does not read. */
function say(fact: object): void {
  let rest = Buffer.from(`${JSON.stringify(fact)}\n`);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      if ((error as { readonly code?: string }).code !== "EAGAIN") throw error;
    }
  }
}

let remaining = Number(count);

function reached(name: string): void {
  if (name !== call && !(call === "close" && name === "writePage" && isClosing)) return;
  if (--remaining !== 0) return;
  if (how === "itself") process.kill(process.pid, "SIGKILL");
  say({ kill: true });
}

/** Tells which functions of an object are called. */
function observed<Target extends object>(target: Target): Target {
  return new Proxy(target, {
    get(object, name) {
      const value: unknown = Reflect.get(object, name);
      if (name === "snapshots" && typeof value === "object" && value !== null) return observed(value);
      if (typeof value !== "function") return value;
      return (...values: unknown[]): unknown => {
        const result: unknown = Reflect.apply(value, object, values);
        reached(String(name));
        return result;
      };
    },
  });
}

const store: ExchangeStore = { open: () => observed(sqliteStore(file).open()) };
const exchange = createExchange({
  store,
  journal: mode === "compact" ? "compact" : "full",
  seed: 42,
  rateLimits: false,
  clock: virtualClock("2026-01-05T00:00:00Z"),
  market: manualMarket(PAIRS),
});

let isClosing = false;
let next = Number(first);
const apiKey = knownKey ?? (await boundlessAgent(exchange, STARTING_BALANCE));
say({ apiKey });
await Promise.all(Array.from({ length: LANES }, (_, lane) => trade(seeded(Number(seed) * LANES + lane))));
isClosing = true;
exchange.close();
// It was to be killed by now.
process.exit(call === "close" ? 0 : 1);

/** Each order has its own quantity, from which the parent process tells whether it exists once, twice or not at all. */
async function trade(random: () => number): Promise<void> {
  const end = call === "close" ? Number(first) + ORDERS_BEFORE_CLOSING : Number.POSITIVE_INFINITY;
  while (next < end) {
    const quantity = `0.${String(1000 + next++).padStart(5, "0")}`;
    const kind = random();
    const order =
      kind < 0.7
        ? { type: "market", side: kind < 0.5 ? "buy" : "sell" }
        : { type: "limit", side: "buy", price: kind < 0.9 ? "30000" : "49000" };
    const key = `order-${Number(quantity)}`;
    const body = JSON.stringify({ symbol: "BTCUSDT", quantity, ...order });
    say({ asked: quantity, key, body });
    const response = await exchange.fetch("http://exchange.test/api/v1/trade/order", {
      method: "POST",
      headers: { "x-api-key": apiKey, "content-type": "application/json", "idempotency-key": key },
      body,
    });
    const answer = (await response.json()) as { readonly order_id?: string; readonly status?: string };
    if (answer.order_id === undefined) {
      say({ refused: quantity, reason: JSON.stringify(answer).toLowerCase() });
      continue;
    }
    say({ quantity, orderId: answer.order_id, status: answer.status });
    if (kind < 0.9) continue;
    const cancelled = await ask(exchange, apiKey, "DELETE", `/trade/order/${answer.order_id}`);
    if (cancelled.ok) say({ quantity, orderId: answer.order_id, status: "cancelled" });
  }
}
