import { seeded } from "../../support/seeded.ts";
import { allRoutes } from "../../../src/exchange/http/routes/index.ts";
import { missingRoutes } from "../../../src/exchange/http/routes/missing.ts";

/** An absurd request, or an almost valid one. */
export interface FuzzedRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** Ids and keys from earlier responses, so that requests pass the first checks. */
export interface Known {
  /** With the name of the field that each id was found in. */
  readonly ids: { readonly name: string; readonly id: string }[];
  readonly keys: string[];
}

/** Generates requests; deterministic for a seed and the responses. */
export type Fuzzer = (known: Known) => FuzzedRequest;

const NUMBERS = [
  0,
  -0,
  1,
  2,
  5,
  10,
  60,
  100,
  3600,
  -1,
  0.1,
  1.5,
  0.001,
  1e-9,
  1e21,
  1e308,
  -1e308,
  5e-324,
  2 ** 31,
  2 ** 53,
  2 ** 53 + 2,
  2 ** 63,
];
const NUMBER_TEXTS = [
  "0",
  "-0",
  "1",
  "0.001",
  "0.01",
  "10",
  "10000",
  "50000",
  "1e400",
  "-1e400",
  "1e-400",
  "1E+2",
  ".5",
  "5.",
  "+1",

  "1_000",
  "0x10",
  "NaN",
  "Infinity",
  "-inf",
  "1,5",
  "٣",
  " 1 ",
  "00",
  "1e",
  "9".repeat(60),
  `0.${"0".repeat(40)}1`,
];
const TEXTS = [
  "",
  " ",
  "x",
  "a b",
  "BTCUSDT",
  "ETHUSDT",
  "btcusdt",
  "FOOUSDT",
  "BTCUSDT,ETHUSDT",
  "buy",
  "sell",
  "market",

  "limit",
  "stop_loss",
  "take_profit",
  "1m",
  "5m",
  "15m",
  "1h",
  "4h",
  "1d",
  "7d",
  "30d",
  "all",
  "active",
  "pending",
  "completed",
  "rsi_14",
  "rsi_14,macd_line",
  "sharpe_ratio",
  "roi_pct",
  "rule_based",
  "live",
  "backtest",

  "fuzz@example.com",
  "longenough1",
  "https://hooks.example.com/x",
  "http://127.0.0.1/",
  "https://[::1]/",
  "file:///x",

  "\u0000",
  "\ud800",
  "🦀".repeat(30),
  "é",
  "' OR 1=1 --",
  "<script>",
  "../..",
  "%00",
  "x".repeat(300),
  "null",
  "true",
  "__proto__",
  "constructor",
  "toString",
  "#ff00ff",
  "backtest.completed",
];
const TIMES = [
  "2026-01-05T00:00:00Z",
  "2026-01-04T00:00:00Z",
  "2026-01-05T00:30:00Z",
  "2026-01-05",
  "2026-01-05T00:00:00",
  "2026-01-04T23:00:00+05:30",
  "0001-01-01T00:00:00Z",
  "9999-12-31T23:59:59Z",
  "2026-02-30T00:00:00Z",
  "0",
  "-1",
  "1e99",
  "1767571200",
  "99999999999999999999",
  "yesterday",
];
const FIELDS = `
  symbol side type quantity price stop_price trigger_price confirm starting_balance new_starting_balance
  display_name email password api_key api_secret name description definition change_notes version episodes
  date_range episode_duration_days randomize_dates start_time end_time candle_interval pairs agent_id
  strategy_label steps url events include_intermediate_trades strategy_ids ranking_metric run_ids run_id
  session_id mode episode_number returns num_trials annualization_factor max_position_size_pct active config
  daily_loss_limit_pct max_open_orders risk_profile limit offset interval period symbols indicators lookback
  depth start end status sort_by metric window v1 v2 sessions include_archived llm_model framework avatar_url
  color strategy_tags exchange __proto__
`
  .trim()
  .split(/\s+/);
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "PURGE", "get"];
const CONTENT_TYPES = [
  "application/json",
  "application/json",
  "application/problem+json;x=1",
  "text/plain",
  "x",
  "a/b/c",
];
const DAY = { start: "2026-01-01T00:00:00Z", end: "2026-01-03T00:00:00Z" };
const DEFINITION = {
  pairs: ["BTCUSDT"],
  timeframe: "1h",
  entry_conditions: { rsi_below: 45 },
  exit_conditions: { take_profit_pct: 1, stop_loss_pct: 1 },
};

/** Valid bodies by the end of the path: almost valid requests get furthest. */
const WANTED: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "trade/order": { symbol: "BTCUSDT", side: "buy", type: "market", quantity: "0.001", price: "50000" },
  register: { display_name: "Fuzz", starting_balance: "1000", email: "fuzz@example.com", password: "longenough1" },
  reset: { confirm: true, new_starting_balance: "5000" },
  agents: { display_name: "Fuzz", starting_balance: "1000" },
  "risk-profile": { max_position_size_pct: 50, daily_loss_limit_pct: 50, max_open_orders: 20 },
  strategies: { name: "Dip", definition: DEFINITION },
  versions: { definition: DEFINITION },
  deploy: { version: 1 },
  test: { version: 1, episodes: 1, episode_duration_days: 1, date_range: DAY },
  create: { start_time: "2026-01-05T00:00:00Z", end_time: "2026-01-05T00:30:00Z", starting_balance: "1000" },
  batch: { steps: 5 },
  fast: { steps: 5 },
  webhooks: { url: "https://hooks.example.com/x", events: ["backtest.completed"] },
  "deflated-sharpe": { returns: [0.01, -0.02, 0.03, 0.01, 0.02, 0.01, 0, 0.01, 0.02, 0.01], num_trials: 3 },
  runs: { run_id: "00000000-0000-4000-8000-00000000abcd", config: {} },
  episodes: { episode_number: 1, roi_pct: 1.5 },
};

/** The response field with the ids for a path parameter, if its name differs. */
const ID_FIELDS: Readonly<Record<string, string>> = {
  "{test_id}": "test_run_id",
  "{webhook_id}": "id",
  "{agent_id}": "id",
};
const PRESENT = allRoutes().filter((route) => !missingRoutes.includes(route));

/** Encodes a string for a URL; lone surrogates become the replacement character. */
function encodeForUrl(text: string): string {
  return new URLSearchParams([["", text]]).toString().slice(1).replaceAll("+", "%20");
}

export function fuzzer(seed: number): Fuzzer {
  const chance = seeded(seed);
  const below = (bound: number): number => Math.floor(chance() * bound);
  const one = <Item>(items: readonly Item[]): Item => items[below(items.length)] as Item;

  /** A very long string, a long list of wrong values, or a great many fields. */
  function large(known: Known): unknown {
    const kind = below(4);
    const item = one([...TEXTS, ...NUMBER_TEXTS, 1, null, [], {}, -1.5]);
    if (kind === 0) return one(TEXTS).repeat(1 + below(3000));
    if (kind === 1) return Array.from({ length: below(4000) }, () => item);
    if (kind === 2) return Array.from({ length: below(1000) }, () => value(known, 3));
    return Object.fromEntries(Array.from({ length: below(2000) }, (_, at) => [`${one(FIELDS)}${at}`, item]));
  }

  function value(known: Known, depth = 0): unknown {
    if (depth < 3 && chance() < 0.01) return large(known);
    const kind = below(depth > 3 ? 8 : 10);
    if (kind === 0) return one([null, true, false]);
    if (kind < 3) return one(NUMBERS);
    if (kind < 5) return one(NUMBER_TEXTS);
    if (kind === 5) return one(TIMES);
    if (kind === 6 && known.ids.length > 0) return one(known.ids).id;
    if (kind < 8) return one(TEXTS);
    if (kind === 8) return Array.from({ length: below(5) }, () => value(known, depth + 1));
    return fields(known, below(4), depth + 1);
  }

  function fields(known: Known, count: number, depth = 0): Record<string, unknown> {
    return Object.fromEntries(Array.from({ length: count }, () => [one(FIELDS), value(known, depth)]));
  }

  /** A valid body with some fields removed, replaced or added. */
  function almostValidBody(known: Known, path: string): Record<string, unknown> {
    const wanted = Object.entries(WANTED).find(([end]) => path.endsWith(end))?.[1] ?? {};
    const body: Record<string, unknown> = { ...wanted };
    for (const name of Object.keys(body)) {
      if (chance() < 0.05) delete body[name];
      else if (chance() < 0.08) body[name] = value(known);
    }
    return chance() < 0.2 ? { ...body, ...fields(known, 1 + below(3)) } : body;
  }

  function bodyOf(known: Known, path: string): string {
    const text = JSON.stringify(chance() < 0.8 ? almostValidBody(known, path) : value(known));
    const kind = below(20);
    if (kind === 0) return text.slice(0, below(text.length + 1));
    if (kind === 1) return `${text.slice(0, below(text.length))}${one(TEXTS)}${text.slice(below(text.length))}`;
    return kind === 2 ? one(TEXTS) : text;
  }

  /** Usually an id of the right kind for a parameter such as `{order_id}`. */
  function segment(known: Known, part: string): string {
    const kind = below(12);
    const name = ID_FIELDS[part] ?? part.slice(1, -1);
    const fitting = known.ids.filter((each) => each.name === name);
    if (kind < 9 && fitting.length > 0) return one(fitting).id;
    if (kind < 9 && part === "{symbol}") return one(["BTCUSDT", "ETHUSDT"]);
    if (kind < 10) return one(["1", "2", ...known.ids.map(({ id }) => id)]);
    return encodeForUrl(one([...TEXTS, ...NUMBER_TEXTS]));
  }

  function pathOf(known: Known, segments: readonly string[]): string {
    const path = segments.map((part) => (part.startsWith("{") ? segment(known, part) : part));
    if (chance() < 0.03) path.splice(below(path.length + 1), below(2), segment(known, ""));
    const text = `/${path.join("/")}`;
    return chance() < 0.02 ? one([`${text}/`, `/${text}`, `${text}%`, text.toUpperCase(), "/"]) : text;
  }

  function queryOf(known: Known): string {
    if (chance() < 0.5) return "";
    const parts = Array.from({ length: 1 + below(4) }, () => {
      const given = chance() < 0.01 ? one([",", "x,", "BTCUSDT,", "é", "🦀"]).repeat(1 + below(3000)) : value(known, 4);
      return `${one(FIELDS)}=${chance() < 0.9 ? encodeForUrl(typeof given === "string" ? given : JSON.stringify(given)) : one(["%", "&", "%zz"])}`;
    });
    return `?${parts.join("&")}`;
  }

  function headersOf(known: Known): Record<string, string> {
    const headers: Record<string, string> = {};
    if (chance() < 0.95 && known.keys.length > 0) headers["x-api-key"] = one(known.keys);
    else if (chance() < 0.5) headers["x-api-key"] = one(["", "ak_live_x", "~", "x".repeat(5000)]);
    if (chance() < 0.1)
      headers["authorization"] = one(["Bearer", "Bearer x.y.z", "Basic eDp5", "Bearer a.b", "bearer "]);
    if (chance() < 0.1) headers["x-agent-id"] = one(["", "x", ...known.ids.slice(0, 5).map(({ id }) => id)]);
    if (chance() < 0.2) headers["idempotency-key"] = one(["", "x", "a b", "caf\u00e9", "k".repeat(300)]);
    if (chance() < 0.3) headers["content-type"] = one(CONTENT_TYPES);
    else headers["content-type"] = "application/json";
    if (chance() < 0.1) headers["origin"] = one(["https://page.example", "null", "x"]);
    if (chance() < 0.05) headers["access-control-request-method"] = one(METHODS);
    if (chance() < 0.1) headers["x-forwarded-for"] = one(["1.2.3.4", ",", "x, y"]);
    return headers;
  }

  return (known) => {
    const route = one(chance() < 0.98 ? PRESENT : missingRoutes);
    const method = chance() < 0.95 ? route.method : one(METHODS);
    const target = `${pathOf(known, route.segments)}${queryOf(known)}`;
    const bodiless = method === "GET" || method === "HEAD" || method === "get" || chance() < 0.05;
    const body = bodiless ? undefined : bodyOf(known, route.segments.join("/"));
    return { method, target, headers: headersOf(known), body };
  };
}
