import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { priceOf } from "../feed.ts";
import { routeHash } from "../route.ts";
import { pairs } from "../state/board.ts";
import { favourites, toggleFavourite } from "../state/favourites.ts";
import { ticks } from "../state/health.ts";
import { type ColumnName, COLUMNS, marketOrder, orderPairs, sortBy } from "../state/marketOrder.ts";
import { followMarkets, tickers } from "../state/markets.ts";
import { findPairs, normalize } from "../state/pairSearch.ts";
import { closeDialog } from "./dialogs.tsx";
import { count } from "./format.ts";
import { moveActive } from "./listKeys.ts";
import { enterPressed, marketText } from "./marketSearch.tsx";
import { LiveChange, LivePrice, Star, Volume } from "./pairFigures.tsx";
import { rowWindow, scrollToRow } from "./rowWindow.ts";

const TITLES: Readonly<Record<ColumnName, string>> = {
  favourites: "Favourites",
  name: "Pair",
  price: "Price",
  change: "Change",
  volume: "Volume",
};
/** Of a row in rem, as in the style. */
const ROW = 2.25;

/** What a column sorts by; live prices are only read, so that a price does not sort the list. */
function figureOf(symbol: string, column: ColumnName): number | undefined {
  if (column === "favourites") return favourites.peek().has(symbol) ? 1 : 0;
  const ticker = tickers.peek().get(symbol);
  const price = (priceOf(symbol).peek() ?? ticker?.close)?.toNumber();
  if (column === "price" || ticker === undefined || price === undefined) return column === "price" ? price : undefined;
  const open = ticker.open.toNumber();
  return column === "volume" ? ticker.quoteVolume.toNumber() : open === 0 ? 0 : (price - open) / open;
}

/** All pairs with live figures, of which only those rows exist that are seen. Choosing one opens it. */
export function MarketList(): JSX.Element {
  const text = marketText;
  const chosen = useSignal<string | null>(null);
  const scrollTop = useSignal(0);
  const height = useSignal(0);
  const rowHeight = useSignal(36);
  /** Rows do not move away under the pointer. */
  const held = useSignal(false);
  const moment = useSignal(0);
  const grid = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);

  useEffect(() => followMarkets(), []);
  // At once: this field takes the place of one that may be in use.
  useLayoutEffect(() => {
    field.current?.focus();
    field.current?.setSelectionRange(text.peek().length, text.peek().length);
  }, []);
  useSignalEffect(() => {
    void [ticks.value, tickers.value];
    if (!held.value) moment.value = moment.peek() + 1;
  });
  useLayoutEffect(() => {
    const element = grid.current;
    if (element === null) return undefined;
    const measure = (): void => {
      rowHeight.value = ROW * Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
      height.value = element.clientHeight;
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, []);

  const searching = normalize(text.value) !== "";
  const found = useComputed(() => {
    void moment.value;
    const order = marketOrder.value;
    if (normalize(text.value) !== "") return findPairs(text.value, pairs.value, favourites.peek());
    return orderPairs(pairs.value, order, figureOf);
  });
  const rows = found.value;
  const active = Math.max(
    searching ? 0 : -1,
    rows.findIndex(({ symbol }) => symbol === chosen.value),
  );
  const measures = { scrollTop: scrollTop.value, height: height.value, rowHeight: rowHeight.value, count: rows.length };
  const { first, end } = rowWindow(measures);
  const seen = rows.slice(first, end);
  const current = rows[active];

  const open = (symbol: string): void => {
    closeDialog();
    location.hash = routeHash("desk", symbol);
  };
  useSignalEffect(() => {
    const [best] = found.value;
    if (!enterPressed.value || best === undefined) return;
    enterPressed.value = false;
    if (normalize(text.peek()) !== "") open(best.symbol);
  });
  const scroll = (to: number): void => {
    if (grid.current !== null) grid.current.scrollTop = to;
    scrollTop.value = to;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter") {
      // A fast typist presses it before the rows are drawn that belong to the text.
      const fresh = found.peek();
      const meant =
        fresh.find(({ symbol }) => symbol === chosen.peek()) ?? (normalize(text.peek()) === "" ? undefined : fresh[0]);
      if (meant === undefined) return;
      event.preventDefault();
      if (event.shiftKey) toggleFavourite(meant.symbol);
      else open(meant.symbol);
      return;
    }
    // With text in the field, Home and End move the caret.
    if ((event.key === "Home" || event.key === "End") && (event.shiftKey || text.peek() !== "")) return;
    const page = Math.max(1, Math.floor(height.peek() / rowHeight.peek()) - 2);
    const next = moveActive(event.key, active, rows.length, page);
    if (next === null) return;
    event.preventDefault();
    chosen.value = rows[next]?.symbol ?? null;
    scroll(scrollToRow(next, measures));
  };

  return (
    <div class="markets">
      <label class="field">
        Find a pair
        <input
          ref={field}
          role="combobox"
          aria-expanded="true"
          aria-haspopup="grid"
          aria-controls="markets-grid"
          aria-autocomplete="list"
          aria-activedescendant={active >= first && active < end && current ? `market-${current.symbol}` : undefined}
          aria-describedby="markets-keys"
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          placeholder="doge"
          value={text}
          onInput={(event) => {
            text.value = event.currentTarget.value;
            chosen.value = null;
            scroll(0);
          }}
          onKeyDown={onKeyDown}
        />
      </label>
      <div
        id="markets-grid"
        ref={grid}
        role="grid"
        aria-label="Markets"
        aria-rowcount={rows.length + 1}
        onScroll={(event) => {
          scrollTop.value = event.currentTarget.scrollTop;
        }}
        onPointerEnter={() => {
          held.value = true;
        }}
        onPointerLeave={() => {
          held.value = false;
        }}
      >
        <div role="rowgroup" class="heads">
          <div role="row" aria-rowindex={1}>
            {COLUMNS.map((name) => (
              <Heading key={name} name={name} sorted={!searching && marketOrder.value.by === name} />
            ))}
          </div>
        </div>
        <div role="rowgroup" style={{ height: `${rows.length * rowHeight.value}px` }}>
          {seen.map(({ symbol }, index) => (
            <div
              key={symbol}
              id={`market-${symbol}`}
              role="row"
              aria-rowindex={first + index + 2}
              aria-selected={first + index === active}
              style={{ transform: `translateY(${(first + index) * rowHeight.value}px)` }}
              onClick={() => open(symbol)}
            >
              <span role="gridcell">
                <Star symbol={symbol} />
              </span>
              <strong role="rowheader">{symbol}</strong>
              <span role="gridcell" class="numeric">
                <LivePrice symbol={symbol} />
              </span>
              <span role="gridcell" class="numeric">
                <LiveChange symbol={symbol} />
              </span>
              <span role="gridcell" class="numeric volume">
                <Volume symbol={symbol} />
              </span>
            </div>
          ))}
        </div>
      </div>
      <p class="hint">
        <span role="status">{resultText(rows.length, text.value)}</span>{" "}
        <span id="markets-keys">Arrows choose, Enter opens, Shift + Enter marks a favourite. Volume in USDT.</span>
      </p>
    </div>
  );
}

function Heading({ name, sorted }: { readonly name: ColumnName; readonly sorted: boolean }): JSX.Element {
  const { descending } = marketOrder.value;
  return (
    <span
      role="columnheader"
      class={name === "favourites" || name === "name" ? name : `numeric ${name}`}
      aria-sort={sorted ? (descending ? "descending" : "ascending") : "none"}
    >
      <button type="button" class="quiet" onClick={() => sortBy(name)}>
        {name === "favourites" ? (
          <>
            <span aria-hidden="true">★</span>
            <span class="visually-hidden">{TITLES[name]}</span>
          </>
        ) : (
          TITLES[name]
        )}
        <span aria-hidden="true">{sorted ? (descending ? " ▾" : " ▴") : ""}</span>
      </button>
    </span>
  );
}

function resultText(found: number, text: string): string {
  if (pairs.value.length === 0) return "The pairs are being loaded…";
  if (found === 0) return `No pair is like “${text}”.`;
  return found === 1 ? "1 pair." : `${count(found)} pairs.`;
}
