import { absent, decimal, record, type Codec, type Decimal } from "../../wire/index.ts";
import { message, streamInstant, type UpdateSource } from "./message.ts";

/** The current value of the portfolio; amounts in USDT. */
export interface PortfolioUpdate {
  /** Cash, locked cash and positions together. */
  readonly totalEquity: Decimal;
  readonly unrealizedPnl: Decimal;
  readonly realizedPnl: Decimal;
  /** Null if not sent. */
  readonly availableCash: Decimal | null;
  readonly timestamp: Date;
  readonly source: UpdateSource;
}

/** A message of the channel `portfolio`. */
export const portfolioMessage: Codec<PortfolioUpdate> = message(
  "portfolio",
  record<object>({}),
  record<Omit<PortfolioUpdate, "source">>({
    totalEquity: decimal,
    unrealizedPnl: decimal,
    realizedPnl: decimal,
    timestamp: streamInstant,
    availableCash: absent(decimal, null),
  }),
);
