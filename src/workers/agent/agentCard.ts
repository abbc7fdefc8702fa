import type { RunOrder, RunRecord } from "../../bots/index.ts";
import { Decimal } from "../../wire/index.ts";
import { amount, change, duration, time } from "./format.ts";
import { html, type Html } from "./html.ts";
import type { AgentStatus, UnknownOrder } from "./status.ts";

/** How an outcome is coloured; its word always says the same. */
const COLOURS: Readonly<Record<RunRecord["outcome"], string>> = {
  ordered: "good",
  simulated: "good",
  held: "",
  refused: "warn",
  unknown: "warn",
  partial: "warn",
  failed: "bad",
};

/** Milliseconds in which a run may still find out about its order. */
const UNDER_WAY = 60_000;

/** One agent: its state, what can be done with it, positions and runs. `now` names the tick of a manual run. */
export function agentCard(status: AgentStatus, now: number): Html {
  const { agent, strategy, halted, problem } = status;
  return html`<section class="card" aria-label="Agent ${agent}">
    <div class="head">
      <div class="title">
        <h2>${agent}</h2>
        <span class="soft">${strategy}</span>
        ${status.isDryRun && html`<span class="pill">dry run</span>`}
        ${halted === false ? html`<span class="pill good">active</span>` : html`<span class="pill bad">halted</span>`}
      </div>
      ${actions(status, now)}
    </div>
    ${
      halted !== false &&
      html`<p class="note bad">
        Halted since ${time(halted.since)}: ${halted.reason}. Orders are refused until you resume.
      </p>`
    }
    ${status.unknown.map((call) => unknownOrder(agent, call, now))}
    ${problem !== null && html`<p class="note bad">The portfolio could not be read. ${problem}</p>`} ${facts(status)}
    ${positions(status)} ${runs(status)}
  </section>`;
}

/** Runs look for such an order by themselves. Only a person can say which of several equal ones it is. */
function unknownOrder(agent: string, { callId, symbol, tool, time: since }: UnknownOrder, now: number): Html {
  return html`<div class="note">
    <p>
      The outcome of an order is unknown: ${tool} ${symbol}, ${time(since)}, call <code>${callId}</code>. The pair is
      not traded until it is known.
    </p>
    ${
      now - Date.parse(since) > UNDER_WAY &&
      html`<details>
        <summary>Settle it by hand<span class="hidden">: ${callId}</span></summary>
        <p>
          Runs look for the order. If several equal ones were placed, they cannot tell which it is: say so here. After
          an ID that it cannot have, the page lists those that it can have. Settling takes 15 seconds.
        </p>
        <form method="post" action="/settle" class="settle">
          <input type="hidden" name="agent" value="${agent}" />
          <input type="hidden" name="call" value="${callId}" />
          <label
            >ID of the order, or none if it was not executed<span class="hidden"> (${callId})</span>
            <input name="order" required autocomplete="off" />
          </label>
          <button>Settle<span class="hidden"> ${callId}</span></button>
        </form>
      </details>`
    }
  </div>`;
}

function actions({ agent, halted }: AgentStatus, now: number): Html {
  const field = html`<input type="hidden" name="agent" value="${agent}" />`;
  return html`<div class="actions">
    <form method="post" action="/run">
      ${field}<input type="hidden" name="tick" value="${now}" />
      <button class="main">Run now<span class="hidden"> ${agent}</span></button>
    </form>
    ${
      halted === false
        ? html`<form method="post" action="/halt">
            ${field}<button class="danger">Halt<span class="hidden"> ${agent}</span></button>
          </form>`
        : html`<form method="post" action="/resume">
            ${field}<button>Resume<span class="hidden"> ${agent}</span></button>
          </form>`
    }
  </div>`;
}

function facts({ portfolio, used, mandate, nextTick }: AgentStatus): Html {
  return html`<dl class="facts">
    ${
      portfolio !== null &&
      html`<div>
          <dt>Equity, USDT</dt>
          <dd>${amount(portfolio.totalEquity, 2)} <small>${change(portfolio.roiPct, 2, " %")} overall</small></dd>
        </div>
        <div>
          <dt>Cash, USDT</dt>
          <dd>
            ${amount(portfolio.availableCash, 2)}
            ${!new Decimal(portfolio.lockedCash).isZero() && html`<small>and ${amount(portfolio.lockedCash, 2)} in orders</small>`}
          </dd>
        </div>`
    }
    <div>
      <dt>Spent today, USDT</dt>
      <dd>${amount(used.value, 2)} <small>${limit(mandate.maxPerDay, used.orders, mandate.maxOrdersPerDay)}</small></dd>
    </div>
    <div>
      <dt>Next tick</dt>
      <dd>${nextTick === null ? html`– <small>known after the first scheduled run</small>` : time(nextTick)}</dd>
    </div>
  </dl>`;
}

function limit(perDay: string | undefined, orders: number, ordersPerDay: number | undefined): string {
  const count = `${orders}${ordersPerDay === undefined ? "" : ` of ${ordersPerDay}`} order${orders === 1 ? "" : "s"}`;
  return perDay === undefined ? count : `of ${amount(perDay)}, ${count}`;
}

function positions({ portfolio }: AgentStatus): Html | null {
  if (portfolio === null || portfolio.positions.length === 0) return null;
  return html`<h3>Positions</h3>
    <table>
      <thead>
        <tr>
          <th scope="col">Pair</th>
          <th scope="col" class="num">Quantity</th>
          <th scope="col" class="num">Price</th>
          <th scope="col" class="num">Value, USDT</th>
          <th scope="col" class="num">Unrealized</th>
        </tr>
      </thead>
      <tbody>
        ${portfolio.positions.map(
          (position) =>
            html`<tr>
              <td data-label="Pair">${position.symbol}</td>
              <td data-label="Quantity" class="num">${amount(position.quantity)}</td>
              <td data-label="Price" class="num">${amount(position.currentPrice)}</td>
              <td data-label="Value, USDT" class="num">${amount(position.marketValue, 2)}</td>
              <td data-label="Unrealized" class="num">${change(position.unrealizedPnl, 2)}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
}

function runs({ runs: records }: AgentStatus): Html {
  if (records.length === 0)
    return html`<h3>Runs</h3>
      <p class="soft">None yet. The first one comes with the next tick, or with “Run now”.</p>`;
  return html`<h3>Runs</h3>
    <table class="runs">
      <thead>
        <tr>
          <th scope="col">Tick</th>
          <th scope="col">Outcome</th>
          <th scope="col">What happened</th>
          <th scope="col" class="num">Took</th>
        </tr>
      </thead>
      <tbody>
        ${records.map(runRow)}
      </tbody>
    </table>`;
}

function runRow(run: RunRecord): Html {
  const { tick, outcome, order, reason, error, duration: took, requests } = run;
  return html`<tr>
    <td class="tick">
      ${time(new Date(tick.scheduledTime).toISOString())}<span class="soft small">${tick.cron}</span>
    </td>
    <td class="outcome"><span class="pill ${COLOURS[outcome]}">${outcome}</span></td>
    <td class="why">
      ${order !== null && html`<strong>${orderText(order)}</strong>`}
      <span>${reason}${error !== null && html` <code>${error}</code>`}</span>
      ${notes(run).map((note) => html`<span class="soft">${note}</span>`)}
    </td>
    <td class="num took"><span>${duration(took)}</span><span class="soft small">${requests} requests</span></td>
  </tr>`;
}

/** What the run found out besides. */
function notes({ reconciled, undecided, missed }: RunRecord): string[] {
  const found = reconciled.map(({ tick, order }) => {
    const at = new Date(tick.scheduledTime).toISOString().slice(0, 16).replace("T", " ");
    return `Tick of ${at}: ${order === null ? "had no order" : orderText(order)}.`;
  });
  return [
    ...found,
    ...(undecided.length === 0 ? [] : [`Not traded until their last order is known: ${undecided.join(", ")}.`]),
    ...(missed === 0 ? [] : [`Missed before it: ${missed} ${missed === 1 ? "tick" : "ticks"}.`]),
  ];
}

function orderText(order: RunOrder): string {
  const price = order.price === null ? "" : ` at ${amount(order.price)}`;
  const fee = order.fee === null ? "" : `, fee ${amount(order.fee)}`;
  return `${order.side} ${amount(order.quantity)} ${order.symbol}${price}${fee}`;
}
