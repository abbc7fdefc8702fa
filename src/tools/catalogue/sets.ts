import { suggestion } from "../../wire/index.ts";
import type { ToolSet } from "../types.ts";
import { endpointGroups } from "./endpointList.ts";
import { endpointsByName } from "./endpoints.ts";
import { CREDENTIAL_OPERATIONS, LIMIT_OPERATIONS } from "./secrets.ts";

const LOOK: readonly string[] = [
  "getPrice",
  "getTickers",
  "getCandles",
  "getOrderbook",
  "getRecentTrades",
  "getIndicators",
  "getPairs",
  "getAccountInfo",
  "getPortfolio",
  "getPnl",
  "getPerformance",
  "listOrders",
  "getOrder",
  "getTradeHistory",
  "health",
];

const TRADING: readonly string[] = [
  "getPrice",
  "getCandles",
  "getOrderbook",
  "getPairs",
  "getPortfolio",
  "getOpenOrders",
  "getOrder",
  "placeMarketOrder",
  "placeLimitOrder",
  "placeStopLoss",
  "placeTakeProfit",
  "cancelOrder",
  "cancelAllOrders",
];

/** The groups of endpoints that test ideas on the past, after a look at the market. */
const RESEARCH_GROUPS: readonly string[] = ["backtest", "strategies", "testRuns", "training", "metrics"];
const RESEARCH_MARKET: readonly string[] = ["getPairs", "getCandles", "getIndicators"];

/** The operations of a set, or the given ones. @throws TypeError for an unknown name */
export function toolNames(tools: ToolSet | readonly string[]): readonly string[] {
  if (typeof tools === "string") return namesOfSet(tools);
  for (const name of tools) {
    if (endpointsByName.has(name)) continue;
    const hint = suggestion(name, endpointsByName.keys());
    throw new TypeError(`Unknown tool "${name}".${hint === undefined ? "" : ` ${hint}`}`);
  }
  return [...new Set(tools)];
}

function namesOfSet(set: ToolSet): readonly string[] {
  switch (set) {
    case "look":
      return LOOK;
    case "trading":
      return TRADING;
    case "research":
      return [...RESEARCH_MARKET, ...RESEARCH_GROUPS.flatMap(namesOfGroup)];
    case "all":
      return Object.keys(endpointGroups).flatMap(namesOfGroup);
    default:
      throw new TypeError(
        `Unknown set of tools "${String(set)}". Expected look, trading, research, all, or an array of names.`,
      );
  }
}

function namesOfGroup(group: string): readonly string[] {
  return (endpointGroups[group] ?? [])
    .map(({ name }) => name)
    .filter((name) => !CREDENTIAL_OPERATIONS.has(name) && !LIMIT_OPERATIONS.has(name));
}
