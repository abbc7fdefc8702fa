import { amountWithin } from "../../endpoints/inputs/index.ts";
import { invalid } from "../../endpoints/index.ts";
import { isAgentExchangeError, redactor, ValidationError, type ValidationIssue } from "../../errors/index.ts";
import type { Mandate } from "../../tools/index.ts";
import { mostSimilar, parseInstant, type CandleInterval } from "../../wire/index.ts";
import * as v from "valibot";
import { nextTick } from "../nextTick.ts";
import { buyTheDip } from "../strategies/buyTheDip.ts";
import { dollarCostAverage } from "../strategies/dollarCostAverage.ts";
import { movingAverageCross } from "../strategies/movingAverageCross.ts";
import { rebalance } from "../strategies/rebalance.ts";
import type { Strategy } from "../types.ts";

/** What {@link parseBotSettings} makes of variables: options of {@link runTick}. */
export interface BotSettings {
  readonly strategy: Strategy;
  readonly mandate: Mandate;
  readonly dryRun: boolean;
  /** The cron expressions of `CRONS`; empty without it. */
  readonly crons: readonly string[];
}

/** Variables of every bot. */
const COMMON = [
  "SYMBOLS",
  "STRATEGY",
  "MAX_ORDER_USDT",
  "MAX_PER_DAY_USDT",
  "MAX_ORDERS_PER_DAY",
  "MAX_EXPOSURE_USDT",
  "MAX_DRAWDOWN_PCT",
  "UNTIL",
  "DRY_RUN",
  "CRONS",
] as const;

type Variable = (typeof COMMON)[number] | (typeof STRATEGIES)[StrategyName][number];
type StrategyName = keyof typeof STRATEGIES;

/** Variables of each strategy, and the options that they become. */
const STRATEGIES = {
  dollarCostAverage: ["AMOUNT_USDT"],
  buyTheDip: ["AMOUNT_USDT", "MIN_DROP_PCT"],
  movingAverageCross: ["AMOUNT_USDT", "FAST", "SLOW", "INTERVAL", "STOP_PCT"],
  rebalance: ["WEIGHTS", "THRESHOLD_PCT"],
} as const;

/** The variable of an option, for messages. */
const VARIABLE_OF: Readonly<Record<string, Variable>> = {
  amount: "AMOUNT_USDT",
  minDropPct: "MIN_DROP_PCT",
  fast: "FAST",
  slow: "SLOW",
  interval: "INTERVAL",
  stopPct: "STOP_PCT",
  weights: "WEIGHTS",
  thresholdPct: "THRESHOLD_PCT",
};

const ALL: readonly string[] = [...new Set<string>([...COMMON, ...Object.values(STRATEGIES).flat()])];
const DECIMAL = /^\d+(?:\.\d+)?$/;
const NOT_A_NUMBER = 'must be a number, such as "25"';
/** Options that are decimal numbers. */
const DECIMALS: ReadonlySet<string> = new Set(["amount", "minDropPct", "stopPct", "thresholdPct"]);
const NEVER = "9999-12-31T23:59:59Z";
const MAX_SYMBOLS = 1000;
const redact = /* @__PURE__ */ redactor([]);

/**
 * Reads a bot's settings from variables, such as those of a Worker: `SYMBOLS`, `STRATEGY` (default `dollarCostAverage`)
 * with its options, the limits of the mandate, `UNTIL`, `DRY_RUN` and `CRONS` (separated by `|`).
 *
 * @param variables other variables are ignored, unless their names look like misspelt ones
 * @throws ValidationError that names every problem in one line
 * @example
 * ```ts
 * import { parseBotSettings } from "agentexchange/bots";
 *
 * const { strategy, mandate } = parseBotSettings({
 *   STRATEGY: "buyTheDip",
 *   SYMBOLS: "BTCUSDT, ETHUSDT",
 *   AMOUNT_USDT: "25",
 *   MAX_PER_DAY_USDT: "100",
 * });
 * console.log(strategy.name, mandate.symbols.join(" ")); // buyTheDip BTCUSDT ETHUSDT
 * ```
 */
export function parseBotSettings(variables: Readonly<Record<string, unknown>>): BotSettings {
  const issues: ValidationIssue[] = [];
  const report = (field: string, message: string): void => void issues.push({ field, message });
  const text = (name: Variable): string | undefined => {
    const value = variables[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    if (typeof value !== "string") report(name, "must be a string");
    return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
  };
  const read: Reader = { text, report };

  const given = text("STRATEGY") ?? "dollarCostAverage";
  const name = readStrategyName(given, report);
  const symbols = readSymbols(read);
  reportUseless(variables, name, report);
  const mandate: Mandate = {
    symbols,
    maxOrder: amount(read, "MAX_ORDER_USDT"),
    maxPerDay: amount(read, "MAX_PER_DAY_USDT"),
    maxOrdersPerDay: wholeNumber(read, "MAX_ORDERS_PER_DAY"),
    maxExposure: amount(read, "MAX_EXPOSURE_USDT"),
    maxDrawdownPct: amount(read, "MAX_DRAWDOWN_PCT", 100),
    until: readUntil(read),
  };
  if (mandate.maxDrawdownPct !== undefined && !/[1-9]/.test(mandate.maxDrawdownPct))
    report("MAX_DRAWDOWN_PCT", "must be greater than 0");
  const strategy = name === undefined ? undefined : createStrategy(name, read, symbols);
  const dryRun = readFlag(read, "DRY_RUN");
  const crons = readCrons(read);
  if (issues.length > 0 || strategy === undefined) throw invalid("parseBotSettings", issues);
  return { strategy, mandate, dryRun, crons };
}

interface Reader {
  readonly text: (name: Variable) => string | undefined;
  readonly report: (field: string, message: string) => void;
}

function readStrategyName(given: string, report: Reader["report"]): StrategyName | undefined {
  const names = Object.keys(STRATEGIES) as StrategyName[];
  const name = names.find((each) => each.toLowerCase() === given.toLowerCase());
  if (name !== undefined) return name;
  const similar = mostSimilar(given, names);
  report(
    "STRATEGY",
    similar === undefined ? `must be one of ${names.join(", ")}` : `is unknown. Did you mean "${similar}"?`,
  );
  return undefined;
}

/** Reports variables that would be ignored although somebody has set them. */
function reportUseless(
  variables: Readonly<Record<string, unknown>>,
  strategy: StrategyName | undefined,
  report: Reader["report"],
): void {
  const used: readonly string[] = strategy === undefined ? ALL : [...COMMON, ...STRATEGIES[strategy]];
  for (const [name, value] of Object.entries(variables)) {
    if (typeof value !== "string" || used.includes(name)) continue;
    if (ALL.includes(name)) {
      if (value.trim() !== "") report(name, `has no effect with STRATEGY=${strategy ?? ""}; remove it`);
      continue;
    }
    const similar = mostSimilar(name, ALL);
    if (similar !== undefined) report(name, `is not a known variable. Did you mean "${similar}"?`);
  }
}

/** Pairs in upper case, each once, separated by commas or spaces. */
function readSymbols({ text, report }: Reader): readonly string[] {
  const words = (text("SYMBOLS") ?? "").split(/[\s,;]+/).filter((word) => word !== "");
  const symbols = [...new Set(words.map((word) => word.toUpperCase()))];
  const wrong = symbols.filter((symbol) => !/^[A-Z0-9]{2,20}$/.test(symbol));
  if (symbols.length === 0) report("SYMBOLS", 'must name the pairs to trade, such as "BTCUSDT, ETHUSDT"');
  else if (symbols.length > MAX_SYMBOLS) report("SYMBOLS", `must name at most ${MAX_SYMBOLS} pairs`);
  if (wrong.length > 0)
    report("SYMBOLS", `must be pairs without separators, such as BTCUSDT, but has ${wrong.slice(0, 5).join(" and ")}`);
  return symbols;
}

function amount({ text, report }: Reader, name: Variable, max = 1e12): string | undefined {
  const value = text(name);
  if (value === undefined) return undefined;
  const result = v.safeParse(amountWithin(0, max), value);
  if (result.success) return result.output;
  report(name, `${DECIMAL.test(value) ? result.issues[0].message : NOT_A_NUMBER}, but is ${shorten(value)}`);
  return undefined;
}

function wholeNumber({ text, report }: Reader, name: Variable): number | undefined {
  const value = text(name);
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value);
  report(name, `must be a whole number, but is ${shorten(value)}`);
  return undefined;
}

function readUntil({ text, report }: Reader): string {
  const value = text("UNTIL");
  if (value === undefined) return NEVER;
  if (Number.isNaN(parseInstant(value)))
    report("UNTIL", `must be a time with a time zone, such as 2027-12-31T00:00:00Z, but is ${shorten(value)}`);
  return value;
}

function readFlag({ text, report }: Reader, name: Variable): boolean {
  const value = text(name)?.toLowerCase();
  if (value === undefined || value === "false" || value === "0") return false;
  if (value !== "true" && value !== "1") report(name, `must be true or false, but is ${shorten(value)}`);
  return true;
}

function readCrons({ text, report }: Reader): readonly string[] {
  const crons = (text("CRONS") ?? "").split("|").map((cron) => cron.trim());
  const wrong = crons.filter((cron) => cron !== "" && nextTick(cron, 0) === null);
  if (wrong.length > 0)
    report("CRONS", `must be cron expressions of five fields, separated by |, but has ${shorten(wrong.join(" | "))}`);
  return [...new Set(crons)].filter((cron) => cron !== "");
}

function createStrategy(name: StrategyName, read: Reader, symbols: readonly string[]): Strategy | undefined {
  const { text, report } = read;
  const decimal = text("AMOUNT_USDT") ?? "";
  try {
    switch (name) {
      case "dollarCostAverage":
        return dollarCostAverage({ amount: decimal });
      case "buyTheDip":
        return buyTheDip({ amount: decimal, minDropPct: text("MIN_DROP_PCT") });
      case "movingAverageCross":
        return movingAverageCross({
          amount: decimal,
          fast: wholeNumber(read, "FAST"),
          slow: wholeNumber(read, "SLOW"),
          interval: text("INTERVAL") as CandleInterval | undefined,
          stopPct: text("STOP_PCT"),
        });
      case "rebalance":
        return rebalance({ weights: readWeights(read, symbols), thresholdPct: text("THRESHOLD_PCT") });
      default:
        return undefined;
    }
  } catch (problem) {
    if (!(isAgentExchangeError(problem) && problem instanceof ValidationError)) throw problem;
    for (const { field, message } of problem.issues) {
      const [option = "", ...rest] = field.split(".");
      const variable = VARIABLE_OF[option];
      const value = variable === undefined ? undefined : text(variable);
      const why = DECIMALS.has(option) && !DECIMAL.test(value ?? "") ? NOT_A_NUMBER : message;
      const weight = rest.length > 0 ? `(${rest.join(".")}) ` : "";
      const but = value === undefined ? "is not set" : `is ${shorten(value)}`;
      report(variable ?? field, `${weight}${why}, but ${but}`);
    }
    return undefined;
  }
}

/** `BTCUSDT=50, ETHUSDT=30`. */
function readWeights({ text, report }: Reader, symbols: readonly string[]): Record<string, string> {
  const weights: Record<string, string> = {};
  for (const part of (text("WEIGHTS") ?? "").split(/[,;]+/)) {
    if (part.trim() === "") continue;
    const [pair = "", weight = "", ...rest] = part.split(/[=:]/).map((word) => word.trim());
    const symbol = pair.toUpperCase();
    if (symbol === "" || weight === "" || rest.length > 0)
      report("WEIGHTS", `must have the form BTCUSDT=50, ETHUSDT=30, but has ${shorten(part.trim())}`);
    else if (Object.hasOwn(weights, symbol)) report("WEIGHTS", `names ${symbol} twice`);
    else if (!symbols.includes(symbol)) report("WEIGHTS", `names ${shorten(symbol)}, which is not one of SYMBOLS`);
    weights[symbol] = weight;
  }
  return weights;
}

/** A value for a message. Somebody may have put a key into the wrong variable. */
function shorten(value: string): string {
  const text = redact(value);
  return JSON.stringify(text.length <= 40 ? text : `${text.slice(0, 40)}…`);
}
