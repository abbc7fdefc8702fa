import { randomString, randomUuid } from "../../base/random.ts";
import { type Fixed8, ZERO8 } from "../../base/amount.ts";
import { Tree } from "../../collections/tree.ts";
import { createHistory } from "../history/history.ts";
import type { Account, Agent } from "../model.ts";
import { addSecret } from "./secrets.ts";
import { Rejection } from "../../base/rejection.ts";
import type { ExchangeState } from "../state.ts";

/** Input of a registration. */
export interface Registration {
  readonly displayName: string;
  readonly email: string | undefined;
  /** Password hash. */
  readonly password: string | undefined;
  readonly startingBalance: Fixed8;
}

/** Input for a new agent. */
export interface AgentDraft {
  readonly displayName: string;
  readonly startingBalance: Fixed8;
  readonly llmModel: string | null;
  readonly framework: string | null;
  readonly strategyTags: readonly string[];
  readonly riskProfile: Readonly<Record<string, unknown>>;
  readonly color: string | null;
}

const MAX_NAME_LENGTH = 100;

const KEY_LENGTH = 64;

/** A new API key. In a shard it begins with the shard's id, so that a router finds the shard without a directory. */
export function createKey({ keys, shard }: ExchangeState): string {
  return `ak_live_${shard}${randomString(keys, KEY_LENGTH - shard.length)}`;
}

/** Creates an account with its first agent. */
export function registerAccount(state: ExchangeState, registration: Registration): Account {
  if (registration.email !== undefined && state.accountsByEmail.has(registration.email)) {
    throw new Rejection("DUPLICATE_ACCOUNT", "An account with this email already exists.");
  }
  const displayName = registration.displayName === "" ? "Agent" : registration.displayName;
  const account: Account = {
    id: randomUuid(state.ids),
    key: createKey(state),
    secret: `sk_live_${randomString(state.keys, 64)}`,
    displayName,
    email: registration.email,
    password: registration.password,
    startingBalance: registration.startingBalance,
    status: "active",
    riskProfile: { maxPositionSizePct: 25, dailyLossLimitPct: 20, maxOpenOrders: 50 },
    mode: { mode: "live", strategyLabel: null },
    createdAt: state.now,
    agentIds: [],
  };
  const agentName = `${displayName}'s Agent`;
  if (agentName.length > MAX_NAME_LENGTH && state.quirks.longNameUndoesRegistration) return account;
  state.accounts.add(account);
  addSecret(state.accountsByKey, account.key, account.id);
  if (account.email !== undefined) state.accountsByEmail.set(account.email, account.id);
  createAgent(state, account, {
    displayName: agentName.slice(0, MAX_NAME_LENGTH),
    startingBalance: registration.startingBalance,
    llmModel: null,
    framework: null,
    strategyTags: [],
    riskProfile: {},
    color: null,
  });
  return account;
}

/** Creates an agent with its starting balance in USDT. */
export function createAgent(state: ExchangeState, account: Account, draft: AgentDraft): Agent {
  const appearance = state.ids.bits();
  const agent: Agent = {
    ...draft,
    id: randomUuid(state.ids),
    accountId: account.id,
    key: createKey(state),
    avatarUrl: avatarOf(appearance),
    color: draft.color ?? colorOf(appearance),
    status: "active",
    createdAt: state.now,
    updatedAt: state.now,
    limits: undefined,
    wallet: new Map([["USDT", { available: draft.startingBalance, locked: ZERO8 }]]),
    positions: new Map(),
    acceptedOrders: { minute: 0, count: 0 },
    dayResult: { day: 0, realised: ZERO8 },
    realised: ZERO8,
    resultsFrom: { time: state.now, trade: 0 },
    pastHoldings: new Tree(),
    history: createHistory(),
    firstSnapshots: new Map(),
    session: undefined,
  };
  account.agentIds.push(agent.id);
  state.agents.add(agent);
  addSecret(state.agentsByKey, agent.key, agent.id);
  return agent;
}

function colorOf(bits: number): string {
  return `#${(bits & 0xffffff).toString(16).padStart(6, "0")}`;
}

/** A mirrored pattern of five by five squares. */
function avatarOf(bits: number): string {
  const color = colorOf(Math.imul(bits, 0x9e3779b9) >>> 8);
  let fields = "";
  for (let cell = 0; cell < 15; cell++) {
    if (((bits >>> cell) & 1) === 0) continue;
    const column = cell % 3;
    const y = Math.floor(cell / 3) * 16;
    for (const x of column === 2 ? [32] : [column * 16, 64 - column * 16])
      fields += `<rect x="${x}" y="${y}" width="16" height="16" fill="${color}"/>`;
  }
  return `data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" width="80" height="80"><rect width="80" height="80" fill="#f0f0f0"/>${fields}</svg>`;
}
