import {
  strategyComparisonRecord,
  strategyDetailRecord,
  strategyPageRecord,
  strategyRecord,
  strategyVersionRecord,
  type Strategy as WireStrategy,
  type StrategyVersion as WireVersion,
} from "../../../endpoints/strategies/index.ts";
import type { Encodable } from "../../../wire/index.ts";
import { crash, Rejection } from "../../base/rejection.ts";
import {
  RANKING_METRICS,
  ranked,
  recommendationOf,
  type Ranked,
  type RankingMetric,
} from "../../engine/strategies/compare.ts";
import * as lifecycle from "../../engine/strategies/lifecycle.ts";
import type { Strategy, StrategyVersion } from "../../engine/strategies/model.ts";
import { latestTest } from "../../engine/strategies/testRuns.ts";
import type { Call } from "../call.ts";
import { checkDefinition, readDefinition } from "./definition.ts";
import { readUuids } from "../fields.ts";
import type { FieldReader } from "../read.ts";
import { jsonReply, type Reply } from "../reply.ts";
import { bareRoute, route, type Route } from "../route.ts";
import { wireFigures } from "./testFigures.ts";

const NAME = { least: 1, most: 200 };
const TEXT = { most: 2000 };

export const strategyRoutes: readonly Route[] = [
  route(
    "POST",
    "/api/v1/strategies",
    strategyRecord,
    (call) => {
      const body = call.body();
      const name = body.text("name", NAME);
      const description = body.optionalText("description", TEXT) ?? null;
      const definition = readDefinition(body);
      body.done();
      checkDefinition(call.state, definition);
      call.checkSize();
      return wireStrategy(lifecycle.createStrategy(call.state, call.account, { name, description, definition }));
    },
    201,
  ),

  route("GET", "/api/v1/strategies", strategyPageRecord, ({ state, query, account }) => {
    const status = query.optionalText("status");
    const limit = query.integer("limit", { least: 1, most: 100 }, 50);
    const offset = query.integer("offset", { least: 0 }, 0);
    query.done();
    const found = [...state.strategies.values()]
      .filter((each) => each.account === account && (status === undefined || each.status === status))
      .toReversed();
    return { strategies: found.slice(offset, offset + limit).map(wireStrategy), total: found.length, limit, offset };
  }),

  route("GET", "/api/v1/strategies/{strategy_id}", strategyDetailRecord, (call) => {
    const strategy = strategyOf(call);
    const results = latestTest(strategy)?.results;
    return {
      ...wireStrategy(strategy),
      currentDefinition: lifecycle.versionOf(strategy, strategy.currentVersion).definition as WireVersion["definition"],
      latestTestResults: results === undefined ? null : wireFigures(results),
    };
  }),

  bareRoute("PUT", "/api/v1/strategies/{strategy_id}", (call) => {
    const body = call.body();
    const name = unlessNull(body, "name") ? body.text("name", NAME) : undefined;
    const description = unlessNull(body, "description") ? body.text("description", TEXT) : undefined;
    body.done();
    call.checkSize();
    const strategy = strategyOf(call);
    if (name === undefined && description === undefined)
      throw new Rejection("VALIDATION_ERROR", "There is nothing to change.", { field: "body" });
    strategy.name = name ?? strategy.name;
    strategy.description = description ?? strategy.description;
    strategy.updatedAt = call.state.now;
    return strategyReply(strategy);
  }),

  bareRoute("DELETE", "/api/v1/strategies/{strategy_id}", (call) => {
    const strategy = strategyOf(call);
    lifecycle.archive(call.state, strategy);
    return strategyReply(strategy);
  }),

  route(
    "POST",
    "/api/v1/strategies/{strategy_id}/versions",
    strategyVersionRecord,
    (call) => {
      const body = call.body();
      const definition = readDefinition(body);
      const changeNotes = body.optionalText("change_notes", TEXT) ?? null;
      body.done();
      const strategy = strategyOf(call);
      checkDefinition(call.state, definition);
      call.checkSize();
      return wireVersion(strategy, lifecycle.addVersion(call.state, strategy, definition, changeNotes));
    },
    201,
  ),

  bareRoute("GET", "/api/v1/strategies/{strategy_id}/versions", (call) => {
    const strategy = strategyOf(call);
    const versions = strategy.versions.toReversed().map((version) => wireVersion(strategy, version));
    return jsonReply(
      200,
      versions.map((version) => strategyVersionRecord.encode(version)),
    );
  }),

  bareRoute("GET", "/api/v1/strategies/{strategy_id}/versions/{version}", (call) => {
    const number = call.path.integer("version", {});
    const strategy = strategyOf(call);
    return jsonReply(
      200,
      strategyVersionRecord.encode(
        wireVersion(strategy, lifecycle.versionOf(strategy, number, ` for strategy '${strategy.id}'`)),
      ),
    );
  }),

  route("POST", "/api/v1/strategies/{strategy_id}/deploy", strategyRecord, (call) => {
    const body = call.body();
    const version = body.integer("version", { least: 1 });
    body.done();
    const strategy = strategyOf(call);
    lifecycle.deploy(call.state, strategy, version);
    return wireStrategy(strategy);
  }),

  route("POST", "/api/v1/strategies/{strategy_id}/undeploy", strategyRecord, (call) => {
    const strategy = strategyOf(call);
    lifecycle.undeploy(call.state, strategy);
    return wireStrategy(strategy);
  }),

  route("POST", "/api/v1/strategies/compare", strategyComparisonRecord, (call) => {
    const { state, account } = call;
    const body = call.body();
    const ids = readUuids(body, "strategy_ids", 2, 10);
    const metric = readMetric(call, body);
    body.done();
    const strategies = ids.map((id) => lifecycle.ownStrategy(state, account, id));
    const entries = ranked(state, strategies, metric);
    return {
      strategies: entries.map(wireRanked),
      winnerId: entries.find((entry) => entry.metrics[metric] !== null)?.strategy.id ?? null,
      rankingMetric: metric,
      recommendation: recommendationOf(entries, metric),
    };
  }),
];

/** The strategy of the path, which must be the caller's. */
export function strategyOf({ state, account, path }: Call): Strategy {
  const id = path.uuid("strategy_id");
  path.done();
  return lifecycle.ownStrategy(state, account, id);
}

/** A null leaves things as they are. */
function unlessNull(body: FieldReader, name: string): boolean {
  return body.has(name) && body.raw(name) !== null;
}

function readMetric(call: Call, body: FieldReader): RankingMetric {
  const value = body.raw("ranking_metric");
  if (value !== undefined && typeof value !== "string" && call.state.quirks.definitionGapsCrash) throw crash();
  return body.oneOf("ranking_metric", RANKING_METRICS, "sharpe_ratio");
}

function strategyReply(strategy: Strategy): Reply {
  return jsonReply(200, strategyRecord.encode(wireStrategy(strategy)));
}

function wireStrategy(strategy: Strategy): Encodable<WireStrategy> {
  return {
    strategyId: strategy.id,
    name: strategy.name,
    description: strategy.description,
    currentVersion: strategy.currentVersion,
    status: strategy.status,
    deployedAt: strategy.deployedAt === undefined ? null : new Date(strategy.deployedAt),
    createdAt: new Date(strategy.createdAt),
    updatedAt: new Date(strategy.updatedAt),
  };
}

function wireVersion(strategy: Strategy, version: StrategyVersion): Encodable<WireVersion> {
  return {
    versionId: version.id,
    strategyId: strategy.id,
    version: version.version,
    definition: version.definition as WireVersion["definition"],
    changeNotes: version.changeNotes,
    parentVersion: version.version === 1 ? null : version.version - 1,
    status: version.status,
    createdAt: new Date(version.createdAt),
  };
}

function wireRanked({ strategy, metrics, totalTrades, figures, isTested }: Ranked, at: number) {
  const sharpe = figures?.sharpe;
  return {
    strategyId: strategy.id,
    name: strategy.name,
    version: strategy.currentVersion,
    status: strategy.status,
    rank: at + 1,
    metrics: {
      sharpeRatio: metrics.sharpe_ratio,
      sortinoRatio: metrics.sortino_ratio,
      maxDrawdownPct: metrics.max_drawdown_pct,
      winRate: metrics.win_rate,
      roiPct: metrics.roi_pct,
      profitFactor: metrics.profit_factor,
      totalTrades,
    },
    deflatedSharpe:
      sharpe === undefined
        ? null
        : {
            pValue: sharpe.confidence,
            isSignificant: sharpe.isSignificant,
            observedSharpe: sharpe.observed,
            deflatedSharpe: sharpe.deflated,
            numTrials: sharpe.trials,
          },
    hasTestResults: isTested,
  };
}
