// Runs a strategy's rules over a backtest of the exchange: the rules decide here, the exchange fills and keeps the books.
import { Decimal, isAgentExchangeError, type StrategyDefinition } from "agentexchange";
import {
  batchStepFast,
  cancelBacktest,
  createBacktest,
  getBacktestPortfolio,
  getBacktestPrices,
  getBacktestStatus,
  placeBacktestOrder,
  startBacktest,
  type Client,
} from "agentexchange/core";
import { loadCandles, lengthOf, type Period, type Timeframe } from "./candles.ts";
import { createDecider, type Decider } from "./decide.ts";

export interface Plan extends Period {
  readonly name: string;
  readonly definition: StrategyDefinition;
  /** In USDT. */
  readonly balance: Decimal;
  /** Whether the exchange runs in this thread. */
  readonly isLocal: boolean;
}

/** How far a backtest is. */
export interface Progress {
  readonly stage: "candles" | "trading";
  /** 0 to 1, of this stage. */
  readonly share: number;
  readonly detail: string;
}

/** More candles than this would take minutes on any exchange. */
export const MAX_CANDLES = 20_000;
/** Steps of one request: the embedded exchange makes them in this thread. */
const MAX_STEPS = 5000;
/** Requests in which a backtest without trades is made, so that progress is seen and cancelling is quick. */
const PARTS = 20;
/** Milliseconds of work in one go. */
const SLICE = 12;
const MINUTE = 60_000;
const QUANTITY_DECIMALS = 8;
const LABEL_LENGTH = 100;

export const timeframeOf = ({ timeframe = "1h" }: StrategyDefinition): Timeframe => timeframe;

/** The period in whole candles. */
export function wholeCandles({ start, end }: Period, timeframe: Timeframe): Period & { readonly count: number } {
  const length = lengthOf(timeframe);
  const from = Math.ceil(start / length) * length;
  const count = Math.max(0, Math.floor((end - from) / length));
  return { start: from, end: from + count * length, count };
}

/** Runs a backtest to its end; resolves to its id. An abort cancels it on the exchange; what it reached until then stays. */
export async function runBacktest(
  client: Client,
  plan: Plan,
  signal: AbortSignal,
  onProgress: (progress: Progress) => void,
): Promise<string> {
  const timeframe = timeframeOf(plan.definition);
  const period = wholeCandles(plan, timeframe);
  const symbols = [...new Set(plan.definition.pairs)];
  const closes = await loadCloses(client, { ...plan, ...period }, symbols, timeframe, signal, onProgress);
  const { sessionId } = await client.send(
    createBacktest,
    {
      startTime: new Date(period.start),
      endTime: new Date(period.end),
      startingBalance: plan.balance,
      // The exchange records the equity every 60 steps: every hour, whatever the length of the strategy's candles.
      candleInterval: "1m",
      pairs: symbols,
      strategyLabel: plan.name.slice(0, LABEL_LENGTH),
    },
    { signal },
  );
  try {
    await client.send(startBacktest, sessionId, { signal });
    const decider = createDecider(plan.definition);
    const session = createSession(client, sessionId, lengthOf(timeframe) / MINUTE, signal);
    await trade(session, decider, closes, period.count, onProgress);
  } catch (error) {
    // Whatever has happened, nobody steps this session any more.
    await client.send(cancelBacktest, sessionId).catch(() => {});
    throw error;
  }
  return sessionId;
}

/** The close of each candle, by pair; the one before where a candle is missing. */
type Closes = ReadonlyMap<string, readonly (number | undefined)[]>;

async function loadCloses(
  client: Client,
  plan: Plan & { readonly count: number },
  symbols: readonly string[],
  timeframe: Timeframe,
  signal: AbortSignal,
  onProgress: (progress: Progress) => void,
): Promise<Closes> {
  const closes = new Map<string, readonly (number | undefined)[]>();
  for (const symbol of symbols) {
    const report = (share: number): void =>
      onProgress({ stage: "candles", share: (closes.size + share) / symbols.length, detail: symbol });
    report(0);
    const { start, end, isLocal } = plan;
    const candles = await loadCandles(client, { symbol, timeframe, start, end, isLocal, signal, onProgress: report });
    closes.set(symbol, closesOf(candles, start, lengthOf(timeframe), plan.count));
  }
  return closes;
}

function closesOf(
  candles: readonly { readonly time: Date; readonly close: Decimal }[],
  start: number,
  length: number,
  count: number,
): readonly (number | undefined)[] {
  const closes = Array<number | undefined>(count).fill(undefined);
  for (const { time, close } of candles) closes[(time.getTime() - start) / length] = close.toNumber();
  for (let index = 1; index < count; index++) closes[index] ??= closes[index - 1];
  return closes;
}

async function trade(
  session: Session,
  decider: Decider,
  closes: Closes,
  count: number,
  onProgress: (progress: Progress) => void,
): Promise<void> {
  const part = Math.max(1, Math.min(Math.ceil(count / PARTS), Math.floor(MAX_STEPS / session.stepsPerCandle)));
  let sliceStart = performance.now();
  for (let candle = 1; candle <= count; candle++) {
    const decision = decider.see(pricesAt(closes, candle - 1));
    const isLast = candle === count;
    // The exchange sells what is left at the end, so no order is placed there.
    const acts = !isLast && decision.sell.length + decision.buy.length > 0;
    if (acts || isLast || candle % part === 0) {
      await session.stepTo(candle);
      onProgress({ stage: "trading", share: candle / count, detail: `candle ${candle} of ${count}` });
      if (acts) {
        for (const symbol of decision.sell) await session.sell(symbol);
        // What is bought again at the same candle is another position.
        decider.holds(await session.entryPrices());
        for (const symbol of decision.buy) await session.buy(symbol, decider.positionSizePct);
        decider.holds(await session.entryPrices());
      }
      sliceStart = performance.now();
    } else if (performance.now() - sliceStart > SLICE) {
      await new Promise((resolve) => setTimeout(resolve));
      session.signal.throwIfAborted();
      sliceStart = performance.now();
    }
  }
}

function pricesAt(closes: Closes, index: number): ReadonlyMap<string, number> {
  const prices = new Map<string, number>();
  for (const [symbol, all] of closes) {
    const price = all[index];
    if (price !== undefined) prices.set(symbol, price);
  }
  return prices;
}

/** A running backtest of the exchange. */
interface Session {
  readonly stepsPerCandle: number;
  readonly signal: AbortSignal;
  /** Lets time pass up to the end of a candle, counted from 1. */
  stepTo(candle: number): Promise<void>;
  buy(symbol: string, sharePct: string): Promise<void>;
  /** Sells all of it. */
  sell(symbol: string): Promise<void>;
  /** The mean entry price of each position. */
  entryPrices(): Promise<ReadonlyMap<string, number>>;
}

interface Position {
  readonly quantity: Decimal;
  /** Of its order, without the fee: what the rules of the exchange's own tests look at. */
  readonly entryPrice: Decimal;
}

function createSession(client: Client, id: string, stepsPerCandle: number, signal: AbortSignal): Session {
  const options = { signal };
  let step = 0;
  let prices: Readonly<Record<string, Decimal>> = {};
  // Null when it has to be read, because an order changed it.
  let equity: Decimal | null = null;
  // Null when it has to be read, because nobody knows what an order did.
  let positions: Map<string, Position> | null = new Map();

  async function readPortfolio(): Promise<void> {
    const portfolio = await client.send(getBacktestPortfolio, id, options);
    equity = portfolio.totalEquity;
    positions ??= new Map(
      portfolio.positions.map(({ symbol, quantity, avgEntryPrice }) => [
        symbol,
        { quantity, entryPrice: avgEntryPrice },
      ]),
    );
  }

  async function readPositions(): Promise<Map<string, Position>> {
    if (positions === null) await readPortfolio();
    return positions ?? new Map<string, Position>();
  }

  async function place(symbol: string, side: "buy" | "sell", quantity: Decimal): Promise<void> {
    equity = null;
    const known = await readPositions();
    try {
      const order = { symbol, side, quantity };
      const { executedPrice } = await client.send(placeBacktestOrder, id, order, options);
      if (executedPrice === null) return;
      if (side === "sell") known.delete(symbol);
      else known.set(symbol, { quantity, entryPrice: executedPrice });
    } catch (error) {
      // As in the exchange's own tests, an order that is not accepted is left out. The next portfolio shows what an order
      // did whose response was lost.
      if (signal.aborted || !isAgentExchangeError(error)) throw error;
      positions = null;
    }
  }

  return {
    stepsPerCandle,
    signal,
    async stepTo(candle) {
      const target = candle * stepsPerCandle;
      while (step < target) {
        const steps = Math.min(MAX_STEPS, target - step);
        try {
          const made = await client.send(batchStepFast, id, { steps }, options);
          ({ step, prices } = made);
          equity = made.portfolio.totalEquity;
        } catch (error) {
          const { currentStep, status } = await client.send(getBacktestStatus, id, options);
          // Steps whose response was lost have been made: they must not be made twice.
          if (currentStep === step) throw error;
          step = currentStep;
          if (status !== "running") return;
          prices = await client.send(getBacktestPrices, id, options).then((known) => known.prices);
          equity = null;
        }
      }
    },
    async buy(symbol, sharePct) {
      const price = prices[symbol];
      if (price === undefined || (await readPositions()).has(symbol)) return;
      if (equity === null) await readPortfolio();
      const value = (equity ?? new Decimal(0)).mul(sharePct).div(100);
      const quantity = value.div(price).toDecimalPlaces(QUANTITY_DECIMALS);
      if (quantity.gt(0)) await place(symbol, "buy", quantity);
    },
    async sell(symbol) {
      const position = (await readPositions()).get(symbol);
      if (position !== undefined) await place(symbol, "sell", position.quantity);
    },
    async entryPrices() {
      return new Map([...(await readPositions())].map(([symbol, { entryPrice }]) => [symbol, entryPrice.toNumber()]));
    },
  };
}
