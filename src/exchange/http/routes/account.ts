import {
  accountInfoRecord,
  accountResetRecord,
  balanceRecord,
  pnlRecord,
  portfolioRecord,
  positionsRecord,
  riskProfileRecord,
  type AssetBalance,
  type Position,
  type RiskProfile,
} from "../../../endpoints/account/index.ts";
import type { Encodable } from "../../../wire/index.ts";
import {
  HUNDRED,
  subtract,
  divide,
  add,
  sum,
  formatDecimal,
  formatFixed8,
  multiply,
  ZERO,
  type Decimal28,
  type Fixed8,
  add8,
} from "../../base/amount.ts";
import { reportedProfile, toWireProfile } from "../../engine/trading/limits.ts";
import type { Scope } from "../../engine/model.ts";
import { startOfPeriod } from "../../engine/reports/performance.ts";
import { realisedOf, resultsOf, totalOf } from "../../engine/reports/results.ts";
import { agentsOf } from "../../engine/scope.ts";
import { portfolioOf, positionsOf, startingBalanceOf, type ValuedPosition } from "../../engine/reports/portfolio.ts";
import { Rejection } from "../../base/rejection.ts";
import { resetAccount as reset, sessionOf } from "../../engine/accounts/reset.ts";
import type { ExchangeState } from "../../engine/state.ts";
import { route, type Route } from "../route.ts";
import {
  alsoNamed,
  amount,
  boolean,
  integer,
  object,
  oneOf,
  optional,
  withDefault,
  type ObjectSchema,
} from "../schema/index.ts";
import { toStartingBalance } from "./startingBalance.ts";

const PERIODS = { "1d": 1, "7d": 7, "30d": 30, all: undefined } as const;
const pnlQuery = object({ period: withDefault(oneOf(["1d", "7d", "30d", "all"]), "all") });
const resetBody = object({
  confirm: boolean,
  newStartingBalance: alsoNamed([], "starting_balance", optional(amount)),
});

export const riskProfileBody: ObjectSchema<RiskProfile> = object({
  maxPositionSizePct: integer({ min: 1, max: 100 }),
  dailyLossLimitPct: integer({ min: 1, max: 100 }),
  maxOpenOrders: integer({ min: 1 }),
});

export const accountRoutes: readonly Route[] = [
  route("GET /api/v1/account/info", { output: accountInfoRecord }, ({ state, scope }) => {
    const { account } = scope;
    const session = sessionOf(state, account);
    return {
      accountId: account.id,
      apiKey: account.key,
      displayName: account.displayName,
      status: account.status,
      startingBalance: formatFixed8(startingBalanceOf(state, scope)),
      currentSession: { sessionId: session.id, startedAt: new Date(session.startedAt) },
      riskProfile: reportedProfile(scope),
      createdAt: new Date(account.createdAt),
    };
  }),

  route("GET /api/v1/account/balance", { output: balanceRecord }, ({ state, scope }) => ({
    balances: balancesOf(state, scope),
    totalEquityUsdt: formatDecimal(portfolioOf(state, scope).equity),
  })),

  route("GET /api/v1/account/positions", { output: positionsRecord }, ({ state, scope }) => {
    const positions = positionsOf(state, scope);
    return {
      positions: positions.map(wirePosition),
      totalUnrealizedPnl: formatDecimal(sum(positions.map((each) => each.unrealised))),
    };
  }),

  route("GET /api/v1/account/portfolio", { output: portfolioRecord }, ({ state, scope }) => {
    const portfolio = portfolioOf(state, scope);
    return {
      totalEquity: formatDecimal(portfolio.equity),
      availableCash: formatDecimal(portfolio.availableCash),
      lockedCash: formatDecimal(portfolio.lockedCash),
      totalPositionValue: formatDecimal(portfolio.positionValue),
      unrealizedPnl: formatDecimal(portfolio.unrealised),
      realizedPnl: formatDecimal(portfolio.realised),
      totalPnl: formatDecimal(portfolio.total),
      roiPct: formatDecimal(portfolio.roiPct),
      startingBalance: formatFixed8(portfolio.startingBalance),
      positions: portfolio.positions.map(wirePosition),
      timestamp: new Date(state.now),
    };
  }),

  route("GET /api/v1/account/pnl", { query: pnlQuery, output: pnlRecord }, (call) => {
    const { state, scope } = call;
    const { period } = call.readQuery();
    const since = startOfPeriod(state.now, PERIODS[period]);
    const results = resultsOf(state, scope, since);
    const realised = realisedOf(state.quirks.feesCountTwice ? resultsOf(state, scope) : results);
    const unrealised = sum(positionsOf(state, scope).map((each) => each.unrealised));
    const total = add(unrealised, realised);
    const fees = totalOf(results.fees, results.trades);
    const { closed, wins, losses } = results;
    return {
      period,
      realizedPnl: formatDecimal(realised),
      unrealizedPnl: formatDecimal(unrealised),
      totalPnl: formatDecimal(total),
      feesPaid: formatDecimal(fees),
      netPnl: formatDecimal(state.quirks.feesCountTwice ? subtract(total, fees) : total),
      winningTrades: wins,
      losingTrades: losses,
      winRate: formatDecimal(closed === 0 ? ZERO : multiply(divide(decimalOf(wins), decimalOf(closed)), HUNDRED)),
    };
  }),

  route("PUT /api/v1/account/risk-profile", { body: riskProfileBody, output: riskProfileRecord }, (call) => {
    const profile = call.readBody();
    const { state, scope } = call;
    const { account, agent } = scope;
    if (agent === undefined) {
      account.riskProfile = profile;
      for (const each of agentsOf(state, { account, agent })) each.limits = undefined;
    } else {
      agent.riskProfile = { ...agent.riskProfile, ...toWireProfile(profile) };
      agent.limits = undefined;
    }
    return profile;
  }),

  route("POST /api/v1/account/reset", { body: resetBody, output: accountResetRecord }, (call) => {
    const { state, account } = call;
    const { confirm, newStartingBalance } = call.readBody();
    if (!confirm)
      throw new Rejection("VALIDATION_ERROR", "Account reset requires confirm=true in the request body.", {
        field: "confirm",
      });
    const balance =
      newStartingBalance === undefined || state.quirks.resetIgnoresNewBalance
        ? undefined
        : toStartingBalance(state, newStartingBalance);
    const { previous, session, startingBalance } = reset(state, account, balance);
    return {
      message: "Account reset successful",
      previousSession: {
        sessionId: previous.session.id,
        endingEquity: formatDecimal(previous.equity),
        totalPnl: formatDecimal(previous.total),
        durationDays: previous.days,
      },
      newSession: {
        sessionId: session.id,
        startingBalance: formatFixed8(startingBalance),
        startedAt: new Date(session.startedAt),
      },
    };
  }),
];

function balancesOf(state: ExchangeState, scope: Scope): readonly Encodable<AssetBalance>[] {
  const all = agentsOf(state, scope).flatMap((agent) =>
    [...agent.wallet].map(([asset, { available, locked }]) => ({ asset, available, locked })),
  );
  const rows = state.quirks.accountsNotAddedUp ? all : sumByAsset(all);
  rows.sort((a, b) => (a.asset < b.asset ? -1 : a.asset > b.asset ? 1 : 0));
  const balances = rows.map(({ asset, available, locked }) => ({
    asset,
    available: formatFixed8(available),
    locked: formatFixed8(locked),
    total: formatFixed8(add8(available, locked)),
  }));
  // Positions that survived an account reset have no row in a wallet.
  for (const { asset, quantity } of positionsOf(state, scope)) {
    if (rows.some((row) => row.asset === asset)) continue;
    balances.push({ asset, available: formatFixed8(quantity), locked: "0", total: formatFixed8(quantity) });
  }
  return balances;
}

interface BalanceRow {
  readonly asset: string;
  readonly available: Fixed8;
  readonly locked: Fixed8;
}

/** One row per asset. */
function sumByAsset(rows: readonly BalanceRow[]): BalanceRow[] {
  const byAsset = new Map<string, BalanceRow>();
  for (const row of rows) {
    const { asset } = row;
    const previous = byAsset.get(asset);
    const sums = previous && {
      available: add8(previous.available, row.available),
      locked: add8(previous.locked, row.locked),
    };
    byAsset.set(asset, { ...row, ...sums });
  }
  return [...byAsset.values()];
}

function wirePosition(position: ValuedPosition): Encodable<Position> {
  return {
    symbol: position.symbol,
    asset: position.asset,
    quantity: formatFixed8(position.quantity),
    avgEntryPrice: formatDecimal(position.averagePrice),
    currentPrice: formatDecimal(position.currentPrice),
    marketValue: formatDecimal(position.marketValue),
    unrealizedPnl: formatDecimal(position.unrealised),
    unrealizedPnlPct: formatDecimal(position.unrealisedPct),
    openedAt: new Date(position.openedAt),
  };
}

function decimalOf(count: number): Decimal28 {
  return { units: BigInt(count), scale: 0 };
}
