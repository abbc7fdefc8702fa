import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as api from "../../../src/endpoints/index.ts";
import { triggerHint } from "../../../src/endpoints/trading/triggerHint.ts";
import { noContent } from "../../../src/wire/index.ts";
import { examples } from "../../fixtures/examples.ts";
import { exchanges } from "../../fixtures/rest.ts";
import { bodiesOf, endpoints, type AnyEndpoint } from "../../support/endpoints.ts";
import { arbitraryLike } from "../../support/arbitraries.ts";
import { sameValue } from "../../support/sameValue.ts";
import { calls } from "../recordings/calls.ts";

/** All known response bodies of the endpoint, decoded. */
function samples(endpoint: AnyEndpoint): readonly unknown[] {
  return bodiesOf(endpoint).map((body) => endpoint.output.decode(body));
}

/** On the wire, the list of all prices has one timestamp and one feed state for all entries. */
function withSharedFields(value: unknown): unknown {
  const all = value as api.AllPrices;
  const prices = all.prices.map(({ price }, index) => ({
    symbol: `P${index}USDT`,
    price,
    timestamp: all.timestamp,
    stale: all.stale,
    dataAgeSeconds: all.dataAgeSeconds,
  }));
  return { ...all, prices };
}

/** In a backtest, a price of 0 means that there is none. */
function isPrice(value: unknown): boolean {
  const { price } = value as api.BacktestPrice;
  return price === null || !price.isZero();
}

/** The hint of a pending order is not on the wire; it is derived from the other fields. */
function withHints(value: unknown): unknown {
  return typeof value === "object" && value !== null && "hint" in value
    ? { ...value, hint: triggerHint(value as unknown as api.PendingOrder) }
    : value;
}

it("exports 110 endpoints, each under its own name", () => {
  expect(endpoints).toHaveLength(110);
  for (const endpoint of endpoints)
    expect((api as unknown as Readonly<Record<string, unknown>>)[endpoint.name]).toBe(endpoint);
});

it("two endpoints have no response body", () => {
  const empty = endpoints.filter(({ output }) => output === noContent);
  expect(empty).toEqual([api.deleteAgent, api.deleteWebhook]);
  expect(noContent.encode(undefined)).toBeUndefined();
  expect(noContent.decode(undefined)).toBeUndefined();
});

describe("decode(encode(x)) equals x", () => {
  for (const endpoint of endpoints) {
    if (endpoint.output === noContent) continue;
    it(`response of ${endpoint.name}`, () => {
      const known = samples(endpoint);
      expect(known.length).toBeGreaterThan(0);
      const arbitrary =
        endpoint === api.getAllPrices
          ? arbitraryLike(known).map(withSharedFields)
          : endpoint === api.getBacktestPrice
            ? arbitraryLike(known).filter(isPrice)
            : arbitraryLike(known).map(withHints);
      fc.assert(
        fc.property(arbitrary, (value) => {
          const wire: unknown = JSON.parse(JSON.stringify(endpoint.output.encode(value)));
          return sameValue(endpoint.output.decode(wire), value);
        }),
        { seed: 20_261_123, numRuns: 60 },
      );
    });
  }
});

describe("an invalid response", () => {
  for (const endpoint of endpoints) {
    const first = exchanges.find(
      ({ name, response }) => calls[name]?.endpoint === endpoint && response.status < 300 && response.body !== "",
    );
    if (first === undefined) continue;
    it(`${endpoint.name}: reports a missing or mistyped field`, () => {
      const wire = JSON.parse(first.response.body) as Readonly<Record<string, unknown>>;
      for (const name of Array.isArray(wire) ? [] : Object.keys(wire)) {
        const { [name]: _gone, ...rest } = wire;
        for (const broken of [rest, { ...wire, [name]: Symbol("odd") }]) {
          expect(() => endpoint.output.decode(broken)).toThrow(
            expect.objectContaining({ name: "DecodeError", path: [name] }) as Error,
          );
        }
      }
    });
  }

  it("unknown fields are ignored", () => {
    const wire = { symbol: "X", price: "1", timestamp: "2026-03-05T14:00:00Z", extra: { deep: 1 } };
    expect(Object.keys(api.priceRecord.decode(wire))).toEqual(["symbol", "price", "timestamp"]);
  });

  it("the path of the error leads to the invalid value", () => {
    const order = examples["getOrder"]?.[0] as object;
    const page = { orders: [order, { ...order, executed_qty: 5 }], total: 2, limit: 2, offset: 0 };
    expect(() => api.listOrders.output.decode(page)).toThrow(
      expect.objectContaining({ path: ["orders", 1, "executed_qty"] }) as Error,
    );
    const prices = {
      prices: { A: "1", B: 2 },
      timestamp: "2026-03-05T14:00:00Z",
      count: 2,
      stale: false,
      data_age_seconds: 1,
    };
    expect(() => api.getAllPrices.output.decode(prices)).toThrow(
      expect.objectContaining({ path: ["prices", "B"] }) as Error,
    );
  });
});

it("a training run without metrics has no statistics", () => {
  const run = { ...(examples["getTrainingRun"]?.[0] as object), aggregate_stats: {} };
  expect(api.getTrainingRun.output.decode(run).aggregateStats).toBeNull();
});

it("secrets are omitted from JSON and spreads", () => {
  const account = exchanges.find(({ name }) => name === "get_account_info");
  const info = api.getAccountInfo.output.decode(JSON.parse(account?.response.body ?? ""));
  expect(info.apiKey).toBe("$ACCOUNT_KEY");
  expect(JSON.stringify(info)).not.toContain("$ACCOUNT_KEY");
  expect({ ...info }).not.toHaveProperty("apiKey");
  for (const endpoint of [api.createAgent, api.cloneAgent, api.getAgentKey, api.regenerateAgentKey]) {
    const wire = examples[endpoint.name]?.[0] as { readonly api_key: string };
    const key = endpoint.output.decode(wire);
    expect(key.apiKey).toBe(wire.api_key);
    expect(JSON.stringify(key)).not.toContain(wire.api_key);
    expect({ ...key }).not.toHaveProperty("apiKey");
  }
  const login = api.login.output.decode({ token: "a.b.c", expires_at: "2026-03-05T14:00:00Z", token_type: "Bearer" });
  expect(login.token).toBe("a.b.c");
  expect(JSON.stringify(login)).not.toContain("a.b.c");
});
