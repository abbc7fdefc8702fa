import { decimal, instant, list, record, text, type Codec, type Decimal } from "../../wire/index.ts";
import { endpoint, type Endpoint, type NoArguments } from "../endpoint.ts";
import { input } from "../inputs/index.ts";

/** A position in one symbol. */
export interface Position {
  readonly symbol: string;
  /** The base asset, such as `BTC`. */
  readonly asset: string;
  /** In the base asset. */
  readonly quantity: Decimal;
  /** Average price paid, buy fees included, in the quote asset (USDT). */
  readonly avgEntryPrice: Decimal;
  /** Last price in the quote asset; 0 if unknown. */
  readonly currentPrice: Decimal;
  /** Quantity times last price, in the quote asset. */
  readonly marketValue: Decimal;
  /** `marketValue` minus the cost, in the quote asset. */
  readonly unrealizedPnl: Decimal;
  /** `unrealizedPnl` in percent of the cost, with up to 28 digits. */
  readonly unrealizedPnlPct: Decimal;
  /** When the position was first bought; later buys do not change it. */
  readonly openedAt: Date;
}

/** Response body of `getPositions`. */
export interface Positions {
  /** In alphabetical order. */
  readonly positions: readonly Position[];
  /** In USDT. */
  readonly totalUnrealizedPnl: Decimal;
}

export const positionRecord: Codec<Position> = record<Position>({
  symbol: text,
  asset: text,
  quantity: decimal,
  avgEntryPrice: decimal,
  currentPrice: decimal,
  marketValue: decimal,
  unrealizedPnl: decimal,
  unrealizedPnlPct: decimal,
  openedAt: instant,
});

export const positionsRecord: Codec<Positions> = record<Positions>({
  positions: list(positionRecord),
  totalUnrealizedPnl: decimal,
});

export const getPositions: Endpoint<NoArguments, readonly Position[], Positions> = endpoint({
  name: "getPositions",
  method: "GET",
  path: "/account/positions",
  input: input({}),
  output: positionsRecord,
  list: ({ positions }) => positions,
  access: "account",
  tier: "general",
});
