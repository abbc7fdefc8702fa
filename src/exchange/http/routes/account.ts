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
  fromFixed8,
  sum,
  textOfAmount,
  textOfStored,
  multiply,
  ZERO,
  type Decimal28,
  type Fixed8,
  add8,
} from "../../base/amount.ts";
import { shownProfile, wireProfile } from "../../engine/trading/limits.ts";
import type { Scope } from "../../engine/model.ts";
import { periodStart } from "../../engine/reports/performance.ts";
import { agentsOf, countedTrades } from "../../engine/scope.ts";
import {
  portfolioOf,
  positionsOf,
  realisedOf,
  startingBalanceOf,
  type ValuedPosition,
} from "../../engine/reports/portfolio.ts";
import { Rejection } from "../../base/rejection.ts";
import { resetAccount as reset, sessionOf } from "../../engine/accounts/reset.ts";
import type { ExchangeState } from "../../engine/state.ts";
import { placesOf, startingBalanceOf as storedBalance } from "./balances.ts";
import type { FieldReader } from "../read.ts";
import { route, type Route } from "../route.ts";

const PERIODS = { "1d": 1, "7d": 7, "30d": 30, all: undefined } as const;

export const accountRoutes: readonly Route[] = [
  route("GET", "/api/v1/account/info", accountInfoRecord, ({ state, scope }) => {
    const { account } = scope;
    const session = sessionOf(account);
    return {
      accountId: account.id,
      apiKey: account.key,
      displayName: account.displayName,
      status: account.status,
      startingBalance: textOfStored(startingBalanceOf(state, scope)),
      currentSession: { sessionId: session.id, startedAt: new Date(session.startedAt) },
      riskProfile: shownProfile(scope),
      createdAt: new Date(account.createdAt),
    };
  }),

  route("GET", "/api/v1/account/balance", balanceRecord, ({ state, scope }) => ({
    balances: balancesOf(state, scope),
    totalEquityUsdt: textOfAmount(portfolioOf(state, scope).equity),
  })),

  route("GET", "/api/v1/account/positions", positionsRecord, ({ state, scope }) => {
    const positions = positionsOf(state, scope);
    return {
      positions: positions.map(wirePosition),
      totalUnrealizedPnl: textOfAmount(sum(positions.map((each) => each.unrealised))),
    };
  }),

  route("GET", "/api/v1/account/portfolio", portfolioRecord, ({ state, scope }) => {
    const portfolio = portfolioOf(state, scope);
    return {
      totalEquity: textOfAmount(portfolio.equity),
      availableCash: textOfAmount(portfolio.availableCash),
      lockedCash: textOfAmount(portfolio.lockedCash),
      totalPositionValue: textOfAmount(portfolio.positionValue),
      unrealizedPnl: textOfAmount(portfolio.unrealised),
      realizedPnl: textOfAmount(portfolio.realised),
      totalPnl: textOfAmount(portfolio.total),
      roiPct: textOfAmount(portfolio.roiPct),
      startingBalance: textOfStored(portfolio.startingBalance),
      positions: portfolio.positions.map(wirePosition),
      timestamp: new Date(state.now),
    };
  }),

  route("GET", "/api/v1/account/pnl", pnlRecord, ({ state, query, scope }) => {
    const period = query.oneOf("period", ["1d", "7d", "30d", "all"], "all");
    query.done();
    const since = periodStart(state.now, PERIODS[period]);
    const trades = [...countedTrades(scope, since)];
    const realised = state.quirks.feesCountTwice ? realisedOf(scope) : realisedOf(scope, since);
    const unrealised = sum(positionsOf(state, scope).map((each) => each.unrealised));
    const total = add(unrealised, realised);
    const fees = sum(trades.map((trade) => fromFixed8(trade.fee)));
    const closed = trades.filter((trade) => trade.realised !== undefined);
    const winning = closed.filter((trade) => (trade.realised as bigint) > 0n).length;
    return {
      period,
      realizedPnl: textOfAmount(realised),
      unrealizedPnl: textOfAmount(unrealised),
      totalPnl: textOfAmount(total),
      feesPaid: textOfAmount(fees),
      netPnl: textOfAmount(state.quirks.feesCountTwice ? subtract(total, fees) : total),
      winningTrades: winning,
      losingTrades: closed.filter((trade) => (trade.realised as bigint) < 0n).length,
      winRate: textOfAmount(
        closed.length === 0 ? ZERO : multiply(divide(countOf(winning), countOf(closed.length)), HUNDRED),
      ),
    };
  }),

  route("PUT", "/api/v1/account/risk-profile", riskProfileRecord, (call) => {
    const profile = readProfile(call.body());
    const { account, agent } = call.scope;
    if (agent === undefined) {
      account.riskProfile = profile;
      for (const each of account.agents) each.limits = undefined;
    } else {
      agent.riskProfile = { ...agent.riskProfile, ...wireProfile(profile) };
      agent.limits = undefined;
    }
    return profile;
  }),

  route("POST", "/api/v1/account/reset", accountResetRecord, (call) => {
    const { state, account } = call;
    const body = call.body();
    const confirmed = body.flag("confirm");
    const documented =
      state.quirks.documentedNamesIgnored || body.has("new_starting_balance")
        ? undefined
        : body.optionalDecimal("starting_balance", placesOf(state));
    const asked = body.optionalDecimal("new_starting_balance", placesOf(state)) ?? documented;
    body.done();
    if (!confirmed)
      throw new Rejection("VALIDATION_ERROR", "Account reset requires confirm=true in the request body.", {
        field: "confirm",
      });
    const balance =
      asked === undefined || state.quirks.resetIgnoresNewBalance ? undefined : storedBalance(state, asked);
    const { previous, session, startingBalance } = reset(state, account, balance);
    return {
      message: "Account reset successful",
      previousSession: {
        sessionId: previous.session.id,
        endingEquity: textOfAmount(previous.equity),
        totalPnl: textOfAmount(previous.total),
        durationDays: previous.days,
      },
      newSession: {
        sessionId: session.id,
        startingBalance: textOfStored(startingBalance),
        startedAt: new Date(session.startedAt),
      },
    };
  }),
];

/** The three limits of a body, all required. */
export function readProfile(body: FieldReader): RiskProfile {
  const maxPositionSizePct = body.integer("max_position_size_pct", { least: 1, most: 100 });
  const dailyLossLimitPct = body.integer("daily_loss_limit_pct", { least: 1, most: 100 });
  const maxOpenOrders = body.integer("max_open_orders", { least: 1 });
  body.done();
  return { maxPositionSizePct, dailyLossLimitPct, maxOpenOrders };
}

function balancesOf(state: ExchangeState, scope: Scope): readonly Encodable<AssetBalance>[] {
  const all = agentsOf(scope).flatMap((agent) =>
    [...agent.wallet].map(([asset, { available, locked }]) => ({ asset, available, locked })),
  );
  const rows = state.quirks.accountsNotAddedUp ? all : addedUp(all);
  rows.sort((a, b) => (a.asset < b.asset ? -1 : a.asset > b.asset ? 1 : 0));
  const balances = rows.map(({ asset, available, locked }) => ({
    asset,
    available: textOfStored(available),
    locked: textOfStored(locked),
    total: textOfStored(add8(available, locked)),
  }));
  // Positions that an account reset left behind have no wallet row of their own.
  for (const { asset, quantity } of positionsOf(state, scope)) {
    if (rows.some((row) => row.asset === asset)) continue;
    balances.push({ asset, available: textOfStored(quantity), locked: "0", total: textOfStored(quantity) });
  }
  return balances;
}

interface BalanceRow {
  readonly asset: string;
  readonly available: Fixed8;
  readonly locked: Fixed8;
}

/** Each asset once. */
function addedUp(rows: readonly BalanceRow[]): BalanceRow[] {
  const byAsset = new Map<string, BalanceRow>();
  for (const row of rows) {
    const { asset } = row;
    const before = byAsset.get(asset);
    const sums = before && {
      available: add8(before.available, row.available),
      locked: add8(before.locked, row.locked),
    };
    byAsset.set(asset, { ...row, ...sums });
  }
  return [...byAsset.values()];
}

function wirePosition(position: ValuedPosition): Encodable<Position> {
  return {
    symbol: position.symbol,
    asset: position.asset,
    quantity: textOfStored(position.quantity),
    avgEntryPrice: textOfAmount(position.averagePrice),
    currentPrice: textOfAmount(position.currentPrice),
    marketValue: textOfAmount(position.marketValue),
    unrealizedPnl: textOfAmount(position.unrealised),
    unrealizedPnlPct: textOfAmount(position.unrealisedPct),
    openedAt: new Date(position.openedAt),
  };
}

function countOf(count: number): Decimal28 {
  return { units: BigInt(count), scale: 0 };
}
