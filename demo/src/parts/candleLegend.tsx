import type { ReadonlySignal } from "@preact/signals";
import type { JSX } from "preact";
import { Decimal } from "agentexchange";
import { candles, type ChartCandle } from "../state/candles.ts";
import { absenceOf } from "../state/denied.ts";
import { fills } from "../state/ownTrades.ts";
import { averageAt, AVERAGES, closesOf, relativeStrengths } from "../state/indicators.ts";
import type { Indicators } from "./candleChart.ts";
import { candleAt } from "./candleAt.ts";
import { Change } from "./change.tsx";
import { compact, count, dateTime, factor, percent, price, quantity } from "./format.ts";

interface CandleLegendProps {
  /** The time under the crosshair in milliseconds. */
  readonly pointed: ReadonlySignal<number | null>;
  readonly indicators: Indicators;
}

/** The figures of the candle under the crosshair, otherwise of the last one. */
export function CandleLegend({ pointed, indicators }: CandleLegendProps): JSX.Element {
  const known = candles.value ?? [];
  const candle = candleFor(known, pointed.value);
  if (candle === undefined)
    return <p class="ohlc">{candles.value === null ? absenceOf("candles") : "No trades yet."}</p>;
  const { time, open, high, low, close, volume } = candle;
  const index = known.indexOf(candle);
  const closes = closesOf(known);
  return (
    <dl class="ohlc">
      <div>
        <dt class="visually-hidden">Time</dt>
        <dd>{dateTime(time)}</dd>
      </div>
      <Figure name="Open" value={price(open)} />
      <Figure name="High" value={price(high)} />
      <Figure name="Low" value={price(low)} />
      <Figure name="Close" value={price(close)} />
      <div>
        <dt class="visually-hidden">Change</dt>
        <dd>
          <Change value={close.minus(open)} text={percent(close.minus(open).div(open).mul(100))} />
        </dd>
      </div>
      <Figure name="Volume" value={compact(volume)} />
      {indicators.averages &&
        AVERAGES.map(({ period, tone }) => (
          <Figure
            key={period}
            name={`MA ${count(period)}`}
            value={written(averageAt(closes, index, period))}
            tone={tone}
          />
        ))}
      {indicators.strength && (
        <Figure name={`RSI ${count(14)}`} value={strength(relativeStrengths(closes)[index])} tone={1} />
      )}
      {fillsOf(known, candle).map(({ side, quantity: amount, price: at }, order) => (
        <Figure
          key={order}
          name={side === "buy" ? "▲ Bought" : "▼ Sold"}
          value={`${quantity(amount)} at ${price(at)}`}
        />
      ))}
    </dl>
  );
}

/** The candle at a time, without one the last. */
export function candleFor(known: readonly ChartCandle[], time: number | null): ChartCandle | undefined {
  return time === null ? known.at(-1) : (candleAt(known, time) ?? known[0]);
}

const MOST_FILLS = 3;

function fillsOf(known: readonly ChartCandle[], candle: ChartCandle): typeof fills.value {
  return fills.value.filter(({ executedAt }) => candleAt(known, executedAt.getTime()) === candle).slice(0, MOST_FILLS);
}

const written = (value: number | null): string => (value === null ? "–" : price(new Decimal(value.toPrecision(8))));
const strength = (value: number | null | undefined): string =>
  value === null || value === undefined ? "–" : factor(value);

interface FigureProps {
  readonly name: string;
  readonly value: string;
  /** The colour of its curve. */
  readonly tone?: number;
}

function Figure({ name, value, tone }: FigureProps): JSX.Element {
  return (
    <div data-tone={tone}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
