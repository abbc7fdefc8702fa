import { randomUuid } from "../base/random.ts";
import type { Amount, Stored } from "../base/amount.ts";
import { close } from "./cancel.ts";
import type { Account, Agent, Session } from "./model.ts";
import { portfolioOf, startingBalanceOf } from "./portfolio.ts";
import { Refusal } from "../base/rejection.ts";
import { keepPast } from "./snapshots.ts";
import type { World } from "./world.ts";
import { QUOTE_ASSET } from "./wallet.ts";

/** What a reset ended and began. */
export interface Reset {
  readonly previous: {
    readonly session: Session;
    readonly equity: Amount;
    readonly total: Amount;
    readonly days: number;
  };
  readonly session: Session;
  readonly startingBalance: Stored;
}

const DAY = 86_400_000;

/** The session that is shown of an account: the account itself stands for the time before the first reset. */
export function sessionOf(account: Account): Session {
  const agent = account.agents.find((each) => each.session !== undefined);
  return agent?.session ?? { id: account.id, startedAt: account.createdAt };
}

/** Starts an account again: all its agents' orders are cancelled and their wallets made new. */
export function resetAccount(world: World, account: Account, newBalance: Stored | undefined): Reset {
  const first = account.agents.find((each) => each.status !== "archived");
  if (first === undefined) {
    const code = world.quirks.unknownAgentCrashes ? "DATABASE_ERROR" : "AGENT_NOT_FOUND";
    throw new Refusal(code, "The account has no agent.");
  }
  const session = sessionOf(account);
  const { equity, total } = portfolioOf(world, { account, agent: undefined });
  const previous = { session, equity, total, days: Math.floor((world.now - session.startedAt) / DAY) };

  for (const order of account.history.pending()) close(world, order, "cancelled");
  const balance = world.quirks.resetIgnoresNewBalance ? undefined : newBalance;
  if (balance !== undefined) account.startingBalance = balance;
  for (const agent of account.agents) if (agent.status !== "archived") resetAgent(world, agent, balance);
  const startingBalance = world.quirks.accountsNotAddedUp
    ? first.startingBalance
    : startingBalanceOf(world, { account, agent: undefined });
  return { previous, session: first.session as Session, startingBalance };
}

/** Starts one agent again; the platform leaves its orders and positions. */
export function restartAgent(world: World, agent: Agent): void {
  if (!world.quirks.agentResetKeepsOrders) {
    for (const order of agent.account.history.pending()) if (order.agent === agent) close(world, order, "cancelled");
    resetAgent(world, agent, undefined);
    return;
  }
  agent.wallet.clear();
  agent.wallet.set(QUOTE_ASSET, { available: agent.startingBalance, locked: 0n });
}

function resetAgent(world: World, agent: Agent, balance: Stored | undefined): void {
  keepPast(world, agent);
  if (balance !== undefined) agent.startingBalance = balance;
  agent.wallet.clear();
  agent.wallet.set(QUOTE_ASSET, { available: agent.startingBalance, locked: 0n });
  if (!world.quirks.resetKeepsPositions) agent.positions.clear();
  if (!world.quirks.resetKeepsResults) {
    agent.countedFrom = { time: world.now, order: world.nextSequence };
    agent.realised = 0n;
  }
  agent.session = { id: randomUuid(world.ids), startedAt: world.now };
}
