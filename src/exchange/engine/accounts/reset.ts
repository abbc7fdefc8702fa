import { randomUuid } from "../../base/random.ts";
import { type Decimal28, type Fixed8, ZERO8 } from "../../base/amount.ts";
import { closeAll } from "../trading/cancel.ts";
import type { Account, Agent, Scope, Session } from "../model.ts";
import { accountOf, agentsOf, firstActiveAgent } from "../scope.ts";
import { portfolioOf, startingBalanceOf } from "../reports/portfolio.ts";
import { Rejection } from "../../base/rejection.ts";
import { pendingOrders } from "../history/history.ts";
import { recordHoldings } from "../history/holdings.ts";
import type { ExchangeState } from "../state.ts";
import { QUOTE_ASSET } from "../wallet.ts";
import { DAY } from "../../time/units.ts";

/** The result of a reset. */
export interface ResetResult {
  readonly previous: {
    readonly session: Session;
    readonly equity: Decimal28;
    readonly total: Decimal28;
    readonly days: number;
  };
  readonly session: Session;
  readonly startingBalance: Fixed8;
}

/** The session to report for an account. Before the first reset, the account's own id and creation time are used. */
export function sessionOf(state: ExchangeState, account: Account): Session {
  const agent = agentsOf(state, { account, agent: undefined }).find((each) => each.session !== undefined);
  return agent?.session ?? { id: account.id, startedAt: account.createdAt };
}

/** Resets an account: cancels all orders and gives each agent a new wallet. */
export function resetAccount(state: ExchangeState, account: Account, newBalance: Fixed8 | undefined): ResetResult {
  const first = firstActiveAgent(state, account);
  if (first === undefined) {
    const code = state.quirks.unknownAgentCrashes ? "DATABASE_ERROR" : "AGENT_NOT_FOUND";
    throw new Rejection(code, "The account has no agent.");
  }
  const session = sessionOf(state, account);
  const scope = { account, agent: undefined };
  const { equity, total } = portfolioOf(state, scope);
  const previous = { session, equity, total, days: Math.floor((state.now - session.startedAt) / DAY) };

  cancelPending(state, scope);
  const balance = state.quirks.resetIgnoresNewBalance ? undefined : newBalance;
  if (balance !== undefined) account.startingBalance = balance;
  for (const agent of agentsOf(state, scope)) if (agent.status !== "archived") restart(state, agent, balance);
  const startingBalance = state.quirks.accountsNotAddedUp ? first.startingBalance : startingBalanceOf(state, scope);
  return { previous, session: first.session ?? session, startingBalance };
}

/** Resets one agent; the platform keeps its orders and positions. */
export function restartAgent(state: ExchangeState, agent: Agent): void {
  if (!state.quirks.agentResetKeepsOrders) {
    cancelPending(state, { account: accountOf(state, agent), agent });
    restart(state, agent, undefined);
    return;
  }
  agent.wallet.clear();
  agent.wallet.set(QUOTE_ASSET, { available: agent.startingBalance, locked: ZERO8 });
}

/** Cancels pending orders, oldest first. */
function cancelPending(state: ExchangeState, scope: Scope): void {
  const closed = closeAll(state, pendingOrders(state, scope), "cancelled");
  for (const order of closed.toReversed()) state.orderChanged?.(order);
}

function restart(state: ExchangeState, agent: Agent, balance: Fixed8 | undefined): void {
  recordHoldings(state, agent);
  if (balance !== undefined) agent.startingBalance = balance;
  agent.wallet.clear();
  agent.wallet.set(QUOTE_ASSET, { available: agent.startingBalance, locked: ZERO8 });
  if (!state.quirks.resetKeepsPositions) agent.positions.clear();
  if (!state.quirks.resetKeepsResults) {
    agent.resultsFrom = { time: state.now, trade: state.counters.trades };
    agent.realised = ZERO8;
  }
  agent.session = { id: randomUuid(state.ids), startedAt: state.now };
}
