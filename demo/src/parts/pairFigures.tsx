import type { JSX } from "preact";
import { priceOf } from "../feed.ts";
import { favourites, toggleFavourite } from "../state/favourites.ts";
import { changeAt, tickers } from "../state/markets.ts";
import { Change } from "./change.tsx";
import { compact, percent, price } from "./format.ts";

interface OfPair {
  readonly symbol: string;
}

/** The live price. Only this part renders when it changes. */
export function LivePrice({ symbol }: OfPair): JSX.Element {
  const last = priceOf(symbol).value ?? tickers.value.get(symbol)?.close;
  return <>{last === undefined ? "…" : price(last)}</>;
}

export function LiveChange({ symbol }: OfPair): JSX.Element | null {
  const ticker = tickers.value.get(symbol);
  if (ticker === undefined) return null;
  const change = changeAt(ticker, priceOf(symbol).value);
  return <Change value={change} text={percent(change)} />;
}

/** The traded volume in USDT, so that pairs can be compared. */
export function Volume({ symbol }: OfPair): JSX.Element | null {
  const ticker = tickers.value.get(symbol);
  return ticker === undefined ? null : <>{compact(ticker.quoteVolume)}</>;
}

/** A mark for the pointer; with the keyboard, Shift and Enter do the same. */
export function Star({ symbol }: OfPair): JSX.Element {
  const marked = favourites.value.has(symbol);
  return (
    <span
      class="star"
      data-marked={marked}
      onClick={(event) => {
        event.stopPropagation();
        toggleFavourite(symbol);
      }}
    >
      <span aria-hidden="true">{marked ? "★" : "☆"}</span>
      {marked && <span class="visually-hidden">favourite</span>}
    </span>
  );
}
