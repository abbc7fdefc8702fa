import { decimal, instant, list, record, type Codec, type Decimal } from "../../wire/index.ts";
import { endpoint, type Endpoint, type NoArguments } from "../endpoint.ts";
import { input } from "../inputs/index.ts";
import { positionRecord, type Position } from "./getPositions.ts";

/** Holdings and profit of the caller; amounts in USDT. */
export interface Portfolio {
  /** Cash, locked cash and positions together. */
  readonly totalEquity: Decimal;
  readonly availableCash: Decimal;
  /** Locked by pending buy orders. */
  readonly lockedCash: Decimal;
  readonly totalPositionValue: Decimal;
  readonly unrealizedPnl: Decimal;
  /** After fees. The platform includes trades from before a reset; the embedded exchange does not, except in `observed` mode. */
  readonly realizedPnl: Decimal;
  /** Realized and unrealized PnL. */
  readonly totalPnl: Decimal;
  /** `totalPnl` in percent of the starting balance. */
  readonly roiPct: Decimal;
  readonly startingBalance: Decimal;
  /** In alphabetical order. */
  readonly positions: readonly Position[];
  /** When the response was created. */
  readonly timestamp: Date;
}

export const portfolioRecord: Codec<Portfolio> = record<Portfolio>({
  totalEquity: decimal,
  availableCash: decimal,
  lockedCash: decimal,
  totalPositionValue: decimal,
  unrealizedPnl: decimal,
  realizedPnl: decimal,
  totalPnl: decimal,
  roiPct: decimal,
  startingBalance: decimal,
  positions: list(positionRecord),
  timestamp: instant,
});

export const getPortfolio: Endpoint<NoArguments, Portfolio> = endpoint({
  name: "getPortfolio",
  method: "GET",
  path: "/account/portfolio",
  input: input({}),
  output: portfolioRecord,
  access: "account",
  tier: "general",
  evidence: ({ timestamp }) => ({ serverTime: timestamp }),
});
