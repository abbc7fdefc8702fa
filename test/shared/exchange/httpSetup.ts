import {
  manualMarket,
  type Exchange,
  type ExchangeOptions,
  type ManualMarket,
  type MarketSource,
} from "../../../src/exchange/index.ts";
import { open, send, trader, type Answer, type Trader } from "./trader.ts";

export const market = (): MarketSource<ManualMarket> =>
  manualMarket({ BTCUSDT: { price: "61250.40", volume: "18000" } });
export const UNKNOWN: string = "00000000-0000-4000-8000-000000000000";

/** Status and error code of a response. */
export function codeOf({ status, json }: Answer): readonly unknown[] {
  return [status, json.error?.code ?? json.detail];
}

/** Two accounts on one exchange, and a token of the first. */
export async function setup(
  options: ExchangeOptions = {},
): Promise<{ exchange: Exchange; owner: Trader; other: Trader; token: string }> {
  const exchange = open({ market: market(), ...options });
  const owner = await trader(exchange);
  const other = await trader(exchange);
  const login = await send(exchange, "POST", "/api/v1/auth/login", {
    api_key: owner.accountKey,
    api_secret: owner.apiSecret,
  });
  return { exchange, owner, other, token: login.json.token };
}
