import type { Mandate, ToolSet } from "../../tools/index.ts";
import type { Arguments } from "../command.ts";
import { COMMON_OPTIONS, EXCHANGE_OPTIONS } from "../globals.ts";
import { parse, parseCount } from "../parse.ts";
import { readTime } from "../period.ts";
import { UsageError } from "../usageError.ts";

const DAY = 86_400_000;

/** Options of `agentexchange mcp`. */
export const mcpOptions = {
  tools: {
    type: "string",
    value: "SET",
    choices: ["look", "trading", "research", "all"],
    about: "tools by name, separated by commas, or a set; default trading, without --symbols look",
  },
  symbols: { type: "string", value: "LIST", about: "pairs that may be traded, such as BTCUSDT,ETHUSDT; default none" },
  "max-order": { type: "string", value: "USDT", about: "largest worst-case value of an order" },
  "max-per-day": { type: "string", value: "USDT", about: "largest worst-case value of a day's orders" },
  "max-orders-per-day": { type: "string", value: "COUNT", about: "most orders of a day" },
  "max-exposure": { type: "string", value: "USDT", about: "largest value of positions and pending buys" },
  "max-drawdown": { type: "string", value: "PERCENT", about: "loss from the highest equity that halts trading" },
  until: { type: "string", value: "TIME", about: "when trading ends; default a day after the start" },
  "approve-above": {
    type: "string",
    value: "USDT",
    default: "0",
    about: "orders worth more need your yes; default all orders",
  },
  "dry-run": { type: "boolean", about: "only compute what orders would do" },
  journal: { type: "string", value: "FILE", about: "records every call; default a file in your state folder" },
} as const;

const AMOUNTS = ["max-order", "max-per-day", "max-exposure", "max-drawdown", "approve-above"] as const;

/** What `agentexchange mcp` serves. */
export interface McpSettings {
  readonly tools: ToolSet | readonly string[];
  /** Undefined without symbols: the agent can only look. */
  readonly mandate: Mandate | undefined;
  readonly approveAbove: string;
  readonly dryRun: boolean;
  readonly journal: string | undefined;
}

/** @throws UsageError for limits without symbols or of another form, and for arguments */
export function readMcpSettings({ values, positionals }: Arguments<typeof mcpOptions>, now: number): McpSettings {
  if (positionals.length > 0) throw new UsageError(`mcp takes no arguments, received "${positionals.join(" ")}".`);
  const { symbols, journal, tools: chosen = symbols === undefined ? "look" : "trading" } = values;
  for (const name of AMOUNTS) checkAmount(name, values[name]);
  const limits = {
    maxOrder: values["max-order"],
    maxPerDay: values["max-per-day"],
    maxOrdersPerDay: parseCount("max-orders-per-day", values["max-orders-per-day"], { min: 0, max: 1_000_000 }),
    maxExposure: values["max-exposure"],
    maxDrawdownPct: values["max-drawdown"],
  };
  const isLimited = values.until !== undefined || Object.values(limits).some((limit) => limit !== undefined);
  if (symbols === undefined && isLimited)
    throw new UsageError("Limits need --symbols: the pairs that the agent may trade, such as --symbols BTCUSDT.");
  const end = values.until === undefined ? now + DAY : readTime("until", values.until);
  const until = new Date(end).toISOString();
  return {
    tools: mcpOptions.tools.choices.find((set) => set === chosen) ?? listOf(chosen),
    mandate: symbols === undefined ? undefined : { symbols: listOf(symbols), ...limits, until },
    approveAbove: values["approve-above"],
    dryRun: values["dry-run"],
    journal,
  };
}

/** Checks arguments that another program will pass to `agentexchange mcp`. @throws UsageError */
export function checkMcpArguments(args: readonly string[]): void {
  const parsed = parse(args, { ...mcpOptions, ...EXCHANGE_OPTIONS, ...COMMON_OPTIONS });
  // parse() gives each option a value of its type.
  readMcpSettings(parsed as Arguments<typeof mcpOptions>, 0);
}

function checkAmount(name: string, text: string | undefined): void {
  if (text === undefined || /^(?:\d+\.?\d*|\.\d+)$/.test(text)) return;
  throw new UsageError(`--${name} must be a number such as 500, received "${text}". Try --help.`);
}

function listOf(text: string): readonly string[] {
  return text.split(",").map((item) => item.trim());
}
