import type { Portfolio } from "../../endpoints/index.ts";
import type { Layout } from "../context.ts";
import { dimLine } from "./lines.ts";
import { changeCell, formatMoney, formatPrice, formatQuantity } from "./numbers.ts";
import { sparkline } from "./sparkline.ts";
import { pairsTable, table, type Cell } from "./table.ts";

const EQUITY_WIDTH = 24;

/** A portfolio: its totals, then its positions. `equity` are earlier values, oldest first. */
export function portfolioLines(
  portfolio: Pick<
    Portfolio,
    "totalEquity" | "availableCash" | "lockedCash" | "realizedPnl" | "unrealizedPnl" | "roiPct" | "positions"
  >,
  equity: readonly number[],
  layout: Layout,
): string[] {
  const { totalEquity, availableCash, lockedCash, realizedPnl, unrealizedPnl, roiPct, positions } = portfolio;
  const rows: (readonly [string, Cell])[] = [
    ["Equity", [`${formatMoney(totalEquity)} USDT`, "bold"]],
    ["Return", changeCell(roiPct)],
    ["Cash", `${formatMoney(availableCash)} USDT, ${formatMoney(lockedCash)} locked`],
    ["Realized", changeCell(realizedPnl, "")],
    ["Unrealized", changeCell(unrealizedPnl, "")],
  ];
  if (equity.length > 1) rows.splice(1, 0, ["", [sparkline(equity, EQUITY_WIDTH), "cyan"]]);
  const summary = pairsTable(rows, layout);
  if (positions.length === 0) return [...summary, "", dimLine("No positions.", layout)];
  return [
    ...summary,
    "",
    ...table(
      [
        { title: "SYMBOL", min: 8 },
        { title: "QUANTITY", align: "point" },
        { title: "ENTRY", align: "point", drop: 2 },
        { title: "PRICE", align: "point", drop: 3 },
        { title: "VALUE", align: "point", drop: 1 },
        { title: "PROFIT", align: "right", drop: 2 },
        { title: "%", align: "right" },
      ],
      positions.map((position): readonly Cell[] => [
        position.symbol,
        formatQuantity(position.quantity),
        formatPrice(position.avgEntryPrice.toSignificantDigits(8)),
        formatPrice(position.currentPrice),
        formatMoney(position.marketValue),
        changeCell(position.unrealizedPnl, ""),
        changeCell(position.unrealizedPnlPct),
      ]),
      layout,
    ),
  ];
}
