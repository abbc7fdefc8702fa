import { computed } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Decimal, type Portfolio } from "agentexchange";
import { source } from "../feed.ts";
import { Boundary } from "../parts/boundary.tsx";
import { Change } from "../parts/change.tsx";
import { type Curve, EquityChart } from "../parts/equityChart.tsx";
import { Exact } from "../parts/exact.tsx";
import { count, dateTime, money, percent, price, quantity, signedMoney } from "../parts/format.ts";
import { ExportTrades } from "../parts/exportTrades.tsx";
import { ShowCode } from "../parts/showCode.tsx";
import { WithAccount } from "../parts/withAccount.tsx";
import { OpenOrders } from "../parts/openOrders.tsx";
import { Positions } from "../parts/positions.tsx";
import { Details } from "../parts/details.tsx";
import { Table } from "../parts/table.tsx";
import * as account from "../state/account.ts";
import { absenceOf, isDenied } from "../state/denied.ts";

/** Equity, positions, balances, open orders and trades. */
export function Account(): JSX.Element {
  useEffect(() => account.followAccount(), []);
  return (
    <>
      <div class="title">
        <h1>Account</h1>
        <p>Positions at the last price, {source.value}.</p>
      </div>
      <ShowCode name="account" />
      <WithAccount>
        <Boundary what="The summary">
          <Summary />
        </Boundary>
        <div class="account">
          <Boundary what="The equity curve">
            <EquityCurve />
          </Boundary>
          <Boundary what="The list of positions">
            <Positions />
          </Boundary>
          <Boundary what="The list of open orders">
            <OpenOrders />
          </Boundary>
          <Boundary what="The list of balances">
            <Balances />
          </Boundary>
          <Boundary what="The list of trades">
            <Trades />
          </Boundary>
        </div>
      </WithAccount>
    </>
  );
}

function Summary(): JSX.Element {
  const known = account.portfolio.value;
  const equity = account.equity.value;
  if (known === null && isDenied("portfolio")) return <p class="empty">{absenceOf("portfolio")}</p>;
  // The same cards before and after the first answer, so that nothing below moves.
  const figures = known === null || equity === null ? null : figuresOf(known, equity);
  return (
    <dl class="summary six" aria-busy={figures === null}>
      {SUMMARY.map((name) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            {figures?.[name] ?? (
              <>
                <span aria-hidden="true">…</span>
                <span class="visually-hidden">Loading…</span>
              </>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

const SUMMARY = [
  "Equity, USDT",
  "Total return",
  "Available cash",
  "Locked in orders",
  "Unrealised PnL",
  "Realised PnL",
] as const;

function figuresOf(
  { startingBalance, availableCash, lockedCash, realizedPnl }: Portfolio,
  equity: Decimal,
): Readonly<Record<(typeof SUMMARY)[number], ComponentChildren>> {
  const profit = equity.minus(startingBalance);
  const unrealized = account.positions.value.reduce((sum, { profit: open }) => sum.plus(open), new Decimal(0));
  const total = `${signedMoney(profit)} (${percent(profit.div(startingBalance).mul(100))})`;
  return {
    "Equity, USDT": money(equity),
    "Total return": <Change value={profit} text={total} />,
    "Available cash": money(availableCash),
    "Locked in orders": money(lockedCash),
    "Unrealised PnL": <Change value={unrealized} text={signedMoney(unrealized)} />,
    "Realised PnL": <Change value={realizedPnl} text={signedMoney(realizedPnl)} />,
  };
}

const INTERVALS: Readonly<Record<account.HistoryInterval, string>> = { "1m": "Minutes", "1h": "Hours", "1d": "Days" };

function EquityCurve(): JSX.Element {
  const snapshots = account.equityHistory.value;
  return (
    <section
      class="card wide equity"
      aria-labelledby="equity"
      aria-busy={snapshots === null && !isDenied("equity curve")}
    >
      <div class="head">
        <h2 id="equity">Equity</h2>
        <fieldset class="segments">
          <legend class="visually-hidden">Interval</legend>
          {(["1m", "1h", "1d"] as const).map((interval) => (
            <label key={interval}>
              <input
                type="radio"
                name="history"
                checked={account.historyInterval.value === interval}
                onChange={() => {
                  account.historyInterval.value = interval;
                }}
              />
              <span>{INTERVALS[interval]}</span>
            </label>
          ))}
        </fieldset>
      </div>
      {snapshots === null ? (
        <p class="empty">{absenceOf("equity curve")}</p>
      ) : snapshots.length < 2 ? (
        <p class="empty">Not enough data for a chart. Try a shorter interval.</p>
      ) : (
        <>
          <EquityChart
            curves={equityCurve.value}
            label={`Equity in USDT. ${equityText()}`}
            format={(value) => money(new Decimal(value))}
          />
          <p class="hint">{equityText()}</p>
          <Details label="Equity as a table">
            <Table
              caption="Equity over time, in USDT"
              captionHidden
              rows={snapshots.toReversed()}
              keyOf={({ time }) => time.toISOString()}
              empty="No data yet."
              columns={[
                { name: "Time", cell: ({ time }) => dateTime(time) },
                { name: "Equity", numeric: true, cell: ({ totalEquity }) => money(totalEquity) },
                { name: "Unrealised PnL", numeric: true, cell: ({ unrealizedPnl }) => signedMoney(unrealizedPnl) },
                { name: "Realised PnL", numeric: true, cell: ({ realizedPnl }) => signedMoney(realizedPnl) },
              ]}
            />
          </Details>
        </>
      )}
    </section>
  );
}

const equityCurve = computed<readonly Curve[]>(() => [
  {
    name: "Equity",
    tone: 1,
    points: (account.equityHistory.value ?? []).map(({ time, totalEquity }) => ({
      time: time.getTime(),
      value: totalEquity.toNumber(),
    })),
  },
]);

function equityText(): string {
  const snapshots = account.equityHistory.value ?? [];
  const [first, last] = [snapshots[0], snapshots.at(-1)];
  if (first === undefined || last === undefined) return "";
  const values = snapshots.map(({ totalEquity }) => totalEquity);
  return `From ${money(first.totalEquity)} on ${dateTime(first.time)} to ${money(last.totalEquity)} on ${dateTime(last.time)}, between ${money(Decimal.min(...values))} and ${money(Decimal.max(...values))}.`;
}

function Balances(): JSX.Element {
  return (
    <section class="card" aria-labelledby="balances">
      <h2 id="balances">Balances</h2>
      <Table
        caption="Balances"
        captionHidden
        stack
        rows={(account.balances.value ?? []).filter(({ total }) => !total.isZero())}
        keyOf={({ asset }) => asset}
        empty={account.balances.value === null ? absenceOf("balances") : "No balances."}
        columns={[
          { name: "Asset", cell: ({ asset }) => asset },
          { name: "Available", numeric: true, cell: ({ available }) => quantity(available) },
          { name: "Locked", numeric: true, cell: ({ locked }) => quantity(locked) },
          { name: "Total", numeric: true, cell: ({ total }) => quantity(total) },
        ]}
      />
    </section>
  );
}

function Trades(): JSX.Element {
  const page = account.trades.value;
  const number = account.tradesPage.value;
  return (
    <section class="card" aria-labelledby="trades">
      <div class="head">
        <h2 id="trades">Trades</h2>
        <ExportTrades />
      </div>
      {page === null ? (
        <p class="empty">{absenceOf("trades")}</p>
      ) : (
        <Table
          caption="Trades, newest first"
          captionHidden
          stack
          rows={page.rows}
          keyOf={({ tradeId }) => tradeId}
          empty="No trades yet."
          columns={[
            { name: "Pair", cell: ({ symbol }) => symbol },
            { name: "Side", cell: ({ side }) => side },
            { name: "Quantity", numeric: true, cell: (trade) => quantity(trade.quantity) },
            { name: "Price", numeric: true, cell: (trade) => price(trade.price) },
            { name: "Fee", numeric: true, cell: ({ fee }) => <Exact value={fee} unit="USDT" /> },
            { name: "Total", numeric: true, cell: ({ total }) => money(total) },
            { name: "Time", numeric: true, cell: ({ executedAt }) => dateTime(executedAt) },
          ]}
        />
      )}
      {/* Not disabled: a disabled button loses the focus. */}
      <div class="pages">
        <button
          type="button"
          class="small"
          aria-disabled={number === 0}
          onClick={() => {
            if (number > 0) account.tradesPage.value = number - 1;
          }}
        >
          Newer
        </button>
        <span role="status">Page {count(number + 1)}</span>
        <button
          type="button"
          class="small"
          aria-disabled={page?.more !== true}
          onClick={() => {
            if (page?.more === true) account.tradesPage.value = number + 1;
          }}
        >
          Older
        </button>
      </div>
    </section>
  );
}
