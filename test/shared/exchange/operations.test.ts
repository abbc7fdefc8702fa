// Replays the recorded walk through all operations: same statuses, shapes and number strings.
import { describe, expect, it } from "vitest";
import { createExchange, manualMarket, virtualClock } from "../../../src/exchange/index.ts";
import { operations, operationTexts, withNumbersAsTexts, type Operation } from "../../fixtures/operations.ts";
import { remember, requestOf, type Known } from "./operationsWalk.ts";

/** Not part of this exchange, or dependent on accounts that the recording does not contain. */
const NOT_HERE = /\/battles|\/analytics\/leaderboard/;
/** Market data depends on trades that the recording does not contain, so only its shape is compared. */
const FORM_ONLY = /\/market\/(tickers?|candles|trades|indicators\/BTC|data-range)/;
/** Our instructions for language models have their own wording, and a database's error quotes whole rows. */
const OWN_TEXT = /skill\.md|"DATABASE_ERROR"/;

/** Replaces what differs between two runs. Timestamps keep their shape. */
const VOLATILE = new Set(
  `timestamp created_at updated_at filled_at opened_at executed_at cancelled_at started_at completed_at deployed_at
  expires_at time data_age_seconds redis_latency_ms db_latency_ms duration_real_sec avatar_url color api_key
  agent_api_key api_secret api_key_preview token secret url trade_id`.split(/\s+/),
);

const QUOTES = {
  BTCUSDT: { price: "63621.26", volume: "11" },
  ETHUSDT: { price: "3333.33", volume: "62.54470505" },
  SOLUSDT: { price: "152.65", volume: "9000" },
  BNBUSDT: { price: "621.69", volume: "9000" },
  ADAUSDT: { price: "0.44392449", volume: "9000" },
  XRPUSDT: { price: "0.49745744", volume: "9000" },
  DOGEUSDT: { price: "0.11054543", volume: "9000" },
  DOTUSDT: { price: "6.76", volume: "9000" },
  LINKUSDT: { price: "13.94", volume: "9000" },
  LTCUSDT: { price: "79.46", volume: "9000" },
  AVAXUSDT: { price: "30.77", volume: "9000" },
  MATICUSDT: { price: "0.68435271", volume: "9000" },
} as const;

/** The prices of BTCUSDT that the recorded backtest saw. */
const PAST: readonly (readonly [time: string, price: string])[] = [
  ["2026-11-27T01:06:10Z", "64558.17"],
  ["2026-11-27T01:07:10Z", "64513.27"],
  ["2026-11-27T01:08:10Z", "64508.89"],
  ["2026-11-27T01:09:10Z", "64529.57"],
  ["2026-11-27T01:59:10Z", "64708.84"],
  ["2026-11-27T03:05:10Z", "64609.31"],
  ["2026-11-27T07:05:20.034Z", "65996.63"],
];

/** Price moves before a request, inferred from its response. */
const BEFORE: Readonly<Record<string, readonly [symbol: string, quote: { price: string; volume?: string }]>> = {
  "GET /api/v1/market/price/btcusdt": ["BTCUSDT", { price: "66015.61" }],
  "POST /api/v1/trade/order [jwt+agent]": ["ETHUSDT", { price: "3333.33", volume: "62.57242492" }],
  "POST /api/v1/trade/order  number": ["BTCUSDT", { price: "66019.25" }],
  "GET /api/v1/analytics/portfolio/history": ["BTCUSDT", { price: "66016.22" }],
  "POST /api/v1/account/reset": ["BTCUSDT", { price: "66110.02" }],
  "GET /api/v1/account/balance  after reset": ["BTCUSDT", { price: "66107.76" }],
};

describe("the walk through all operations", () => {
  it("gets the platform's responses", async () => {
    const clock = virtualClock("2026-11-26T01:00:00Z");
    const exchange = createExchange({ fidelity: "observed", clock, market: manualMarket(QUOTES), rateLimits: false });
    for (const [time, price] of PAST) {
      await exchange.advance(Date.parse(time) - clock.now());
      exchange.market.set("BTCUSDT", { price });
    }
    for (const [symbol, { price }] of Object.entries(QUOTES).slice(1)) exchange.market.set(symbol, { price });
    await exchange.advance(18_118);

    const known: Known = { accountKey: "", apiSecret: "", agentKey: "", token: "", agentId: "", ids: new Map() };
    const ours = new Map<string, string>();
    const answered = async (operation: Operation, recorded: unknown): Promise<string[]> => {
      const { path, init } = requestOf(operation, known);
      const response = await exchange.fetch(`http://127.0.0.1:8000${path}`, init);
      const text = await response.text();
      const isJson = response.headers.get("content-type") === "application/json";
      if (isJson) remember(operation, JSON.parse(text), known);
      if (response.status !== operation.status) return [`status ${response.status}, not ${operation.status}: ${text}`];
      if (OWN_TEXT.test(operation.request) || OWN_TEXT.test(text)) return [];
      const answer: unknown = isJson ? JSON.parse(withNumbersAsTexts(text)) : text === "" ? null : text;
      return differences(answer, recorded, ours, FORM_ONLY.test(operation.request) && response.ok);
    };

    const found: string[] = [];
    let replayed = 0;
    for (const [index, operation] of operations.entries()) {
      const change = BEFORE[operation.request];
      if (change !== undefined) exchange.market.set(...change);
      await exchange.advance(21);
      if (NOT_HERE.test(operation.request)) continue;
      replayed++;
      const differing = await answered(operation, operationTexts[index]);
      found.push(...differing.map((each) => `${index} ${operation.request}: ${each}`));
    }
    expect(found).toEqual([]);
    expect([replayed, operations.length]).toEqual([232, 250]);
  });
});

const UUID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g;

/** Differences from the recorded response; `ours` maps recorded ids to ours. */
function differences(
  answer: unknown,
  recorded: unknown,
  ours: Map<string, string>,
  formOnly: boolean,
  name = "",
  place = "",
): string[] {
  if (isContainer(answer) && isContainer(recorded) && Array.isArray(answer) === Array.isArray(recorded)) {
    // Lists of market data differ in length, so only the shape of the first item is compared.
    const shown = formOnly && Array.isArray(recorded) ? ["0"] : [...Object.keys(recorded), ...Object.keys(answer)];
    return [...new Set(shown)].flatMap((key) => {
      if (!(key in answer) || !(key in recorded)) {
        const optional = formOnly && (Array.isArray(recorded) || name === "indicators");
        return optional ? [] : [`${place}.${key} is only ${key in answer ? "here" : "recorded"}`];
      }
      return differences(answer[key], recorded[key], ours, formOnly, key, `${place}.${key}`);
    });
  }
  if (kindOf(answer) !== kindOf(recorded)) return [`${place}: ${shownAs(answer)}, recorded ${shownAs(recorded)}`];
  if (typeof answer !== "string" || typeof recorded !== "string")
    return answer === recorded || formOnly ? [] : [`${place}: ${shownAs(answer)}, recorded ${shownAs(recorded)}`];
  if (formOnly || VOLATILE.has(name)) {
    const isTime = /^\d{4}-\d\d-\d\dT/.test(recorded);
    return !isTime || formOf(answer) === formOf(recorded) ? [] : [`${place}: form ${answer}, recorded ${recorded}`];
  }
  const [own = []] = [answer.match(UUID) ?? undefined];
  for (const [at, id] of (recorded.match(UUID) ?? []).entries()) if (!ours.has(id)) ours.set(id, own[at] ?? "");
  const expected = recorded.replaceAll(UUID, (id) => ours.get(id) ?? id);
  return answer === expected ? [] : [`${place}: ${shownAs(answer)}, recorded ${shownAs(expected)}`];
}

/** Integers and floating-point numbers are different kinds, as are strings and null. */
function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (typeof value !== "string" || !value.startsWith("#")) return typeof value;
  return /[.e]/.test(value) ? "float" : "integer";
}

function formOf(time: string): string {
  return time.replace(/\d/g, "0");
}

function shownAs(value: unknown): string {
  return JSON.stringify(value);
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
