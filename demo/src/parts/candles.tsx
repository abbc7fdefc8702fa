import { useSignal, type Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { route } from "../route.ts";
import * as state from "../state/candles.ts";
import { absenceOf } from "../state/denied.ts";
import { followFills } from "../state/ownTrades.ts";
import { setting } from "../state/setting.ts";
import type { Indicators } from "./candleChart.ts";
import { CandleLegend } from "./candleLegend.tsx";
import { CandlePlot } from "./candlePlot.tsx";
import { compact, count, dateTime, price } from "./format.ts";
import { Details } from "./details.tsx";
import { Table } from "./table.tsx";

const INTERVAL_NAMES = {
  "1m": `${count(1)} min`,
  "5m": `${count(5)} min`,
  "1h": `${count(1)} h`,
  "1d": `${count(1)} d`,
} as const;
const TOGGLES: readonly (readonly [keyof Indicators, text: string, title: string])[] = [
  ["averages", "MA", `Moving averages of ${count(20)} and ${count(50)} candles`],
  ["strength", "RSI", `Relative strength index of ${count(14)} candles`],
  ["log", "Log", "Logarithmic scale of prices"],
];

const indicators = setting<Indicators>(
  "chart.indicators",
  { averages: true, strength: false, log: false },
  (stored) => {
    if (typeof stored !== "object" || stored === null) return undefined;
    const { averages, strength, log } = stored as Readonly<Record<string, unknown>>;
    return { averages: averages !== false, strength: strength === true, log: log === true };
  },
);

/** The selected pair's candles: drawn with its orders and trades, and as a table. */
export function Candles(): JSX.Element {
  useEffect(() => state.followCandles(), []);
  useEffect(() => followFills(), []);
  const pointed = useSignal<number | null>(null);
  const note = useSignal("");
  const chosen = indicators.signal.value;
  return (
    <section class="panel candles" aria-labelledby="candles">
      <div class="head">
        <h2 id="candles">Candles</h2>
        <Intervals />
        <div class="toggles" role="group" aria-label="Indicators and scale">
          {TOGGLES.map(([name, text, title]) => (
            <button
              key={name}
              type="button"
              class="small"
              title={title}
              aria-label={`${text}: ${title}`}
              aria-pressed={chosen[name]}
              onClick={() => indicators.set({ ...indicators.signal.peek(), [name]: !chosen[name] })}
            >
              {text}
            </button>
          ))}
        </div>
      </div>
      <CandleLegend pointed={pointed} indicators={chosen} />
      <Status note={note} />
      <CandlePlot pointed={pointed} indicators={chosen} note={note} />
      <Details label="Candles as a table">
        <CandleTable />
      </Details>
      <p class="hint">
        Hollow candles rise, filled ones fall. Arrows are own trades. Drag a limit order&apos;s line to move it. Chart
        by <a href="https://www.tradingview.com/">TradingView</a> Lightweight Charts™.
      </p>
    </section>
  );
}

function Intervals(): JSX.Element {
  return (
    <fieldset class="segments">
      <legend class="visually-hidden">Candle interval</legend>
      {state.INTERVALS.map((interval) => (
        <label key={interval}>
          <input
            type="radio"
            name="interval"
            checked={state.interval.value === interval}
            onChange={() => state.selectInterval(interval)}
          />
          <span>{INTERVAL_NAMES[interval]}</span>
        </label>
      ))}
    </fieldset>
  );
}

const OLDER = { idle: "", loading: "Loading older candles…", failed: "Older candles could not be loaded." } as const;

/** Lies over the chart: the chart must not move while an order is dragged. */
function Status({ note }: { readonly note: Signal<string> }): JSX.Element {
  return (
    <p class="chart-note" role="status">
      <span>{note.value || OLDER[state.older.value]}</span>
    </p>
  );
}

function CandleTable(): JSX.Element {
  const known = state.candles.value;
  return (
    <Table
      caption={`Candles of ${route.value.symbol}, newest first`}
      captionHidden
      rows={(known ?? []).slice(-50).toReversed()}
      keyOf={({ time }) => time.toISOString()}
      empty={known === null ? absenceOf("candles") : "No candles yet."}
      columns={[
        { name: "Time", cell: ({ time }) => dateTime(time) },
        { name: "Open", numeric: true, cell: ({ open }) => price(open) },
        { name: "High", numeric: true, cell: ({ high }) => price(high) },
        { name: "Low", numeric: true, cell: ({ low }) => price(low) },
        { name: "Close", numeric: true, cell: ({ close }) => price(close) },
        { name: "Volume", numeric: true, cell: ({ volume }) => compact(volume) },
      ]}
    />
  );
}
