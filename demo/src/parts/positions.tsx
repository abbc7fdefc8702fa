import { Decimal } from "agentexchange";
import type { JSX } from "preact";
import { routeHash } from "../route.ts";
import * as account from "../state/account.ts";
import { absenceOf } from "../state/denied.ts";
import { send, sending } from "../state/sentOrders.ts";
import { ask } from "./ask.tsx";
import { Change } from "./change.tsx";
import { money, percent, price, quantity, signedMoney } from "./format.ts";
import { Table } from "./table.tsx";
import { toast } from "./toasts.tsx";

/** What is held, at live prices; each position can be closed. */
export function Positions(): JSX.Element {
  return (
    <section class="card panel positions" aria-labelledby="positions">
      <h2 id="positions">Positions</h2>
      {account.portfolio.value === null ? (
        <p class="empty">{absenceOf("portfolio")}</p>
      ) : (
        <Table
          caption="Positions"
          captionHidden
          stack
          rows={account.positions.value}
          keyOf={({ position }) => position.symbol}
          empty={
            <>
              No positions. <a href={routeHash("desk")}>Buy something</a>.
            </>
          }
          columns={[
            { name: "Pair", cell: ({ position: { symbol } }) => <a href={routeHash("desk", symbol)}>{symbol}</a> },
            { name: "Quantity", numeric: true, cell: ({ position }) => quantity(position.quantity) },
            { name: "Paid", numeric: true, minor: 2, cell: ({ position }) => price(position.avgEntryPrice) },
            { name: "Now", numeric: true, cell: (live) => price(live.price) },
            { name: "Value", numeric: true, minor: 1, cell: ({ value }) => money(value) },
            {
              name: "Profit",
              numeric: true,
              cell: ({ profit, profitPct }) => (
                <>
                  <Change value={profit} text={signedMoney(profit)} />{" "}
                  <span class="minor-0">({percent(profitPct)})</span>
                </>
              ),
            },
            { name: "Action", numeric: true, cell: ({ position }) => <CloseButton {...position} /> },
          ]}
        />
      )}
    </section>
  );
}

function CloseButton({ symbol, quantity: held }: { readonly symbol: string; readonly quantity: Decimal }): JSX.Element {
  return (
    <button
      type="button"
      class="small"
      aria-label={`Close the position in ${symbol}`}
      onClick={() => void closeAfterAsking(symbol, held)}
    >
      Close
    </button>
  );
}

/** Sells what is not locked in other orders at the market, if the person says so. */
async function closeAfterAsking(symbol: string, held: Decimal): Promise<void> {
  const asset = symbol.replace(/USDT$/, "");
  // What is unknown is for the exchange to refuse.
  const free = Decimal.min(held, account.availableOf(asset) ?? held);
  const locked = held.minus(free);
  if (free.isZero()) {
    toast(`All ${quantity(held)} ${asset} are locked in open orders: cancel those first.`, "bad", symbol);
    return;
  }
  const reasons = [`Sells ${quantity(free)} ${asset} at the market.`];
  if (locked.gt(0)) reasons.push(`${quantity(locked)} more is locked in open orders: cancel those first.`);
  if (!(await ask({ title: `Close the position in ${symbol}?`, reasons, action: "Sell at the market" }))) return;
  if (sending.peek()) {
    toast("Another order is on its way. Close the position after it.", "bad", symbol);
    return;
  }
  await send({ kind: "market", symbol, side: "sell", quantity: free, price: null });
}
