import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import * as market from "../state/market.ts";
import { lastPrice } from "../state/ticket.ts";
import { Change, changeDirection } from "./change.tsx";
import { compact, fixed, percent } from "./format.ts";

/** The pair's last price, which flashes when it changes, and its day. */
export function LastPrice(): JSX.Element {
  const last = lastPrice.value;
  const before = useRef(last);
  const direction = last === null || before.current === null ? "flat" : changeDirection(last.minus(before.current));
  useEffect(() => {
    before.current = last;
  }, [last]);
  const decimals = market.priceDecimals.value;
  const stats = market.ticker.value;
  return (
    <p class="last">
      {last === null ? (
        "…"
      ) : (
        <strong key={last.toFixed()} class={`flash ${direction}`}>
          {fixed(last, decimals)}
        </strong>
      )}{" "}
      {stats !== null && (
        <>
          <Change value={stats.changePct} text={percent(stats.changePct)} />{" "}
          <small>
            {fixed(stats.low, decimals)} – {fixed(stats.high, decimals)} · volume {compact(stats.volume)}
          </small>
        </>
      )}
    </p>
  );
}
