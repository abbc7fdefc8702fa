import { healthRecord } from "../../../endpoints/market/index.ts";
import { MINUTE } from "../../time/units.ts";
import { jsonReply } from "../reply.ts";
import { replyRoute, route, type Route } from "../route.ts";

const STALE_AFTER = MINUTE;

export const healthRoutes: readonly Route[] = [
  route("GET /health", { output: healthRecord }, ({ state }) => {
    const quotes = state.market.pairs().flatMap((pair) => {
      const quote = state.market.quote(pair.symbol, state.now);
      return quote === undefined ? [] : [{ symbol: pair.symbol, stale: state.now - quote.time > STALE_AFTER }];
    });
    const stalePairs = quotes.filter((quote) => quote.stale).map((quote) => quote.symbol);
    return {
      status: stalePairs.length === 0 ? "ok" : "degraded",
      redisConnected: true,
      dbConnected: true,
      ingestionActive: stalePairs.length < quotes.length,
      stalePairs,
      totalPairs: quotes.length,
      checks: { redisLatencyMs: 0, dbLatencyMs: 0 },
    };
  }),
  replyRoute("GET /openapi.json", {}, () =>
    jsonReply(501, {
      error: { code: "NOT_IMPLEMENTED", message: "The embedded exchange has no OpenAPI description." },
    }),
  ),
];
