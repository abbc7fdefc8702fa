// Orders with idempotency keys, and what their responses say about them.
import { manualMarket, type Exchange, type ExchangeOptions, type ManualMarket } from "../../../src/exchange/index.ts";
import { open, trader, type Answer, type AnswerTo, type Trader } from "./trader.ts";

export const market = manualMarket({
  BTCUSDT: { price: "50000", volume: "18000" },
  DOGEUSDT: { price: "0.12345", volume: "90000000" },
});

export const BUY = { symbol: "BTCUSDT", side: "buy", type: "market", quantity: "0.01" } as const;
export const LIMIT = { symbol: "BTCUSDT", side: "buy", type: "limit", quantity: "0.01", price: "40000" } as const;
export const TOO_LARGE = { ...BUY, quantity: "5" } as const;

export const setup = async (
  options: Partial<ExchangeOptions<ManualMarket>> = {},
): Promise<{ exchange: Exchange<ManualMarket>; bot: Trader }> => {
  const exchange = open({ market, ...options });
  return { exchange, bot: await trader(exchange) };
};

export type Placed = AnswerTo<"POST", "/trade/order">;

export const place = (bot: Trader, body: unknown, key: string, headers: Record<string, string> = {}): Promise<Placed> =>
  bot.send("POST", "/trade/order", body, { "idempotency-key": key, ...headers });

export const replayedOf = (answer: Answer): string | null => answer.headers.get("idempotency-replayed");
export const shown = (answer: Answer): unknown => [answer.status, replayedOf(answer), answer.json];

export const codeOf = ({ status, json, headers }: Answer): unknown => [
  status,
  json.error.code,
  headers.get("idempotency-replayed"),
];
