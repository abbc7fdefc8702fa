import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Decimal } from "agentexchange";
import { source } from "../feed.ts";
import { Change } from "../parts/change.tsx";
import { Curve } from "../parts/curve.tsx";
import { moment, money, percent, price, quantity, signedMoney } from "../parts/format.ts";
import { WithAccount } from "../parts/noAccount.tsx";
import { OpenOrders } from "../parts/openOrders.tsx";
import { Figures, Table } from "../parts/table.tsx";
import { hashOf } from "../route.ts";
import * as account from "../state/account.ts";

/** What the account has, earns and did. */
export function Account(): JSX.Element {
  useEffect(() => account.followAccount(), []);
  return (
    <>
      <div class="title">
        <h1>Account</h1>
        <p>Positions at the last price, {source.value}.</p>
      </div>
      <WithAccount>
        <Summary />
        <div class="account">
          <EquityCurve />
          <Positions />
          <OpenOrders />
          <Balances />
          <Trades />
        </div>
      </WithAccount>
    </>
  );
}

function Summary(): JSX.Element {
  const known = account.portfolio.value;
  const equity = account.equity.value;
  if (known === null || equity === null) return <p class="empty">Asking for the account…</p>;
  const profit = equity.minus(known.startingBalance);
  const unrealized = account.positions.value.reduce((sum, { profit: open }) => sum.plus(open), new Decimal(0));
  return (
    <dl class="summary">
      <div>
        <dt>Equity, USDT</dt>
        <dd>{money(equity)}</dd>
      </div>
      <div>
        <dt>Since the start</dt>
        <dd>
          <Change
            value={profit}
            text={`${signedMoney(profit)} (${percent(profit.div(known.startingBalance).mul(100))})`}
          />
        </dd>
      </div>
      <div>
        <dt>Available cash</dt>
        <dd>{money(known.availableCash)}</dd>
      </div>
      <div>
        <dt>Set aside for orders</dt>
        <dd>{money(known.lockedCash)}</dd>
      </div>
      <div>
        <dt>Open profit</dt>
        <dd>
          <Change value={unrealized} text={signedMoney(unrealized)} />
        </dd>
      </div>
      <div>
        <dt>Realised profit</dt>
        <dd>
          <Change value={known.realizedPnl} text={signedMoney(known.realizedPnl)} />
        </dd>
      </div>
    </dl>
  );
}

const INTERVALS: Readonly<Record<account.HistoryInterval, string>> = { "1m": "Minutes", "1h": "Hours", "1d": "Days" };

function EquityCurve(): JSX.Element {
  const snapshots = account.history.value;
  return (
    <section class="card wide" aria-labelledby="equity">
      <div class="head">
        <h2 id="equity">Equity</h2>
        <fieldset class="segments">
          <legend class="unseen">Time between points</legend>
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
        <p class="empty">Asking…</p>
      ) : snapshots.length < 2 ? (
        <p class="empty">Too little has happened for a curve. Try a shorter interval.</p>
      ) : (
        <>
          <Curve
            points={snapshots.map(({ time, totalEquity }) => ({ time, value: totalEquity.toNumber() }))}
            label={`Equity in USDT. ${equityText()}`}
            format={(value) => money(new Decimal(value))}
            formatTime={moment}
          />
          <p class="hint">{equityText()}</p>
          <Figures label="The curve as a table">
            <Table
              caption="Equity over time, in USDT"
              quiet
              rows={snapshots.toReversed()}
              keyOf={({ time }) => time.toISOString()}
              empty="Nothing yet."
              columns={[
                { name: "Time", cell: ({ time }) => moment(time) },
                { name: "Equity", figures: true, cell: ({ totalEquity }) => money(totalEquity) },
                { name: "Open profit", figures: true, cell: ({ unrealizedPnl }) => signedMoney(unrealizedPnl) },
                { name: "Realised profit", figures: true, cell: ({ realizedPnl }) => signedMoney(realizedPnl) },
              ]}
            />
          </Figures>
        </>
      )}
    </section>
  );
}

function equityText(): string {
  const snapshots = account.history.value ?? [];
  const [first, last] = [snapshots[0], snapshots.at(-1)];
  if (first === undefined || last === undefined) return "";
  const values = snapshots.map(({ totalEquity }) => totalEquity);
  return `From ${money(first.totalEquity)} on ${moment(first.time)} to ${money(last.totalEquity)} on ${moment(last.time)}, between ${money(Decimal.min(...values))} and ${money(Decimal.max(...values))}.`;
}

function Positions(): JSX.Element {
  return (
    <section class="card" aria-labelledby="positions">
      <h2 id="positions">Positions</h2>
      {account.portfolio.value === null ? (
        <p class="empty">Asking…</p>
      ) : (
        <Table
          caption="Positions"
          quiet
          rows={account.positions.value}
          keyOf={({ position }) => position.symbol}
          empty={
            <>
              Nothing is held. <a href={hashOf("trade")}>Buy something</a>.
            </>
          }
          columns={[
            { name: "Pair", cell: ({ position: { symbol } }) => <a href={hashOf("trade", symbol)}>{symbol}</a> },
            { name: "Quantity", figures: true, cell: ({ position }) => quantity(position.quantity) },
            { name: "Paid", figures: true, cell: ({ position }) => price(position.avgEntryPrice) },
            { name: "Now", figures: true, cell: (live) => price(live.price) },
            { name: "Value", figures: true, cell: ({ value }) => money(value) },
            {
              name: "Profit",
              figures: true,
              cell: ({ profit, profitPct }) => (
                <Change value={profit} text={`${signedMoney(profit)} (${percent(profitPct)})`} />
              ),
            },
          ]}
        />
      )}
    </section>
  );
}

function Balances(): JSX.Element {
  return (
    <section class="card" aria-labelledby="balances">
      <h2 id="balances">Balances</h2>
      <Table
        caption="Balances"
        quiet
        rows={account.balances.value.filter(({ total }) => !total.isZero())}
        keyOf={({ asset }) => asset}
        empty="Asking…"
        columns={[
          { name: "Asset", cell: ({ asset }) => asset },
          { name: "Available", figures: true, cell: ({ available }) => quantity(available) },
          { name: "Set aside", figures: true, cell: ({ locked }) => quantity(locked) },
          { name: "Total", figures: true, cell: ({ total }) => quantity(total) },
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
      <h2 id="trades">Trades</h2>
      {page === null ? (
        <p class="empty">Asking…</p>
      ) : (
        <Table
          caption="Trades, newest first"
          quiet
          rows={page.rows}
          keyOf={({ tradeId }) => tradeId}
          empty="No trade yet."
          columns={[
            { name: "Pair", cell: ({ symbol }) => symbol },
            { name: "Side", cell: ({ side }) => side },
            { name: "Quantity", figures: true, cell: (trade) => quantity(trade.quantity) },
            { name: "Price", figures: true, cell: (trade) => price(trade.price) },
            { name: "Fee", figures: true, cell: ({ fee }) => money(fee) },
            { name: "Total", figures: true, cell: ({ total }) => money(total) },
            { name: "Time", figures: true, cell: ({ executedAt }) => moment(executedAt) },
          ]}
        />
      )}
      <div class="pages">
        <button
          type="button"
          class="small"
          disabled={number === 0}
          onClick={() => {
            account.tradesPage.value = number - 1;
          }}
        >
          Newer
        </button>
        <span>Page {number + 1}</span>
        <button
          type="button"
          class="small"
          disabled={page?.more !== true}
          onClick={() => {
            account.tradesPage.value = number + 1;
          }}
        >
          Older
        </button>
      </div>
    </section>
  );
}
