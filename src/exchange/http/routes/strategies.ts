import {
  strategyComparisonRecord,
  strategyDetailRecord,
  strategyPageRecord,
  strategyRecord,
  strategyVersionRecord,
  strategyVersionsCodec,
  type Strategy as WireStrategy,
  type StrategyVersion as WireVersion,
} from "../../../endpoints/strategies/index.ts";
import type { Encodable } from "../../../wire/index.ts";
import { crash, Rejection } from "../../base/rejection.ts";
import {
  RANKING_METRICS,
  rankStrategies,
  recommendStrategy,
  type RankedStrategy,
  type RankingMetric,
} from "../../engine/strategies/compare.ts";
import * as lifecycle from "../../engine/strategies/lifecycle.ts";
import type { Strategy, StrategyVersion } from "../../engine/strategies/model.ts";
import { latestTest } from "../../engine/strategies/testRuns.ts";
import type { Call } from "../call.ts";
import { route, type Route } from "../route.ts";
import { anyObject, integer, list, object, oneOf, optional, string, withDefault, type Field } from "../schema/index.ts";
import { parseLooseUuid } from "../uuid.ts";
import { checkDefinition } from "./strategyDefinition.ts";
import { wireFigures } from "./wireTestFigures.ts";
import { paging } from "./paging.ts";

const name = string({ min: 1, max: 200 });
const note = string({ max: 2000 });

const strategyId: Field<string> = (input) => {
  const { value } = input;
  if (typeof value !== "string") return input.issue("uuid_type", "Input should be a valid UUID");
  return parseLooseUuid(value.trim()) ?? input.issue("uuid_parsing", "Input should be a valid UUID");
};

/** The platform looks the metric up before it checks its type. */
const rankingMetric: Field<RankingMetric> = (input) => {
  const { value, state } = input;
  if (value !== undefined && typeof value !== "string" && state.quirks.definitionGapsCrash) throw crash();
  return withDefault(oneOf(RANKING_METRICS), "sharpe_ratio")(input);
};

const createBody = object({ name, description: optional(note), definition: anyObject });
const changesBody = object({ name: optional(name), description: optional(note) });
const versionBody = object({ definition: anyObject, changeNotes: optional(note) });
const deployBody = object({ version: integer({ min: 1 }) });
const compareBody = object({ strategyIds: list(strategyId, { min: 2, max: 10 }), rankingMetric });
const listQuery = object({ status: optional(string()), ...paging(100, 50) });

export const strategyRoutes: readonly Route[] = [
  route("POST /api/v1/strategies", { body: createBody, output: strategyRecord, status: 201 }, (call) => {
    const { description = null, ...body } = call.readBody();
    checkDefinition(call.state, body.definition);
    call.checkSize();
    return wireStrategy(lifecycle.createStrategy(call.state, call.account, { ...body, description }));
  }),

  route("GET /api/v1/strategies", { query: listQuery, output: strategyPageRecord }, (call) => {
    const { state, account } = call;
    const { status, limit, offset } = call.readQuery();
    const { strategies, total } = lifecycle.listStrategies(state, account, status, limit, offset);
    return { strategies: strategies.map(wireStrategy), total, limit, offset };
  }),

  route("GET /api/v1/strategies/{strategy_id}", { output: strategyDetailRecord }, (call) => {
    const strategy = strategyOf(call);
    const results = latestTest(call.state, strategy)?.results;
    return {
      ...wireStrategy(strategy),
      currentDefinition: lifecycle.versionOf(strategy, strategy.currentVersion).definition as WireVersion["definition"],
      latestTestResults: results === undefined ? null : wireFigures(results),
    };
  }),

  route("PUT /api/v1/strategies/{strategy_id}", { body: changesBody, output: strategyRecord }, (call) => {
    const changes = call.readBody();
    call.checkSize();
    const strategy = strategyOf(call);
    if (changes.name === undefined && changes.description === undefined)
      throw new Rejection("VALIDATION_ERROR", "There is nothing to change.", { field: "body" });
    strategy.name = changes.name ?? strategy.name;
    strategy.description = changes.description ?? strategy.description;
    strategy.updatedAt = call.state.now;
    return wireStrategy(strategy);
  }),

  route("DELETE /api/v1/strategies/{strategy_id}", { output: strategyRecord }, (call) => {
    const strategy = strategyOf(call);
    lifecycle.archiveStrategy(call.state, strategy);
    return wireStrategy(strategy);
  }),

  route(
    "POST /api/v1/strategies/{strategy_id}/versions",
    { body: versionBody, output: strategyVersionRecord, status: 201 },
    (call) => {
      const { definition, changeNotes = null } = call.readBody();
      const strategy = strategyOf(call);
      checkDefinition(call.state, definition);
      call.checkSize();
      return wireVersion(strategy, lifecycle.addVersion(call.state, strategy, definition, changeNotes));
    },
  ),

  route("GET /api/v1/strategies/{strategy_id}/versions", { output: strategyVersionsCodec }, (call) => {
    const strategy = strategyOf(call);
    return strategy.versions.toReversed().map((version) => wireVersion(strategy, version));
  }),

  route("GET /api/v1/strategies/{strategy_id}/versions/{version}", { output: strategyVersionRecord }, (call) => {
    const { version: number } = call.readParameters("version", "strategy_id");
    const strategy = strategyOf(call);
    return wireVersion(strategy, lifecycle.versionOf(strategy, number, ` for strategy '${strategy.id}'`));
  }),

  route("POST /api/v1/strategies/{strategy_id}/deploy", { body: deployBody, output: strategyRecord }, (call) => {
    const { version } = call.readBody();
    const strategy = strategyOf(call);
    lifecycle.deployVersion(call.state, strategy, version);
    return wireStrategy(strategy);
  }),

  route("POST /api/v1/strategies/{strategy_id}/undeploy", { output: strategyRecord }, (call) => {
    const strategy = strategyOf(call);
    lifecycle.undeployStrategy(call.state, strategy);
    return wireStrategy(strategy);
  }),

  route("POST /api/v1/strategies/compare", { body: compareBody, output: strategyComparisonRecord }, (call) => {
    const { state, account } = call;
    const { strategyIds, rankingMetric: metric } = call.readBody();
    const strategies = strategyIds.map((id) => lifecycle.ownStrategy(state, account, id));
    const entries = rankStrategies(state, strategies, metric);
    return {
      strategies: entries.map(wireRanked),
      winnerId: entries.find((entry) => entry.metrics[metric] !== null)?.strategy.id ?? null,
      rankingMetric: metric,
      recommendation: recommendStrategy(entries, metric),
    };
  }),
];

/** The strategy of the path, which must be the caller's. */
export function strategyOf(call: Call<"strategy_id">): Strategy {
  const id = call.readParameter("strategy_id");
  return lifecycle.ownStrategy(call.state, call.account, id);
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

function wireRanked({ strategy, metrics, totalTrades, figures, isTested }: RankedStrategy, index: number) {
  const sharpe = figures?.sharpe;
  return {
    strategyId: strategy.id,
    name: strategy.name,
    version: strategy.currentVersion,
    status: strategy.status,
    rank: index + 1,
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
