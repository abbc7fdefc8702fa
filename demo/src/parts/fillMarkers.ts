import type { SeriesMarker, Time } from "lightweight-charts";
import type { ChartCandle } from "../state/candles.ts";
import type { Fill } from "../state/ownTrades.ts";
import { candleAt } from "./candleAt.ts";
import { secondsOf } from "./chartTheme.ts";

export interface MarkerColors {
  readonly up: string;
  readonly down: string;
}

/** Arrows at the candles of trades: up and below for what was bought, down and above for what was sold. */
export function markersOf(
  fills: readonly Fill[],
  candles: readonly ChartCandle[],
  { up, down }: MarkerColors,
): SeriesMarker<Time>[] {
  return fills
    .flatMap(({ side, executedAt }): SeriesMarker<Time>[] => {
      const candle = candleAt(candles, executedAt.getTime());
      if (candle === undefined) return [];
      const time = secondsOf(candle.time.getTime());
      return [
        side === "buy"
          ? { time, position: "belowBar", shape: "arrowUp", color: up }
          : { time, position: "aboveBar", shape: "arrowDown", color: down },
      ];
    })
    .toSorted((a, b) => Number(a.time) - Number(b.time));
}
