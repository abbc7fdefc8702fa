import type { JSX } from "preact";
import type { OrderEstimate, OrderWarningCode } from "agentexchange/tools";
import { ticks } from "../state/health.ts";
import { priceDecimals } from "../state/market.ts";
import * as ticket from "../state/ticket.ts";
import { Exact } from "./exact.tsx";
import { ageInSeconds, fixed, money, percent, price, quantity } from "./format.ts";

/** Warnings that are said here with figures in the reader's language. */
const SAID: ReadonlySet<OrderWarningCode> = new Set(["EXECUTES_SOON", "FAR_FROM_PRICE"]);

/** What the order in the ticket would do. */
export function OrderPreview(): JSX.Element {
  const preview = ticket.preview.value;
  const problem = preview.kind === "estimate" ? preview.estimate.problems[0] : undefined;
  return (
    <section class="panel preview" aria-labelledby="before">
      <h2 id="before">Preview</h2>
      <p id="verdict" class={`verdict ${problem === undefined ? preview.kind : "refused"}`} role="status">
        {preview.kind !== "estimate"
          ? preview.message
          : problem === undefined
            ? "✓ Passes the rules that are known."
            : `✕ ${problem.certain ? "Would" : "May"} be rejected. ${problem.message}`}
      </p>
      {preview.kind === "estimate" && <Estimate {...preview} />}
    </section>
  );
}

function Estimate({ estimate, madeAt }: { readonly estimate: OrderEstimate; readonly madeAt: number }): JSX.Element {
  void ticks.value;
  const age = performance.now() - madeAt;
  const isOld = ticket.isStale(madeAt);
  const { order, executes, fill, locks, after } = estimate;
  const far = ticket.farAway(estimate.distancePct);
  const warnings = estimate.warningCodes
    .flatMap((code, index) => (SAID.has(code) ? [] : (estimate.warnings[index] ?? [])))
    .concat(far ?? []);
  const buys = order.side === "buy";
  const spent = buys ? after.cash : after.position;
  return (
    <div data-stale={isOld}>
      <p class={executes === "soon" ? "executes warning" : "executes"}>
        {executes === "now" && `Fills at once at about ${price(fill.price)}.`}
        {executes === "soon" &&
          `⚠ Fills within a second at about ${price(fill.price)}, not at ${price(order.price ?? fill.price)}: the market is beyond that already.`}
        {executes === "later" && `Waits until the market reaches ${price(order.price ?? fill.price)}.`}
      </p>
      {warnings.map((warning) => (
        <p key={warning} class="executes warning">
          ⚠ {warning}
        </p>
      ))}
      <dl class="facts">
        <dt>Fills at</dt>
        <dd>{fixed(fill.price, priceDecimals.value)} USDT</dd>
        <dt>Value</dt>
        <dd>{money(fill.value)} USDT</dd>
        <dt>Fee</dt>
        <dd>
          <Exact value={fill.fee} unit="USDT" /> USDT
        </dd>
        <dt>{buys ? "Cost with fee" : "Proceeds after fee"}</dt>
        <dd>{money(fill.total)} USDT</dd>
        <dt>Slippage</dt>
        <dd>{percent(fill.slippagePct)}</dd>
        {locks !== null && (
          <>
            <dt>Locked meanwhile</dt>
            <dd>
              {quantity(locks.amount)} {locks.asset}
            </dd>
          </>
        )}
        <dt>{buys ? "Cash left" : "Left to sell"}</dt>
        <dd>
          {buys ? money(spent.available) : quantity(spent.available)} {ticket.spentAsset.value}
        </dd>
      </dl>
      {isOld && <p class="problem">This estimate is {ageInSeconds(age)} old: the exchange does not answer.</p>}
    </div>
  );
}
