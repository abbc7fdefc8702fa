// One rule: a method that returns a list returns an array, never an object around it.
import { describe, expect, it } from "vitest";
import * as api from "../../../src/endpoints/index.ts";
import { examples } from "../../fixtures/examples.ts";
import { exchanges } from "../../fixtures/rest.ts";
import { calls } from "../recordings/calls.ts";

type Target = api.Endpoint<unknown, unknown>;

const endpoints = Object.values<unknown>(api).filter(
  (value): value is Target => typeof value === "object" && value !== null && "path" in value,
);

/** What accompanies a list in a response body and says nothing that its items do not say. */
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
]);

/** Every recorded or written success response of the endpoint, decoded. */
function bodiesOf(endpoint: Target): readonly unknown[] {
  const recorded = exchanges.flatMap(({ name, response }) =>
    calls[name]?.endpoint === endpoint && response.status < 300 && response.body !== ""
      ? [JSON.parse(response.body) as unknown]
      : [],
  );
  return [...recorded, ...(examples[endpoint.name] ?? [])].map((body) => endpoint.output.decode(body));
}

/** What the client's method returns for a response body. */
function resultOf(endpoint: Target, body: unknown): unknown {
  return endpoint.list === undefined ? body : endpoint.list(body);
}

function isList(value: unknown): boolean {
  if (Array.isArray(value)) return true;
  const fields = Object.entries(value as object).filter(([name]) => !ENVELOPE.has(name));
  return fields.length === 1 && Array.isArray(fields[0]?.[1]);
}

describe("a response with one list and nothing else of its own becomes an array", () => {
  for (const endpoint of endpoints) {
    if (endpoint === api.deleteWebhook) continue;
    it(`response of ${endpoint.name}`, () => {
      const bodies = bodiesOf(endpoint);
      expect(bodies.length).toBeGreaterThan(0);
      for (const body of bodies)
        expect(Array.isArray(resultOf(endpoint, body))).toBe(endpoint.list !== undefined || isList(body));
    });
  }
});

it("these methods return a list", () => {
  const lists = endpoints.filter((endpoint) =>
    bodiesOf(endpoint).some((body) => Array.isArray(resultOf(endpoint, body))),
  );
  expect(lists.map(({ name }) => name).toSorted()).toEqual([
    "compareTrainingRuns",
    "getAgents",
    "getAllPrices",
    "getAvailableIndicators",
    "getCandles",
    "getLeaderboard",
    "getOpenOrders",
    "getPairs",
    "getPortfolioHistory",
    "getPositions",
    "getRecentTrades",
    "getStrategies",
    "getTickers",
    "getTradeHistory",
    "getTrainingRuns",
    "listOrders",
    "listWebhooks",
  ]);
});

it("no item is lost or reordered", () => {
  const tickers = bodiesOf(api.getTickers)[0] as { readonly tickers: Readonly<Record<string, api.Ticker>> };
  const list = resultOf(api.getTickers, tickers) as readonly api.Ticker[];
  expect(list.map(({ symbol }) => symbol)).toEqual(Object.keys(tickers.tickers));
  const [page] = bodiesOf(api.listOrders) as readonly { readonly orders: readonly api.Order[] }[];
  expect(resultOf(api.listOrders, page)).toBe(page?.orders);
});
