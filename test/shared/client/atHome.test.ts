/* eslint-disable typescript/unbound-method, typescript/no-misused-spread, typescript/no-base-to-string -- what is tested */
// A client inside other programs: behind a Proxy, with detached methods, and printed.
import { describe, expect, test, vi } from "vitest";
import { AgentExchangeClient, type AgentExchangeStream, type ClientOptions } from "../../../src/index.ts";
import { createExchange, virtualClock } from "../../../src/exchange/index.ts";
import { methodsOf } from "../../support/methods.ts";
import { everyPrintedForm } from "../../support/everyPrintedForm.ts";

/** Like in frameworks: every access goes through `Reflect` with the proxy as receiver, and objects are returned wrapped. */
function reactive<T extends object>(target: T): T {
  return new Proxy(target, {
    get(object, key, receiver) {
      const value: unknown = Reflect.get(object, key, receiver);
      return typeof value === "object" && value !== null && !(value instanceof Promise) && !(value instanceof Date)
        ? reactive(value)
        : value;
    },
  });
}

async function account(options: ClientOptions = {}) {
  const clock = virtualClock("2026-03-05T14:00:00Z");
  const exchange = createExchange({ clock });
  const { apiKey, apiSecret } = await exchange.register();
  const client = new AgentExchangeClient({ ...exchange.connection, apiKey, apiSecret, ...options });
  return { exchange, clock, client, apiKey, apiSecret };
}

const order = { symbol: "BTCUSDT", side: "buy", quantity: "0.01" } as const;

test("behind a Proxy everything works: calls, orders, pages, the stream, close", async () => {
  const { exchange, client: bare } = await account();
  const client = reactive(bare);
  expect(client).toBeInstanceOf(AgentExchangeClient);
  expect((await client.getPrice("BTCUSDT")).symbol).toBe("BTCUSDT");
  const { orderId } = await client.placeMarketOrder(order);
  expect((await client.waitForOrder(orderId)).status).toBe("filled");
  expect((await client.marketSnapshot(["BTCUSDT"])).entries[0]?.error).toBeNull();
  const found: string[] = [];
  for await (const { orderId: id } of client.iterateOrders()) found.push(id);
  expect(found).toEqual([orderId]);

  const stream = reactive(client.openStream());
  const ticks = reactive(stream.ticker("BTCUSDT"));
  const first = ticks.next();
  await exchange.advance(3000);
  expect((await first).value).toMatchObject({ symbol: "BTCUSDT" });
  expect(stream.state).toBe("live");
  for await (const tick of ticks) {
    expect(tick.symbol).toBe("BTCUSDT");
    break;
  }
  await stream.close();
  expect(stream.state).toBe("closed");
  await client.close();
  await expect(bare.getPrice("BTCUSDT")).rejects.toMatchObject({ code: "CLIENT_CLOSED" });
});

test("detached methods work, also those that call others", async () => {
  const { exchange, client } = await account();
  const { getPrice, placeMarketOrder, placeLimitOrder, cancelOrder, getOrder, marketSnapshot, iterateOrders } = client;
  const { openStream: open, close, waitForOrder } = client;
  expect((await getPrice("BTCUSDT")).symbol).toBe("BTCUSDT");
  const { orderId } = await placeMarketOrder(order);
  expect((await getOrder(orderId)).orderId).toBe(orderId);
  expect((await waitForOrder(orderId)).status).toBe("filled");
  const pending = await placeLimitOrder({ ...order, price: "1000" });
  expect((await cancelOrder(pending.orderId)).status).toBe("cancelled");
  expect((await marketSnapshot(["BTCUSDT"])).entries).toHaveLength(1);
  let count = 0;
  for await (const _ of iterateOrders()) count++;
  expect(count).toBe(2);
  expect(await Promise.all(["BTCUSDT", "ETHUSDT"].map((symbol) => getPrice(symbol)))).toHaveLength(2);

  const stream = open();
  const { onTicker, on, close: end } = stream;
  const states: string[] = [];
  const ticks: unknown[] = [];
  on("state", (state) => void states.push(state));
  onTicker("BTCUSDT", (tick) => void ticks.push(tick));
  await exchange.advance(3000);
  expect(states).toEqual(["connecting", "live"]);
  expect(ticks.length).toBeGreaterThan(0);
  await end();
  await close();
  await expect(getPrice("BTCUSDT")).rejects.toMatchObject({ code: "CLIENT_CLOSED" });
});

test("await using closes a client behind a Proxy", async () => {
  const { client: bare } = await account();
  {
    await using client = reactive(bare);
    await client.getPrice("BTCUSDT");
  }
  await expect(bare.getPrice("BTCUSDT")).rejects.toMatchObject({ code: "CLIENT_CLOSED" });
});

test("every public method works detached", async () => {
  const { client } = await account();
  for (const name of methodsOf(AgentExchangeClient)) {
    expect(Object.getOwnPropertyDescriptor(client, name), name).toMatchObject({ enumerable: false, writable: true });
  }
  await client.close();
});

test("subclasses can override methods and call the base's, and are bound as well", async () => {
  const exchange = createExchange({ clock: virtualClock("2026-03-05T14:00:00Z") });
  class Counting extends AgentExchangeClient {
    readonly asked: string[] = [];
    override getPrice(...parameters: Parameters<AgentExchangeClient["getPrice"]>) {
      this.asked.push(parameters[0]);
      return super.getPrice(...parameters);
    }
    double(symbol: string) {
      return this.getPrice(symbol);
    }
  }
  const client = new Counting(exchange.connection);
  const { double, getPrice } = client;
  await double("BTCUSDT");
  await getPrice("ETHUSDT");
  await reactive(client).getPrice("SOLUSDT");
  expect(client.asked).toEqual(["BTCUSDT", "ETHUSDT", "SOLUSDT"]);
  await client.close();
});

test("a test can replace a method", async () => {
  const { client } = await account();
  const spy = vi.spyOn(client, "getPrice").mockResolvedValue("mine" as never);
  expect(await client.getPrice("BTCUSDT")).toBe("mine");
  spy.mockRestore();
  expect((await client.getPrice("BTCUSDT")).symbol).toBe("BTCUSDT");
  await client.close();
});

describe("printing a client or a stream reveals no secret", () => {
  const ways: readonly (readonly [string, (target: AgentExchangeClient | AgentExchangeStream) => unknown])[] = [
    ["everything that can be reached", (target) => everyPrintedForm(target)],
    ["a Proxy", (target) => everyPrintedForm(reactive(target))],
    ["JSON", (target) => JSON.stringify({ target, spread: { ...target } })],
    ["keys", (target) => [Object.keys(target), Object.entries(target), Object.values(target)]],
    ["for in", (target) => Array.from({ length: 1 }, () => Object.assign({}, target))],
    ["structuredClone", (target) => structuredClone(target)],
    ["text", (target) => `${String(target)} ${Object.prototype.toString.call(target)}`],
    ["its methods' texts", (target) => Reflect.ownKeys(target).map((key) => String(Reflect.get(target, key)))],
  ];
  test.each(ways)("%s", async (_name, show) => {
    for (const options of [{}, { signRequests: true }, { token: "login" }] as const) {
      const { client, apiKey, apiSecret } = await account(options);
      const stream = client.openStream();
      for (const target of [client, stream]) {
        const text = everyPrintedForm(show(target));
        expect(text).not.toContain(apiKey);
        expect(text).not.toContain(apiSecret);
      }
      await client.close();
    }
  });
});

describe("misspelt names are rejected with a suggestion", () => {
  test.each(["apikey", "ApiKey", "baseURL", "timeOut", "trace_id"])("client options: %s", (name) => {
    const meant = { apikey: "apiKey", ApiKey: "apiKey", baseURL: "baseUrl", timeOut: "timeout", trace_id: "traceId" }[
      name
    ];
    expect(() => new AgentExchangeClient({ [name]: "secret-value" })).toThrow(
      `AgentExchangeClient: unknown client option "${name}". Did you mean "${meant}"?`,
    );
  });

  test("arguments and options of calls", async () => {
    const { client } = await account();
    const misspelt = { symbol: "BTCUSDT", side: "buy", quantiy: "1" } as never;
    await expect(client.placeMarketOrder(misspelt)).rejects.toThrow(
      'quantiy is not a known argument; expected symbol, side, quantity. Did you mean "quantity"?',
    );
    await expect(client.getPrice("BTCUSDT", { timout: 5 } as object)).rejects.toThrow(
      'getPrice: unknown call option "timout". Did you mean "timeout"?',
    );
  });
});
