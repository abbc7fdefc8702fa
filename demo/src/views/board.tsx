import { useComputed, useSignal } from "@preact/signals";
import type { ComponentType, JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Decimal } from "agentexchange";
import { Boundary } from "../parts/boundary.tsx";
import { Change } from "../parts/change.tsx";
import { showDialog } from "../parts/dialogs.tsx";
import { ageInSeconds, compact, count, factor, milliseconds, percent, price } from "../parts/format.ts";
import { Latency } from "../parts/latency.tsx";
import { Intro } from "../parts/intro.tsx";
import { Lazy } from "../parts/lazy.tsx";
import { Sparkline } from "../parts/sparkline.tsx";
import { Details } from "../parts/details.tsx";
import { Waterfall } from "../parts/waterfall.tsx";
import { routeHash } from "../route.ts";
import * as board from "../state/board.ts";
import { messageOf } from "../state/calls.ts";
import { latency, link, linkState } from "../state/connection.ts";
import { ticks } from "../state/health.ts";

const STALE = 5000;

/** Price and change of every selected pair, and the time that concurrent requests save. */
export function Board(): JSX.Element {
  useEffect(() => board.followBoard(), []);
  return (
    <>
      <Intro />
      <div class="board">
        <section aria-labelledby="pairs">
          <h2 id="pairs" class="visually-hidden">
            Pairs
          </h2>
          <Chooser />
          <Boundary what="The list of pairs">
            <Tiles />
          </Boundary>
        </section>
        <Boundary what="The chart of round trips">
          <Round />
        </Boundary>
      </div>
    </>
  );
}

async function loadAddPair(): Promise<ComponentType> {
  const { AddPair, takeOver } = await import("../parts/addPair.tsx");
  takeOver(document.querySelector<HTMLInputElement>("#add-pair"));
  return AddPair;
}

function Chooser(): JSX.Element {
  const wanted = useSignal(false);
  const want = (): void => {
    wanted.value = true;
  };
  // Until somebody uses it, a field that looks the same is enough.
  return (
    <div class="chooser">
      <Lazy load={wanted.value ? loadAddPair : null}>
        <div class="field">
          <label for="add-pair">Add a pair</label>
          <input id="add-pair" placeholder="DOGEUSDT" autocomplete="off" onFocus={want} onPointerEnter={want} />
        </div>
        <p class="hint">{board.selectionText()}</p>
      </Lazy>
      <button type="button" aria-haspopup="dialog" onClick={() => showDialog("markets")}>
        All markets
      </button>
      <button
        type="button"
        onClick={() => {
          board.paused.value = !board.paused.value;
        }}
      >
        {board.paused.value ? "Resume" : "Pause"}
      </button>
    </div>
  );
}

const loadTable = (): Promise<ComponentType> => import("../parts/boardTables.tsx").then(({ BoardTable }) => BoardTable);

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
      <Details label="Board as a table">
        <Lazy load={loadTable} />
      </Details>
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
  void ticks.value;
  const passed = Math.max(0, performance.now() - at);
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
        <a href={routeHash("desk", symbol)}>{symbol}</a>
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
  return `${last < first ? "down" : "up"} from ${price(new Decimal(first))} to ${price(new Decimal(last))}`;
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
            <strong>{milliseconds(round.duration)}</strong> for {count(round.requests.length)} calls totalling{" "}
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
