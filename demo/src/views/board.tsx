import { signal, useComputed, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Change } from "../parts/change.tsx";
import { ageInSeconds, compact, factor, milliseconds, percent, price } from "../parts/format.ts";
import { Sparkline } from "../parts/sparkline.tsx";
import { DataTable, Table } from "../parts/table.tsx";
import { Waterfall } from "../parts/waterfall.tsx";
import { routeHash } from "../route.ts";
import * as board from "../state/board.ts";
import { messageOf } from "../state/calls.ts";
import { latency, link, linkState } from "../state/connection.ts";

const STALE = 5000;
const now = signal(performance.now());

/** Price and change of every selected pair, and the time that concurrent requests save. */
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
          Price and change of every pair, refreshed every second{link.value === null ? "" : ` from ${link.value.name}`}.
        </p>
      </div>
      <div class="board">
        <section aria-labelledby="pairs">
          <h2 id="pairs" class="visually-hidden">
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
  const full = board.symbols.value.length >= board.MAX_SYMBOLS;
  const add = (event: Event): void => {
    event.preventDefault();
    const symbol = wanted.peek().trim().toUpperCase();
    problem.value = "";
    if (!/^[A-Z0-9]+$/.test(symbol)) problem.value = "Enter a symbol such as DOGEUSDT.";
    else if (board.symbols.peek().includes(symbol)) problem.value = `${symbol} is already on the board.`;
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
        {board.paused.value ? "Resume" : "Pause"}
      </button>
      <p id="pair-problem" class="hint" role="status">
        {problem.value ||
          `${board.symbols.value.length} of at most ${board.MAX_SYMBOLS} pairs; the selection is stored in the URL.`}
      </p>
    </form>
  );
}

function Tiles(): JSX.Element {
  const chosen = board.symbols.value;
  if (chosen.length === 0) return <p class="empty">No pairs selected. Add one above.</p>;
  return (
    <>
      <ul class="tiles" aria-label="Snapshots">
        {chosen.map((symbol) => (
          <Tile key={symbol} symbol={symbol} />
        ))}
      </ul>
      <DataTable label="Board as a table">
        <BoardTable symbols={chosen} />
      </DataTable>
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
      aria-label={`Remove ${symbol} from the board`}
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
        <p class="hint">{linkState.value.kind === "failed" ? "No connection." : "Loading…"}</p>
      </li>
    );
  }
  const { entry, receivedAt: at } = tile;
  const passed = Math.max(0, now.value - at);
  const stale = passed > STALE;
  const since = <p class="hint age">{stale ? `Stale: ${ageInSeconds(passed)} old` : `${ageInSeconds(passed)} ago`}</p>;
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
        <a href={routeHash("market", symbol)}>{symbol}</a>
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
      captionHidden
      rows={rows}
      keyOf={({ symbol }) => symbol}
      empty="No snapshots yet."
      columns={[
        { name: "Pair", cell: ({ symbol }) => symbol },
        { name: "Price", numeric: true, cell: (entry) => price(entry.price.price) },
        { name: "Change", numeric: true, cell: ({ ticker }) => percent(ticker.changePct) },
        { name: "Low", numeric: true, cell: ({ ticker }) => price(ticker.low) },
        { name: "High", numeric: true, cell: ({ ticker }) => price(ticker.high) },
        { name: "Volume", numeric: true, cell: ({ ticker }) => compact(ticker.volume) },
      ]}
    />
  );
}

/** The request waterfall and its controls. */
function Round(): JSX.Element {
  const round = board.round.value;
  const sum = board.totalDuration.value;
  return (
    <section class="card round" aria-labelledby="round-trips">
      <h2 id="round-trips">Round trips</h2>
      <div class="controls">
        <fieldset class="segments">
          <legend>Request mode</legend>
          {(["concurrent", "sequential"] as const).map((mode) => (
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
              <span>{mode === "concurrent" ? "Concurrent" : "One by one"}</span>
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
            <strong>{milliseconds(round.duration)}</strong> for {round.requests.length} calls totalling{" "}
            {milliseconds(sum)}
            {round.mode === "concurrent" && sum > round.duration ? (
              <em>{factor(sum / Math.max(1, round.duration))}× faster than one after another</em>
            ) : null}
          </p>
          <Waterfall round={round} scale={latency.value * 1.15 * board.symbols.value.length} />
        </>
      )}
    </section>
  );
}

/** The embedded exchange's latency. */
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
