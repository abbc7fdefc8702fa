import { createExchange, manualMarket, virtualClock } from "../../../src/exchange/index.ts";
import { describe, expect, it } from "vitest";
import { exchanges, type Exchange as Recorded } from "../../fixtures/rest.ts";
import { deviations } from "./comparison.ts";
import { send, SETS_ORIGIN } from "./trader.ts";

// Depends on state that the recordings do not contain, or is not part of this exchange.
const LEFT_OUT = new Set([
  "login_rate_limited",
  "trade_rate_limited",
  "health",
  "get_candles_1h",
  "get_candles_default",
  "get_candles_1m_tiny",
  "get_ticker",
  "get_tickers",
  "get_recent_trades",
  "get_indicators",
  "get_portfolio_history",
  "get_leaderboard",
]);
const AFTER_CORE = "create_strategy";
const NOT_COMPARED = new Set(["x-ratelimit-reset", "content-length"]);
const OWN_AGENT = "1e45fe3c-cf0b-427f-b399-708e264e66c0";
const OTHER_AGENT = "6ff7044f-9735-4863-bddc-bb60465b0d9b";

const PRICES = {
  BTCUSDT: { price: "61250.40", volume: "18000" },
  ETHUSDT: { price: "3120.55", volume: "90000" },
  SOLUSDT: { price: "142.8", volume: "400000" },
  BNBUSDT: { price: "585.1", volume: "100000" },
  ADAUSDT: { price: "0.4517", volume: "9000000" },
  XRPUSDT: { price: "0.6122", volume: "9000000" },
  DOGEUSDT: { price: "0.12301", volume: "90000000" },
  PEPEUSDT: { price: "0.00000812", volume: "90000000000" },
  SHIBUSDT: { price: "1.2E-7", volume: "90000000000" },
  "1INCHUSDT": { price: "0.3671", volume: "90000" },
  QRKUSDT: { status: "inactive" },
} as const;

/** Price moves on the platform between two recorded requests. */
const BEFORE: Readonly<Record<string, { readonly price: string; readonly fills: number }>> = {
  get_order_stop_filled: { price: "57900.1", fills: 1 },
  get_account_info: { price: "61250.40", fills: 0 },
};

describe("recorded requests", () => {
  it("get the platform's responses: status, headers and every string", async () => {
    const clock = virtualClock("2026-11-23T16:13:36.228Z");
    const exchange = createExchange({ fidelity: "observed", clock, market: manualMarket(PRICES), trustProxy: true });
    const own = await exchange.register({ displayName: "Kestrel" });
    const other = await exchange.register({ displayName: "Merlin" });
    const login = await send(exchange, "POST", "/api/v1/auth/login", {
      api_key: own.accountKey,
      api_secret: own.apiSecret,
    });
    const ours: Record<string, string> = {
      $AGENT_KEY: own.apiKey,
      $OTHER_AGENT_KEY: other.apiKey,
      $ACCOUNT_KEY: own.accountKey,
      $ACCOUNT_SECRET: own.apiSecret,
      $JWT: login.json.token,
      [OWN_AGENT]: own.agentId,
      [OTHER_AGENT]: other.agentId,
    };
    const filled = (text: string): string =>
      Object.entries(ours).reduce((all, [theirs, our]) => all.replaceAll(theirs, our), text);

    const play = async (recorded: Recorded): Promise<string[]> => {
      const { method, path, body } = recorded.request;
      const headers = Object.fromEntries(
        Object.entries(recorded.request.headers).map(([name, value]) => [name, filled(value)]),
      );
      // Each was recorded in a different minute.
      if (path.startsWith("/api/v1/auth/")) headers["x-forwarded-for"] = recorded.name;
      const url = `http://127.0.0.1:8000${filled(path)}`;
      const response = await exchange.fetch(url, {
        method,
        headers,
        ...(body === undefined ? {} : { body: filled(body) }),
      });
      const text = await response.text();
      const isJson = response.headers.get("content-type") === "application/json";
      const answer: unknown = isJson ? JSON.parse(text) : text;
      const expected: unknown = isJson ? JSON.parse(filled(recorded.response.body)) : recorded.response.body;
      remember(JSON.parse(isJson ? recorded.response.body : "null"), answer);
      return [
        ...(response.status === recorded.response.status
          ? []
          : [`status ${response.status}, recorded ${recorded.response.status}`]),
        ...headerDeviations(response.headers, recorded.response.headers),
        ...deviations(answer, expected),
      ];
    };
    /** Maps an order's recorded id to ours. */
    const remember = (recorded: unknown, answer: unknown): void => {
      const theirs = (recorded as { order_id?: string } | null)?.order_id;
      const our = (answer as { order_id?: string } | null)?.order_id;
      if (theirs !== undefined && our !== undefined) ours[theirs] = our;
    };

    const found: string[] = [];
    let played = 0;
    for (const recorded of exchanges.slice(
      0,
      exchanges.findIndex((each) => each.name === AFTER_CORE),
    )) {
      const change = BEFORE[recorded.name];
      if (change !== undefined) {
        exchange.market.set("BTCUSDT", { price: change.price });
        const fills = exchange.sweep();
        if (fills !== change.fills) found.push(`${recorded.name}: ${fills} fills, recorded ${change.fills}`);
      }
      await clock.advance(10);
      if (LEFT_OUT.has(recorded.name) || (needsOrigin(recorded) && !SETS_ORIGIN)) await keepCount(recorded);
      else {
        played++;
        found.push(...(await play(recorded)).map((each) => `${recorded.name}: ${each}`));
      }
    }
    expect(found).toEqual([]);
    expect(played).toBe(SETS_ORIGIN ? 100 : 96);

    /** Skipped requests also counted against the platform's limits. */
    async function keepCount(recorded: Recorded): Promise<void> {
      if (recorded.response.headers["x-ratelimit-limit"] !== "600") return;
      await send(exchange, "GET", recorded.request.path, undefined, { "x-api-key": own.apiKey });
    }
  });
});

function needsOrigin({ request }: Recorded): boolean {
  return "origin" in request.headers;
}

function headerDeviations(actual: Headers, recorded: Readonly<Record<string, string>>): string[] {
  const ours = Object.fromEntries(actual);
  return [...new Set([...Object.keys(ours), ...Object.keys(recorded)])]
    .filter((name) => !NOT_COMPARED.has(name) && ours[name] !== recorded[name])
    .map((name) => `header ${name}: ${ours[name]}, recorded ${recorded[name]}`);
}
