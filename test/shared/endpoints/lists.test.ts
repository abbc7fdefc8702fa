// One rule for lists: they are plain arrays, not objects that contain an array.
import { describe, expect, it } from "vitest";
import * as api from "../../../src/endpoints/index.ts";
import { noContent } from "../../../src/wire/index.ts";
import { bodiesOf, endpoints, type AnyEndpoint } from "../../support/endpoints.ts";

/** Fields that may accompany a list without adding information to it. */
const ENVELOPE = new Set([
  "count",
  "total",
  "limit",
  "offset",
  "timestamp",
  "symbol",
  "interval",
  "period",
  "accountId",
  "sessionId",
]);

function decodedBodiesOf(endpoint: AnyEndpoint): readonly unknown[] {
  return bodiesOf(endpoint).map((body) => endpoint.output.decode(body));
}

/** What the client method returns for a response body. */
function resultOf(endpoint: AnyEndpoint, body: unknown): unknown {
  return endpoint.list === undefined ? body : endpoint.list(body);
}

function isList(value: unknown): boolean {
  if (Array.isArray(value)) return true;
  const fields = Object.entries(value as object).filter(([name]) => !ENVELOPE.has(name));
  return fields.length === 1 && Array.isArray(fields[0]?.[1]);
}

describe("a response body that is only a list becomes an array", () => {
  for (const endpoint of endpoints) {
    if (endpoint.output === noContent) continue;
    it(`response of ${endpoint.name}`, () => {
      const bodies = decodedBodiesOf(endpoint);
      expect(bodies.length).toBeGreaterThan(0);
      for (const body of bodies)
        expect(Array.isArray(resultOf(endpoint, body))).toBe(endpoint.list !== undefined || isList(body));
    });
  }
});

it("these methods return a list", () => {
  const lists = endpoints.filter((endpoint) =>
    decodedBodiesOf(endpoint).some((body) => Array.isArray(resultOf(endpoint, body))),
  );
  expect(lists.map(({ name }) => name).toSorted()).toEqual([
    "compareTrainingRuns",
    "getAgents",
    "getAgentsOverview",
    "getAllPrices",
    "getAvailableIndicators",
    "getBacktestBalance",
    "getBacktestCandles",
    "getBacktestEquityCurve",
    "getBacktestPositions",
    "getBacktestTradeHistory",
    "getBacktestTrades",
    "getBacktests",
    "getCandles",
    "getLeaderboard",
    "getOpenBacktestOrders",
    "getOpenOrders",
    "getPairs",
    "getPortfolioHistory",
    "getPositions",
    "getRecentTrades",
    "getStrategies",
    "getTests",
    "getTickers",
    "getTradeHistory",
    "getTrainingRuns",
    "getVersions",
    "listBacktestOrders",
    "listOrders",
    "listWebhooks",
  ]);
});

it("no item is lost or reordered", () => {
  const tickers = decodedBodiesOf(api.getTickers)[0] as { readonly tickers: Readonly<Record<string, api.Ticker>> };
  const list = resultOf(api.getTickers, tickers) as readonly api.Ticker[];
  expect(list.map(({ symbol }) => symbol)).toEqual(Object.keys(tickers.tickers));
  const [page] = decodedBodiesOf(api.listOrders) as readonly { readonly orders: readonly api.Order[] }[];
  expect(resultOf(api.listOrders, page)).toBe(page?.orders);
});
