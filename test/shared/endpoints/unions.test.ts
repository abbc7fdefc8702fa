// Closed unions decode strictly, open ones let unknown members pass: `oneOf` in src/wire/scalars.ts states the rule.
import { describe, expect, it } from "vitest";
import * as api from "../../../src/endpoints/index.ts";
import { decimal, instant, type Codec } from "../../../src/wire/index.ts";
import { bodiesOf, endpoints } from "../../support/endpoints.ts";
import { examples } from "../../fixtures/examples.ts";

type Path = readonly (string | number)[];

const orderUpdate = {
  channel: "orders",
  data: {
    order_id: "9f0c6d5a-2b67-4b0b-9d55-5f6f0a1f7c33",
    status: "filled",
    symbol: "BTCUSDT",
    side: "buy",
    type: "limit",
    quantity: "0.5",
  },
};

/** Every codec that may decode a union, with sample bodies. */
const samples: readonly (readonly [name: string, codec: Codec<unknown>, bodies: readonly unknown[]])[] = [
  ...endpoints.map((endpoint) => [endpoint.name, endpoint.output, bodiesOf(endpoint)] as const),
  ["orders channel", api.orderMessage, [orderUpdate]],
];

/** Paths of all strings in a body, except amounts and timestamps. */
function stringPaths(body: unknown, path: Path = []): Path[] {
  if (typeof body === "string") return [decimal, instant].some((codec) => decodes(codec, body)) ? [] : [path];
  if (typeof body !== "object" || body === null) return [];
  return Object.entries(body).flatMap(([key, part]) =>
    stringPaths(part, [...path, Array.isArray(body) ? Number(key) : key]),
  );
}

function replaceAt(body: unknown, [key, ...rest]: Path, value: unknown): unknown {
  if (key === undefined) return value;
  const copy: unknown = structuredClone(body);
  const part = copy as Record<string | number, unknown>;
  part[key] = replaceAt(part[key], rest, value);
  return copy;
}

function decodes(codec: Codec<unknown>, body: unknown): boolean {
  try {
    codec.decode(body);
    return true;
  } catch {
    return false;
  }
}

/** Names of the fields that reject an unknown string, or of those that accept it. */
function fields(rejecting: boolean): readonly string[] {
  const names = samples.flatMap(([name, codec, bodies]) =>
    bodies.flatMap((body) =>
      stringPaths(body)
        .filter((path) => decodes(codec, replaceAt(body, path, "unknown")) !== rejecting)
        .map((path) => `${name}: ${path.findLast((step) => typeof step === "string")}`),
    ),
  );
  return [...new Set(names)].toSorted();
}

describe("unknown members", () => {
  it("are rejected for the side and the type of an order, and nowhere else", () => {
    expect(fields(true)).toEqual([
      "getBacktestTradeHistory: side",
      "getBacktestTradeHistory: type",
      "getBacktestTrades: side",
      "getBacktestTrades: type",
      "getDecisionTrace: side",
      "getDecisionTrace: type",
      "getOpenBacktestOrders: side",
      "getOpenBacktestOrders: type",
      "getOpenOrders: side",
      "getOpenOrders: type",
      "getOrder: side",
      "getOrder: type",
      "getTradeHistory: side",
      "listBacktestOrders: side",
      "listBacktestOrders: type",
      "listOrders: side",
      "listOrders: type",
      "orders channel: side",
      "orders channel: type",
      "placeLimitOrder: side",
      "placeLimitOrder: type",
      "placeMarketOrder: side",
      "placeMarketOrder: type",
      "placeStopLoss: side",
      "placeStopLoss: type",
      "placeTakeProfit: side",
      "placeTakeProfit: type",
    ]);
  });

  it("are accepted in statuses, periods, intervals, events, indicators and metrics", () => {
    expect(fields(false)).toEqual(
      expect.arrayContaining([
        "compareStrategies: ranking_metric",
        "getBacktestStatus: status",
        "getBestBacktest: metric",
        "getDataRange: intervals_available",
        "getLearningCurve: metric",
        "listBacktestOrders: status",
        "getAccountInfo: status",
        "getAvailableIndicators: indicators",
        "getCandles: interval",
        "getLeaderboard: period",
        "getPerformance: period",
        "getPnl: period",
        "getPortfolioHistory: interval",
        "health: status",
        "listOrders: status",
        "listWebhooks: events",
        "login: token_type",
        "orders channel: status",
        "placeMarketOrder: status",
      ]),
    );
  });

  it("are reported with their path", () => {
    const body = replaceAt(orderUpdate, ["data", "side"], "HOLD");
    expect(() => api.orderMessage.decode(body)).toThrow(
      expect.objectContaining({
        path: ["data", "side"],
        message: "expected one of buy, sell, received a string",
      }) as Error,
    );
  });

  it("of an order status are accepted, and the order is not treated as filled", () => {
    expect(api.getOrder.output.decode(examples["getOrder"]?.[0])).toMatchObject({ status: "frozen", fee: null });
  });
});
