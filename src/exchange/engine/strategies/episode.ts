import { randomStream } from "../../base/random.ts";
import {
  DecimalRangeError,
  HUNDRED,
  toFixed8,
  subtract,
  divide,
  parseDecimal,
  round,
  fromFixed8,
  sum,
  formatDecimal,
  formatFixed8,
  multiply,
  ZERO,
  type Fixed8,
} from "../../base/amount.ts";
import { currentPrice, openHistory } from "../backtest/prices.ts";
import { execute, openPositions, tradesOf } from "../backtest/sandbox.ts";
import { planSession } from "../backtest/lifecycle.ts";
import {
  stepOnce,
  closeAllPositions,
  currentPortfolio,
  finish,
  takeSnapshot,
  executionTerms,
} from "../backtest/stepping.ts";
import { FEE_RATE } from "../orderKinds.ts";
import { Rejection } from "../../base/rejection.ts";
import type { ExchangeState } from "../state.ts";
import { shouldEnter, shouldExit, IndicatorCache, rulesOf } from "./rules.ts";
import type { EpisodeFigures, EpisodeRun, Rules, Strategy, TestPlan, TestRun } from "./model.ts";
import { DAY, MINUTE } from "../../time/units.ts";

const SNAPSHOT_STEPS = 60;

/** The period of an episode. */
function windowOf(
  state: ExchangeState,
  run: TestRun,
  episode: number,
  length: number,
): readonly [start: number, end: number] {
  const { start, end, episodeDays, randomizeDates, episodes } = run;
  const room = end - start - episodeDays * DAY;
  if (state.quirks.testsIgnoreWindows || room <= 0) return [start, Math.max(start, end)];
  // Seeded by test and episode only, so other activity on the exchange has no influence.
  const random = randomStream(episode, `test/${run.id}`).bits() / 0x1_0000_0000;
  const share = randomizeDates ? random : episodes === 1 ? 0 : episode / (episodes - 1);
  const from = Math.floor((start + room * share) / length) * length;
  return [Math.max(start, from), Math.max(start, from) + episodeDays * DAY];
}

/** The rules of a version, and the length of its candles in seconds. */
export function rulesAndInterval(
  state: ExchangeState,
  strategy: Strategy,
  version: number,
): readonly [Rules, interval: number] {
  const definition = strategy.versions[version - 1]?.definition ?? {};
  const rules = rulesOf(definition, state.quirks.averagesFallBack);
  return [rules, state.quirks.testsIgnoreWindows ? 60 : rules.timeframe];
}

/** Number of candles that an episode processes, of all pairs. */
export function countCandles(state: ExchangeState, strategy: Strategy, plan: TestPlan): number {
  const [rules, interval] = rulesAndInterval(state, strategy, plan.version);
  const range = Math.max(0, plan.end - plan.start);
  const length = state.quirks.testsIgnoreWindows ? range : Math.min(range, plan.episodeDays * DAY);
  return 1 + Math.floor(length / 1000 / interval) * Math.max(1, rules.pairs.length);
}

/** Starts an episode; undefined if there are no prices for it. */
export function beginEpisode(
  state: ExchangeState,
  run: TestRun,
  strategy: Strategy,
  episode: number,
): EpisodeRun | undefined {
  const [rules, interval] = rulesAndInterval(state, strategy, run.version);
  const [startTime, endTime] = windowOf(state, run, episode, Math.max(interval * 1000, MINUTE));
  const startingBalance = balanceOf(run.startingBalance);
  if (startingBalance === undefined) return undefined;
  const session = planSession(state, run.id, strategy.accountId, {
    agentId: null,
    strategyLabel: strategy.name,
    startTime,
    endTime,
    interval,
    startingBalance,
    pairs: rules.pairs,
    feeRate: FEE_RATE,
  });
  if (!openHistory(state, session)) return undefined;
  takeSnapshot(state, session);
  return { session, closes: new Map(), positions: new Map() };
}

/** Parses a starting balance, which may be any string; undefined if it is not a valid amount. */
function balanceOf(text: string): Fixed8 | undefined {
  try {
    const units = toFixed8(parseDecimal(text.trim()) ?? { units: 0n, scale: 0 });
    return units > 0n && units < 10n ** 20n ? units : undefined;
  } catch (error) {
    if (error instanceof DecimalRangeError) return undefined;
    throw error;
  }
}

/** Number of candles that an episode processes per step. */
export function candlesPerStep(rules: Rules): number {
  return Math.max(1, rules.pairs.length);
}

export function isOver({ session }: EpisodeRun): boolean {
  return session.step >= session.totalSteps;
}

/** Processes one candle: exits first, then entries. On the last candle no order is placed. */
export function stepEpisode(state: ExchangeState, episode: EpisodeRun, rules: Rules): void {
  const { session } = episode;
  stepOnce(state, session, undefined);
  const trades = session.sandbox.trades.size;
  const prices = readPrices(state, episode, rules);
  if (!isOver(episode)) trade(state, episode, rules, prices);
  const isSnapshot = session.step % SNAPSHOT_STEPS === 0 || isOver(episode);
  if (isSnapshot || session.sandbox.trades.size > trades) takeSnapshot(state, session);
}

/** Reads the current prices and appends them to the closes of each pair. */
function readPrices(state: ExchangeState, { session, closes }: EpisodeRun, rules: Rules): ReadonlyMap<string, Fixed8> {
  const prices = new Map<string, Fixed8>();
  for (const symbol of rules.pairs) {
    if (prices.has(symbol)) continue;
    const price = currentPrice(state, session, symbol);
    if (price === undefined) continue;
    prices.set(symbol, price);
    const known = closes.get(symbol) ?? [];
    if (known.length >= rules.lookback) known.shift();
    known.push(Number(formatFixed8(price)));
    closes.set(symbol, known);
  }
  return prices;
}

function trade(state: ExchangeState, episode: EpisodeRun, rules: Rules, prices: ReadonlyMap<string, Fixed8>): void {
  const { session, closes, positions: held } = episode;
  const fallBack = state.quirks.averagesFallBack;
  const indicators = new Map([...closes].map(([symbol, known]) => [symbol, new IndicatorCache(known)]));
  const open = openPositions(session.sandbox);
  let positions = open.length;
  for (const { symbol, quantity, averagePrice } of open) {
    const price = prices.get(symbol);
    const indicator = indicators.get(symbol);
    if (price === undefined || indicator === undefined) continue;
    const known = held.get(symbol) ?? {
      entryPrice: Number(formatDecimal(averagePrice)),
      entryStep: session.step,
      peak: 0,
    };
    const current = Number(formatFixed8(price));
    known.peak = Math.max(known.peak, current);
    held.set(symbol, known);
    if (!shouldExit(rules, current, known, session.step, indicator)) continue;
    if (tryOrder(state, episode, symbol, "sell", quantity, price)) held.delete(symbol);
  }
  for (const symbol of rules.pairs) {
    if (positions >= rules.maxPositions) break;
    const price = prices.get(symbol);
    const indicator = indicators.get(symbol);
    if (price === undefined || indicator === undefined || hasOpen(episode, symbol)) continue;
    const current = Number(formatFixed8(price));
    if (!shouldEnter(rules, current, indicator, fallBack)) continue;
    const { equity } = currentPortfolio(state, session);
    const share = divide(multiply(equity, rules.positionSizePct), HUNDRED);
    const quantity = round(divide(share, fromFixed8(price)), 8);
    if (quantity.units <= 0n || !tryOrder(state, episode, symbol, "buy", quantity, price)) continue;
    const entry = session.sandbox.positions.get(symbol)?.averagePrice;
    held.set(symbol, {
      entryPrice: entry === undefined ? current : Number(formatDecimal(entry)),
      entryStep: session.step,
      peak: current,
    });
    positions++;
  }
}

function hasOpen({ session }: EpisodeRun, symbol: string): boolean {
  return (session.sandbox.positions.get(symbol)?.quantity.units ?? 0n) > 0n;
}

/** Places a market order. Returns false if it cannot be executed. */
function tryOrder(
  state: ExchangeState,
  { session }: EpisodeRun,
  symbol: string,
  side: "buy" | "sell",
  quantity: { readonly units: bigint; readonly scale: number },
  price: Fixed8,
): boolean {
  const draft = { symbol, side, type: "market", quantity, price: undefined } as const;
  try {
    execute(session.sandbox, draft, price, executionTerms(state, session, undefined));
    return true;
  } catch (error) {
    if (error instanceof Rejection || error instanceof DecimalRangeError) return false;
    throw error;
  }
}

/** Ends an episode and returns its result. */
export function endEpisode(state: ExchangeState, { session }: EpisodeRun, rules: Rules): EpisodeFigures {
  closeAllPositions(state, session, undefined);
  takeSnapshot(state, session);
  finish(state, session, "completed");
  const { outcome, sandbox } = session;
  const figures = outcome?.figures;
  const start = Number(formatFixed8(session.startingBalance));
  const all = tradesOf(sandbox);
  return {
    roi: outcome === undefined ? 0 : Number(formatDecimal(outcome.roiPct)),
    sharpe: figures?.sharpeRatio === undefined ? null : Number(formatDecimal(figures.sharpeRatio)),
    drawdown: figures === undefined ? 0 : Number(formatDecimal(figures.maxDrawdownPct)),
    trades: sandbox.trades.size,
    winRate: figures === undefined ? null : Number(formatDecimal(figures.winRate)),
    pairs: Object.fromEntries(
      rules.pairs.map((symbol) => {
        const trades = all.filter((each) => each.symbol === symbol);
        const gain = sum(
          trades.map(({ realised = ZERO, fee }) => (sandbox.afterFees ? realised : subtract(realised, fee))),
        );
        return [symbol, { roi: (Number(formatDecimal(gain)) / start) * 100, trades: trades.length }];
      }),
    ),
  };
}
