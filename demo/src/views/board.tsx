import { signal, useComputed, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Change } from "../parts/change.tsx";
import { age, compact, factor, milliseconds, percent, price } from "../parts/format.ts";
import { Sparkline } from "../parts/sparkline.tsx";
import { Figures, Table } from "../parts/table.tsx";
import { Waterfall } from "../parts/waterfall.tsx";
import { hashOf } from "../route.ts";
import * as board from "../state/board.ts";
import { messageOf } from "../state/calls.ts";
import { latency, link, linkState } from "../state/connection.ts";

const STALE = 5000;
const now = signal(performance.now());

/** Price, change and time of every chosen pair, and what asking for all at once has saved. */
export function Board(): JSX.Element {
  useEffect(() => {
    const timer = setInterval(() => {
      now.value = performance.now();
    }, 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <>
      <div class="title">
        <h1>Snapshot board</h1>
        <p>
          Price and ticker of every pair, asked for each second{link.value === null ? "" : ` from ${link.value.name}`}.
        </p>
      </div>
      <div class="board">
        <section aria-labelledby="pairs">
          <h2 id="pairs" class="unseen">
            Pairs
          </h2>
          <Chooser />
          <Tiles />
        </section>
        <Round />
      </div>
    </>
  );
}

function Chooser(): JSX.Element {
  const wanted = useSignal("");
  const problem = useSignal("");
  const full = board.symbols.value.length >= board.MOST_SYMBOLS;
  const add = (event: Event): void => {
    event.preventDefault();
    const symbol = wanted.peek().trim().toUpperCase();
    problem.value = "";
    if (!/^[A-Z0-9]+$/.test(symbol)) problem.value = "Write the name of a pair, such as DOGEUSDT.";
    else if (board.symbols.peek().includes(symbol)) problem.value = `${symbol} is on the board already.`;
    else {
      board.setSymbols([...board.symbols.peek(), symbol]);
      wanted.value = "";
    }
  };
  return (
    <form class="chooser" onSubmit={add}>
      <label class="field">
        Add a pair
        <input
          list="all-pairs"
          name="symbol"
          autocomplete="off"
          spellcheck={false}
          placeholder="DOGEUSDT"
          disabled={full}
          aria-describedby="pair-problem"
          value={wanted}
          onInput={(event) => {
            wanted.value = event.currentTarget.value;
          }}
        />
      </label>
      <datalist id="all-pairs">
        {board.pairs.value.map(({ symbol }) => (
          <option key={symbol} value={symbol} />
        ))}
      </datalist>
      <button type="submit" disabled={full}>
        Add
      </button>
      <button
        type="button"
        onClick={() => {
          board.paused.value = !board.paused.value;
        }}
      >
        {board.paused.value ? "Go on" : "Pause"}
      </button>
      <p id="pair-problem" class="hint" role="status">
        {problem.value ||
          `${board.symbols.value.length} of at most ${board.MOST_SYMBOLS} pairs; they are kept in the address.`}
      </p>
    </form>
  );
}

function Tiles(): JSX.Element {
  const chosen = board.symbols.value;
  if (chosen.length === 0) return <p class="empty">No pair is chosen. Add one above.</p>;
  return (
    <>
      <ul class="tiles" aria-label="Snapshots">
        {chosen.map((symbol) => (
          <Tile key={symbol} symbol={symbol} />
        ))}
      </ul>
      <Figures label="The board as a table">
        <BoardTable symbols={chosen} />
      </Figures>
    </>
  );
}

function Tile({ symbol }: { readonly symbol: string }): JSX.Element {
  const tile = useComputed(() => board.tiles.value.get(symbol)).value;
  const candles = useComputed(() => board.candles.value.get(symbol)).value ?? [];
  const remove = (
    <button
      type="button"
      class="quiet remove"
      aria-label={`Take ${symbol} off the board`}
      onClick={() => board.setSymbols(board.symbols.peek().filter((other) => other !== symbol))}
    >
      ×
    </button>
  );
  if (tile === undefined) {
    return (
      <li class="tile loading">
        <h3>{symbol}</h3>
        {remove}
        <p class="hint">{linkState.value.kind === "failed" ? "No connection." : "Asking…"}</p>
      </li>
    );
  }
  const { entry, at } = tile;
  const passed = Math.max(0, now.value - at);
  const stale = passed > STALE;
  const since = <p class="hint age">{stale ? `Stale: ${age(passed)} old` : `${age(passed)} ago`}</p>;
  if (entry.error !== null) {
    return (
      <li class="tile failed">
        <h3>{symbol}</h3>
        {remove}
        <p class="problem">
          <span aria-hidden="true">⚠ </span>
          {messageOf(entry.error)}
        </p>
        {since}
      </li>
    );
  }
  const { ticker } = entry;
  const closes = candles.map(({ close }) => close.toNumber());
  return (
    <li class="tile" data-stale={stale}>
      <h3>
        <a href={hashOf("market", symbol)}>{symbol}</a>
      </h3>
      {remove}
      <p class="price">{price(entry.price.price)}</p>
      <p>
        <Change value={ticker.changePct} text={percent(ticker.changePct)} />
      </p>
      {closes.length > 1 && <Sparkline values={closes} label={`${symbol}, last four hours: ${trend(closes)}`} />}
      <p class="hint">Volume {compact(ticker.volume)}</p>
      {since}
    </li>
  );
}

function trend(values: readonly number[]): string {
  const [first = 0, last = 0] = [values[0], values.at(-1)];
  return `${last >= first ? "up" : "down"} from ${first} to ${last}, between ${Math.min(...values)} and ${Math.max(...values)}`;
}

function BoardTable({ symbols }: { readonly symbols: readonly string[] }): JSX.Element {
  const rows = symbols.flatMap((symbol) => {
    const entry = board.tiles.value.get(symbol)?.entry;
    return entry === undefined || entry.error !== null ? [] : [entry];
  });
  return (
    <Table
      caption="Snapshots in USDT"
      quiet
      rows={rows}
      keyOf={({ symbol }) => symbol}
      empty="No snapshot yet."
      columns={[
        { name: "Pair", cell: ({ symbol }) => symbol },
        { name: "Price", figures: true, cell: (entry) => price(entry.price.price) },
        { name: "Change", figures: true, cell: ({ ticker }) => percent(ticker.changePct) },
        { name: "Low", figures: true, cell: ({ ticker }) => price(ticker.low) },
        { name: "High", figures: true, cell: ({ ticker }) => price(ticker.high) },
        { name: "Volume", figures: true, cell: ({ ticker }) => compact(ticker.volume) },
      ]}
    />
  );
}

/** The waterfall, and what decides how it looks. */
function Round(): JSX.Element {
  const round = board.round.value;
  const sum = board.sum.value;
  return (
    <section class="card round" aria-labelledby="round-trips">
      <h2 id="round-trips">Round trips</h2>
      <div class="controls">
        <fieldset class="segments">
          <legend>Ask for the pairs</legend>
          {(["together", "apart"] as const).map((mode) => (
            <label key={mode}>
              <input
                type="radio"
                name="mode"
                value={mode}
                checked={board.mode.value === mode}
                onChange={() => {
                  board.mode.value = mode;
                }}
              />
              <span>{mode === "together" ? "Concurrent" : "One by one"}</span>
            </label>
          ))}
        </fieldset>
        {link.value?.kind !== "service" && <Latency id="board-latency" />}
      </div>
      {round === null ? (
        <p class="empty">Waiting for the first snapshot…</p>
      ) : (
        <>
          <p class="total">
            <strong>{milliseconds(round.took)}</strong> for {round.trips.length} calls that took {milliseconds(sum)}{" "}
            together
            {round.mode === "together" && sum > round.took ? (
              <em>{factor(sum / Math.max(1, round.took))} times as much</em>
            ) : null}
          </p>
          <Waterfall round={round} scale={latency.value * 1.15 * board.symbols.value.length} />
        </>
      )}
    </section>
  );
}

/** How far away the embedded exchange is. */
export function Latency({ id }: { readonly id: string }): JSX.Element {
  return (
    <label class="field slider" for={id}>
      <span>
        Latency <output for={id}>{milliseconds(latency.value)}</output>
      </span>
      <input
        id={id}
        type="range"
        min="0"
        max="500"
        step="10"
        value={latency}
        onInput={(event) => {
          latency.value = event.currentTarget.valueAsNumber;
        }}
      />
    </label>
  );
}
