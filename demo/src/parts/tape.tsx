import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { absenceOf } from "../state/denied.ts";
import { fitTable } from "../state/desk.ts";
import * as market from "../state/market.ts";
import { fixed, timeOfDay } from "./format.ts";
import { Table } from "./table.tsx";

const tradeKeys = new WeakMap<market.DisplayedTrade, string>();
let tradesSeen = 0;

/** Streamed trades have no ids, and two can be equal, so each object gets a key. */
function keyOfTrade(trade: market.DisplayedTrade): string {
  const key = tradeKeys.get(trade) ?? String(tradesSeen++);
  tradeKeys.set(trade, key);
  return key;
}

/** The latest trades of everybody. */
export function Tape(): JSX.Element {
  const trades = market.trades.value;
  const section = useRef<HTMLElement>(null);
  useEffect(() => fitTable("tape", section.current?.querySelector("table")));
  return (
    <section class="panel tape" ref={section} aria-labelledby="public-trades">
      <h2 id="public-trades">Recent trades</h2>
      <Table
        caption="Recent trades, newest first"
        captionHidden
        rows={trades ?? []}
        keyOf={(trade) => keyOfTrade(trade)}
        empty={trades === null ? absenceOf("public trades") : "No trades yet."}
        columns={[
          { name: "Time", cell: ({ timestamp }) => timeOfDay(timestamp) },
          {
            name: "Price",
            numeric: true,
            cell: (trade) => (
              <span class={trade.isBuyerMaker ? "down" : "up"}>
                <span aria-hidden="true">{trade.isBuyerMaker ? "▼" : "▲"} </span>
                {fixed(trade.price, market.priceDecimals.value)}
                <span class="visually-hidden">{trade.isBuyerMaker ? " sold" : " bought"}</span>
              </span>
            ),
          },
          { name: "Quantity", numeric: true, cell: (trade) => fixed(trade.quantity, market.tradeDecimals.value) },
        ]}
      />
    </section>
  );
}
