import { formatInstant } from "../../../wire/index.ts";
import { earliestCandle } from "../../engine/backtest/prices.ts";
import { crash } from "../../base/rejection.ts";
import { CANDLE_INTERVALS, INTERVAL_NAMES, MINUTE } from "../../time/units.ts";
import { jsonReply } from "../reply.ts";
import { replyRoute, type Route } from "../route.ts";

export const dataRangeRoutes: readonly Route[] = [
  replyRoute("GET /api/v1/market/data-range", {}, ({ state }) => {
    const { market, now, quirks } = state;
    const earliest = earliestCandle(state);
    if (earliest === undefined && quirks.emptyHistoryCrashes) throw crash();
    const newest = market
      .pairs()
      .flatMap(({ symbol }) => market.candles(symbol, MINUTE, 1, Number.NEGATIVE_INFINITY, now, now));
    return jsonReply(200, {
      earliest: earliest === undefined ? null : formatInstant(new Date(earliest)),
      latest: newest.length === 0 ? null : formatInstant(new Date(Math.max(...newest.map((candle) => candle.time)))),
      total_pairs: newest.length,
      intervals_available: quirks.documentedNamesIgnored ? CANDLE_INTERVALS : INTERVAL_NAMES,
      data_gaps: [],
    });
  }),
];
