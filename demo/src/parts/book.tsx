import { useSignal } from "@preact/signals";
import type { BookLevel } from "agentexchange";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { absenceOf } from "../state/denied.ts";
import { fitTable } from "../state/desk.ts";
import * as market from "../state/market.ts";
import { baseAsset, takePrice } from "../state/ticket.ts";
import { fixed, share } from "./format.ts";

interface Level extends BookLevel {
  readonly side: "ask" | "bid";
  /** Quantity up to and including this level. */
  readonly total: BookLevel["quantity"];
}

/** Adds up the quantities from the best level on. */
function cumulate(levels: readonly BookLevel[], side: Level["side"]): readonly Level[] {
  const all: Level[] = [];
  for (const level of levels)
    all.push({ ...level, side, total: all.at(-1)?.total.plus(level.quantity) ?? level.quantity });
  return all;
}

interface BookProps {
  /** Called when the price of a level was put into the ticket. */
  readonly onTake: () => void;
}

/** The order book: asks above, the spread, bids below. A level is a button that puts its price into the ticket. */
export function Book({ onTake }: BookProps): JSX.Element {
  const book = market.book.value;
  const taken = useSignal("");
  return (
    <section class="panel book" aria-labelledby="book">
      <h2 id="book">Order book</h2>
      {book === null ? (
        <p class="empty">{absenceOf("order book")}</p>
      ) : book.asks.length + book.bids.length === 0 ? (
        <p class="empty">The order book is empty.</p>
      ) : (
        <Levels
          asks={cumulate(book.asks, "ask")}
          bids={cumulate(book.bids, "bid")}
          onTake={({ price, side }) => {
            const limit = takePrice(price, side);
            taken.value = `${fixed(limit, Math.max(2, limit.decimalPlaces()))} USDT is the limit price in the ticket.`;
            onTake();
          }}
        />
      )}
      <p class="visually-hidden" role="status">
        {taken}
      </p>
    </section>
  );
}

interface LevelsProps {
  readonly asks: readonly Level[];
  readonly bids: readonly Level[];
  readonly onTake: (level: Level) => void;
}

function Levels({ asks, bids, onTake }: LevelsProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  // Where not all levels fit, the best ones are in sight.
  useEffect(() => {
    const centre = new ResizeObserver(() => {
      if (box.current !== null) box.current.scrollTop = (box.current.scrollHeight - box.current.clientHeight) / 2;
    });
    if (box.current !== null) centre.observe(box.current);
    return () => centre.disconnect();
  }, []);
  useEffect(() => fitTable("book", box.current?.querySelector("table")));
  // One level is in the tab order; the arrow keys go to the others.
  const current = useSignal(asks.length);
  const rows = [...asks.toReversed(), ...bids];
  const deepest = Math.max(asks.at(-1)?.total.toNumber() ?? 0, bids.at(-1)?.total.toNumber() ?? 0) || 1;
  const reachable = Math.min(current.value, rows.length - 1);

  const move = (event: KeyboardEvent): void => {
    const target = {
      ArrowUp: reachable - 1,
      ArrowDown: reachable + 1,
      Home: 0,
      End: rows.length - 1,
    }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    current.value = Math.max(0, Math.min(rows.length - 1, target));
    box.current?.querySelectorAll("button")[current.value]?.focus();
  };
  const row = (level: Level, index: number): JSX.Element => {
    const text = fixed(level.price, market.priceDecimals.value);
    return (
      // Rows keep their place: a level whose price changes under the focus keeps the focus.
      <tr
        key={index}
        class="depth"
        data-side={level.side}
        style={{ "--depth": `${(level.total.toNumber() / deepest) * 100}%` }}
      >
        <th scope="row">
          <button
            type="button"
            class="level"
            tabIndex={index === reachable ? 0 : -1}
            aria-label={`${level.side === "ask" ? "Ask" : "Bid"} ${text}: take as limit price`}
            onFocus={() => {
              current.value = index;
            }}
            onClick={() => onTake(level)}
          >
            {text}
          </button>
        </th>
        <td class="numeric">{fixed(level.quantity, market.bookDecimals.value)}</td>
        <td class="numeric">{fixed(level.total, market.bookDecimals.value)}</td>
      </tr>
    );
  };
  return (
    <div class="table" ref={box} onKeyDown={move}>
      <table>
        <caption class="visually-hidden">
          Order book of {baseAsset.value}: asks, best last, the spread, then bids, best first. The arrow keys go from
          level to level.
        </caption>
        <thead>
          <tr>
            <th scope="col">Price</th>
            <th scope="col" class="numeric">
              Quantity
            </th>
            <th scope="col" class="numeric">
              Total
            </th>
          </tr>
        </thead>
        <tbody>{rows.slice(0, asks.length).map((level, index) => row(level, index))}</tbody>
        <tbody class="spread">
          <tr>
            <th scope="row">Spread</th>
            <td colSpan={2} class="numeric">
              {spread(asks[0], bids[0])}
            </td>
          </tr>
        </tbody>
        <tbody>{rows.slice(asks.length).map((level, index) => row(level, asks.length + index))}</tbody>
      </table>
    </div>
  );
}

/** The distance of the best levels, in USDT and relative to their middle. */
function spread(ask: Level | undefined, bid: Level | undefined): string {
  if (ask === undefined || bid === undefined) return "one side is empty";
  const gap = ask.price.minus(bid.price);
  const middle = ask.price.plus(bid.price).div(2);
  return `${fixed(gap, market.priceDecimals.value)} · ${share(gap.div(middle))}`;
}
