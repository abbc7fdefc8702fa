import { dataRangeRecord } from "../../../endpoints/market/index.ts";
import { earliestCandle } from "../../engine/backtest/prices.ts";
import { crash } from "../../base/rejection.ts";
import { CANDLE_INTERVALS, INTERVAL_NAMES, MINUTE } from "../../time/units.ts";
import { route, type Route } from "../route.ts";

export const dataRangeRoutes: readonly Route[] = [
  route("GET /api/v1/market/data-range", { output: dataRangeRecord }, ({ state }) => {
    const { market, now, quirks } = state;
    const earliest = earliestCandle(state);
    if (earliest === undefined && quirks.emptyHistoryCrashes) throw crash();
    const newest = market
      .pairs()
      .flatMap(({ symbol }) => market.candles(symbol, MINUTE, 1, Number.NEGATIVE_INFINITY, now, now));
    return {
      earliest: earliest === undefined ? null : new Date(earliest),
      latest: newest.length === 0 ? null : new Date(Math.max(...newest.map((candle) => candle.time))),
      totalPairs: newest.length,
      intervalsAvailable: quirks.documentedNamesIgnored ? CANDLE_INTERVALS : INTERVAL_NAMES,
      dataGaps: [],
    };
  }),
];
