// The operations of agentexchange/core are the class's methods: same arguments, requests, results and errors.
import { describe, expect, test } from "vitest";
import { AgentExchangeClient } from "../../../src/client/index.ts";
import * as core from "../../../src/core.ts";
import { virtualClock } from "../../../src/exchange/index.ts";
import type { ClientOptions } from "../../../src/transport/index.ts";
import { methodsOf } from "../../support/methods.ts";

const id = "9f0c6d5a-2b67-4b0b-9d55-5f6f0a1f7c33";
const order = { symbol: "BTCUSDT", side: "buy", quantity: "0.5" };

/** Each method takes some of these. It rejects the others, and the operation must reject them with the same error. */
const argumentLists: readonly (readonly unknown[])[] = [
  [],
  [{ timeout: 5000 }],
  [{ limit: 2 }],
  [{ colour: "red" }],
  [undefined, { timeout: 5000 }],
  ["BTCUSDT"],
  ["BTCUSDT", { limit: 2 }],
  ["BTCUSDT", { depth: 5 }, { timeout: 5000 }],
  [["BTCUSDT", "ETHUSDT"], { timeout: 5000 }],
  [order, { timeout: 5000, agentId: id }],
  [{ ...order, price: "100" }],
  [{ ...order, triggerPrice: "100" }],
  [id],
  [id, { steps: 3 }, { timeout: 5000 }],
  [id, 1, 2],
  [id, "BTCUSDT", { timeout: 5000 }],
  [id, "BTCUSDT", { limit: 2 }, { timeout: 5000 }],
  [id, { name: "dip" }],
  [id, { color: null }],
  [id, id, { status: "resolved" }, { timeout: 5000 }],
  [{ mode: "live" }, { timeout: 5000 }],
  [id, id, { timeout: 5000 }],
  [[id, id]],
  [id, { ...order, type: "market" }],
  [{ displayName: "Kestrel" }],
  [{ agentId: id }, { timeout: 5000 }],
  [{ agentId: id, maxPositionSizePct: 20, dailyLossLimitPct: 10, maxOpenOrders: 40 }],
];

interface Observed {
  readonly sent: readonly unknown[];
  readonly result?: unknown;
  readonly error?: string;
}

type Call = (...parameters: readonly unknown[]) => unknown;

/** Calls with a server that answers everything with the same error; returns what was sent and how the call ended. */
async function observe(connect: (options: ClientOptions) => Call, parameters: readonly unknown[]): Promise<Observed> {
  const sent: unknown[] = [];
  const call = connect({
    apiKey: "ak_live_example",
    clock: virtualClock("2026-03-05T14:00:10Z"),
    retry: false,
    fetch: async (url, { method, body, headers }) => {
      sent.push({ url, method, body, headers });
      return Response.json({ error: { code: "CONFLICT", message: "Not now." } }, { status: 409 });
    },
  });
  try {
    const result = call(...parameters);
    return { sent, result: await (isIterator(result) ? result.next() : result) };
  } catch (error) {
    return { sent, error: String(error) };
  }
}

function isIterator(value: unknown): value is AsyncGenerator {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

/** The function of that name in a client or in the entry's exports. */
function functionOf(owner: object, name: string): Call {
  const found: unknown = Reflect.get(owner, name);
  if (typeof found !== "function") throw new Error(`no function ${name}`);
  return (...given) => Reflect.apply(found, undefined, given) as unknown;
}

// WebKit has no Symbol.asyncDispose yet: the method of that name is called "undefined" there.
const methods = methodsOf(AgentExchangeClient).filter(
  (name) => name !== "close" && name !== String(Symbol.asyncDispose),
);

test("every method of the class is an operation", () => {
  expect(methods.filter((name) => typeof Reflect.get(core, name) !== "function")).toEqual([]);
});

/** Methods that reject all of the arguments above, or send nothing. */
const silent = new Set([
  "reconcile",
  "unresolvedOrders",
  "createStrategy",
  "createVersion",
  "runTest",
  "createBacktest",
  "registerTrainingRun",
  "reportEpisode",
  "computeDeflatedSharpe",
  "createWebhook",
  "updateWebhook",
]);

describe("the same arguments lead to the same requests and errors", () => {
  test.for(methods.filter((name) => name !== "openStream"))("%s", async (name) => {
    let isSent = false;
    for (const parameters of argumentLists) {
      const byMethod = await observe((options) => functionOf(new AgentExchangeClient(options), name), parameters);
      const byOperation = await observe((options) => {
        const client = core.createClient(options);
        return (...given) => client.send(functionOf(core, name), ...given);
      }, parameters);
      expect(withoutKeys(byOperation)).toEqual(withoutKeys(byMethod));
      isSent ||= byMethod.sent.length > 0;
    }
    expect(isSent).toBe(!silent.has(name));
  });
});

/** Without the keys of orders, which are random. */
function withoutKeys(observed: Observed): unknown {
  return JSON.parse(JSON.stringify(observed).replaceAll(/"Idempotency-Key":"[^"]*"/g, ""));
}

test("a client without methods closes like the class, and a detached send() works", async () => {
  const client = core.createClient({ fetch: async () => Response.json({}) });
  const { send, close } = client;
  await close();
  await close();
  await expect(send(core.getPrice, "BTCUSDT")).rejects.toThrow(core.ClientClosedError);
  expect(() => send(core.openStream)).toThrow(core.ClientClosedError);
});

test("an operation can be made of others", async () => {
  const symbols: string[] = [];
  const client = core.createClient({
    fetch: async (url) => {
      const symbol = url.split("/").at(-1) ?? "";
      symbols.push(symbol);
      return Response.json({
        symbol,
        price: symbol === "BTCUSDT" ? "60000" : "3000",
        timestamp: "2026-03-05T14:00:10Z",
      });
    },
  });
  async function ratio(from: core.Client, one: string, other: string): Promise<core.Decimal> {
    const [first, second] = await Promise.all([from.send(core.getPrice, one), from.send(core.getPrice, other)]);
    return first.price.div(second.price);
  }
  expect((await client.send(ratio, "BTCUSDT", "ETHUSDT")).toNumber()).toBe(20);
  expect(symbols.toSorted()).toEqual(["BTCUSDT", "ETHUSDT"]);
});

test("an object that is not a client is named as such", () => {
  const notClient = { send: () => undefined } as unknown as core.Client;
  expect(() => core.getPrice(notClient, "BTCUSDT")).toThrow("Not a client. Create one with createClient().");
});

test("the arguments of operations are typed", () => {
  const client = core.createClient();
  const neverCalled = (): unknown[] => [
    client.send(core.getCandles, "BTCUSDT", { interval: "1h" }, { timeout: 5000 }),
    // @ts-expect-error -- the symbol is missing
    client.send(core.getCandles),
    // @ts-expect-error -- no such interval
    client.send(core.getCandles, "BTCUSDT", { interval: "7h" }),
    // @ts-expect-error -- no such argument
    client.send(core.placeMarketOrder, { symbol: "BTCUSDT", side: "buy", quantity: "1", price: "2" }),
  ];
  expect(neverCalled).toBeTypeOf("function");
});
