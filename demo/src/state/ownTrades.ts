// The account's own trades of the selected pair, for its chart.
import type { Trade } from "agentexchange";
import { getTradeHistory } from "agentexchange/core";
import { orderChangeCount } from "../feed.ts";
import { route } from "../route.ts";
import { connectionCount } from "./connection.ts";
import { keyed } from "./keyed.ts";
import { poll } from "./poll.ts";

const PERIOD = 30_000;
const LIMIT = 200;

/** What a chart shows of a trade. */
export type Fill = Pick<Trade, "side" | "quantity" | "price" | "executedAt">;

/** Newest first. They belong to one connection and pair. */
export const fills = keyed<readonly Fill[]>(() => `${connectionCount.value} ${route.value.symbol}`, []);

/** Keeps them up to date; returns a function that stops it. */
export function followFills(): () => void {
  return poll({
    name: "trades of the pair",
    period: PERIOD,
    needsAccount: true,
    depends: () => [connectionCount.value, route.value.symbol, orderChangeCount.value],
    async task(client, abort) {
      const { symbol } = route.peek();
      const next = await client.send(getTradeHistory, { symbol, limit: LIMIT }, { signal: abort });
      if (route.peek().symbol === symbol) fills.value = next;
    },
  });
}
