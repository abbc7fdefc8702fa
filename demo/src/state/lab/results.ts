// The results that are shown: one, or two side by side.
import { computed, signal } from "@preact/signals";
import type { BacktestResults, BacktestSnapshot, Candle, StoredBacktestTrade } from "agentexchange";
import { getBacktestEquityCurve, getBacktestResults, getBacktestTrades, type Client } from "agentexchange/core";
import { messageOf, recordFailure } from "../calls.ts";
import { link } from "../connection.ts";
import { lengthOf, loadCandles, type Period, type Timeframe } from "./candles.ts";

export interface Result {
  readonly results: BacktestResults;
  /** Oldest first. */
  readonly trades: readonly StoredBacktestTrade[];
  readonly curve: readonly BacktestSnapshot[];
}

/** Something that is loaded from the exchange. */
export type Loaded<Value> =
  | { readonly state: "loading" }
  | { readonly state: "failed"; readonly message: string }
  | { readonly state: "loaded"; readonly value: Value };

/** Points of a curve: more are not seen, and would take long to decode. */
const MAX_POINTS = 750;
export const MAX_TRADES = 1000;
const MAX_CHART_CANDLES = 750;
const HOUR = 3_600_000;
const LOADING = { state: "loading" } as const;

/** Ids of the backtests shown, the one chosen first in front. */
export const chosen = signal<readonly string[]>([]);
const loaded = signal<ReadonlyMap<string, Loaded<Result>>>(new Map());
const charts = signal<ReadonlyMap<string, Loaded<readonly Candle[]>>>(new Map());

export const shown = computed(() => chosen.value.map((id) => ({ id, loaded: loaded.value.get(id) ?? LOADING })));

/** Shows a backtest alone. */
export function show(id: string): void {
  chosen.value = [id];
  void load(id);
}

/** Adds a backtest to those shown, or takes it away. At most two are shown; a third takes the place of the second. */
export function toggle(id: string): void {
  const others = chosen.peek().filter((other) => other !== id);
  if (others.length < chosen.peek().length) chosen.value = others;
  else {
    chosen.value = [...others.slice(0, 1), id];
    void load(id);
  }
}

export function forgetResults(): void {
  chosen.value = [];
  loaded.value = new Map();
  charts.value = new Map();
}

/** Loads a result; one that failed is loaded again. */
export async function load(id: string): Promise<void> {
  if (["loading", "loaded"].includes(loaded.peek().get(id)?.state ?? "")) return;
  const client = link.peek()?.workClient;
  if (client === undefined) return;
  const set = (next: Loaded<Result>): void => {
    loaded.value = new Map([...loaded.peek(), [id, next]]);
  };
  set(LOADING);
  try {
    set({ state: "loaded", value: await readResult(client, id) });
  } catch (error) {
    recordFailure("backtest results", error);
    set({ state: "failed", message: messageOf(error) });
  }
}

async function readResult(client: Client, id: string): Promise<Result> {
  const results = await client.send(getBacktestResults, id);
  const { startTime, endTime } = results.config;
  const hours = (endTime.getTime() - startTime.getTime()) / HOUR;
  const interval = Math.max(1, Math.ceil(hours / MAX_POINTS));
  const curve = withEnd(await client.send(getBacktestEquityCurve, id, { interval }), results);
  const trades = await client.send(getBacktestTrades, id, { limit: MAX_TRADES });
  return { results, trades, curve };
}

/** The curve up to its end, which is missing if not every point was requested. */
function withEnd(
  curve: readonly BacktestSnapshot[],
  { summary, config, status }: BacktestResults,
): readonly BacktestSnapshot[] {
  const last = curve.at(-1);
  if (status !== "completed" || last === undefined || last.totalEquity.eq(summary.finalEquity)) return curve;
  const { finalEquity } = summary;
  // Everything has been sold.
  const end = { simulatedAt: config.endTime, totalEquity: finalEquity, availableCash: finalEquity };
  const nothing = finalEquity.minus(finalEquity);
  return [...curve, { ...end, positionValue: nothing, unrealizedPnl: nothing, realizedPnl: summary.totalPnl }];
}

const TIMEFRAMES: readonly Timeframe[] = ["1m", "5m", "15m", "1h", "4h", "1d"];

/** The shortest candles of which a period has no more than can be seen. */
export function chartTimeframe({ start, end }: Period): Timeframe {
  return TIMEFRAMES.find((timeframe) => (end - start) / lengthOf(timeframe) <= MAX_CHART_CANDLES) ?? "1d";
}

const chartKey = ({ results }: Result, symbol: string): string => `${results.sessionId} ${symbol}`;

/** The candles that a result's trades in one pair are drawn on. */
export function candlesFor(result: Result, symbol: string): Loaded<readonly Candle[]> {
  return charts.value.get(chartKey(result, symbol)) ?? LOADING;
}

/** Loads those candles unless they are there, or on their way. */
export async function loadChart(result: Result, symbol: string): Promise<void> {
  const key = chartKey(result, symbol);
  const current = link.peek();
  if (current === null || ["loading", "loaded"].includes(charts.peek().get(key)?.state ?? "")) return;
  const set = (next: Loaded<readonly Candle[]>): void => {
    charts.value = new Map([...charts.peek(), [key, next]]);
  };
  set(LOADING);
  const { startTime, endTime } = result.results.config;
  const period = { start: startTime.getTime(), end: endTime.getTime() };
  try {
    const value = await loadCandles(current.workClient, {
      ...period,
      symbol,
      timeframe: chartTimeframe(period),
      isLocal: current.kind === "embedded",
      signal: new AbortController().signal,
    });
    set({ state: "loaded", value });
  } catch (error) {
    recordFailure("candles of a backtest", error);
    set({ state: "failed", message: messageOf(error) });
  }
}
