// The strategies of the kit, with values that suit an account of 10 000 USDT.
import {
  buyTheDip,
  dollarCostAverage,
  modelDriven,
  movingAverageCross,
  rebalance,
  type Strategy,
} from "agentexchange/bots";
import { Decimal } from "agentexchange";
import type { Mandate } from "agentexchange/tools";
import { mockModel, runModel } from "./model.ts";
import type { AgentSettings, LimitName, StrategyKind } from "./types.ts";

export const START_BALANCE = "10000";
const UNTIL = "2036-01-01T00:00:00Z";

/** A number that a person can set. */
export interface Field<Name extends string = string> {
  readonly name: Name;
  readonly label: string;
  readonly initial: string;
  readonly min: string;
  readonly max: string;
  readonly whole?: boolean;
}

export interface StrategyInfo {
  readonly title: string;
  /** What it does, in one sentence. */
  readonly sentence: string;
  readonly pairs: readonly string[];
  readonly fields: readonly Field[];
  readonly make: (settings: AgentSettings, seed: number) => Strategy;
}

const amount = (initial: string, label = "Amount of one order, USDT"): Field => ({
  name: "amount",
  label,
  initial,
  min: "6",
  max: "2000",
});

export const STRATEGIES: Readonly<Record<StrategyKind, StrategyInfo>> = {
  dollarCostAverage: {
    title: "Dollar-cost average",
    sentence: "Buys for the same amount at every tick, whatever the price.",
    pairs: ["BTCUSDT", "ETHUSDT"],
    fields: [amount("20")],
    make: ({ values }) => dollarCostAverage({ amount: values["amount"] ?? "" }),
  },
  buyTheDip: {
    title: "Buy the dip",
    sentence: "Buys the pair that has fallen most within 24 hours, if it has fallen far enough.",
    pairs: ["BTCUSDT", "ETHUSDT", "SOLUSDT"],
    fields: [
      amount("50"),
      { name: "minDropPct", label: "Smallest fall in 24 hours, %", initial: "2", min: "0.1", max: "90" },
    ],
    make: ({ values }) => buyTheDip({ amount: values["amount"] ?? "", minDropPct: values["minDropPct"] }),
  },
  movingAverageCross: {
    title: "Moving averages",
    sentence: "Buys when the short average of 5-minute candles rises above the long one, sells when it falls below.",
    pairs: ["BTCUSDT", "SOLUSDT"],
    fields: [
      amount("1000"),
      { name: "fast", label: "Candles of the short average", initial: "12", min: "1", max: "199", whole: true },
      { name: "slow", label: "Candles of the long average", initial: "48", min: "2", max: "200", whole: true },
    ],
    make: ({ values }) =>
      movingAverageCross({
        amount: values["amount"] ?? "",
        fast: Number(values["fast"]),
        slow: Number(values["slow"]),
        interval: "5m",
      }),
  },
  rebalance: {
    title: "Rebalance",
    sentence: "Keeps each pair at its share of the equity: each tick trades the one that is farthest from it.",
    pairs: ["BTCUSDT", "ETHUSDT", "SOLUSDT"],
    fields: [
      { name: "sharePct", label: "Share of each pair, %", initial: "20", min: "1", max: "24" },
      { name: "thresholdPct", label: "Tolerated distance, % of the equity", initial: "0.5", min: "0.1", max: "50" },
    ],
    make: ({ pairs, values }) =>
      rebalance({
        weights: Object.fromEntries(pairs.map((pair) => [pair, values["sharePct"] ?? ""])),
        thresholdPct: values["thresholdPct"],
      }),
  },
  modelDriven: {
    title: "Mock model",
    sentence: "A scripted stand-in for a language model: it calls tools, reads their answers and proposes one order.",
    pairs: ["BTCUSDT", "ETHUSDT", "SOLUSDT"],
    fields: [amount("400")],
    make: ({ pairs, values }, seed) => {
      const model = mockModel({ seed, pairs, amount: new Decimal(values["amount"] ?? "0") });
      return modelDriven({ name: "mockModel", run: (toolbox, context) => runModel(model, toolbox, context) });
    },
  },
};

/** The mandate's limits that a person can set. */
export const LIMITS: readonly Field<LimitName>[] = [
  { name: "maxPerDay", label: "Most per day, USDT", initial: "1500", min: "5", max: "100000" },
  { name: "maxExposure", label: "Most in positions, USDT", initial: "8000", min: "5", max: "100000" },
  { name: "maxDrawdownPct", label: "Drawdown that halts it, %", initial: "15", min: "0.1", max: "100" },
];

export function mandateOf({ pairs, limits }: AgentSettings): Mandate {
  return { symbols: pairs, ...limits, until: UNTIL };
}

/** Settings that suit a strategy. */
export function initialSettings(kind: StrategyKind, name = STRATEGIES[kind].title): AgentSettings {
  const { pairs, fields } = STRATEGIES[kind];
  const initial = (list: readonly Field[]): Record<string, string> =>
    Object.fromEntries(list.map((field) => [field.name, field.initial]));
  const limits = initial(LIMITS) as Record<LimitName, string>;
  // It buys and sells the same amount many times a day, and its first tick buys all shares.
  if (kind === "movingAverageCross" || kind === "rebalance" || kind === "modelDriven") limits.maxPerDay = "8000";
  return { name, kind, pairs, values: initial(fields), limits };
}
