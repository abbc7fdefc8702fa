import { formatDecimal, formatFixed8, toDecimal28 } from "./base/amount.ts";
import { registerAccount } from "./engine/accounts/accounts.ts";
import type { ExchangeState } from "./engine/state.ts";
import { registrationEntry } from "./http/command.ts";
import { toStartingBalance } from "./http/routes/startingBalance.ts";

/** The account to register. */
export interface RegisterAccountInput {
  /** Default: `Agent`. */
  readonly displayName?: string | undefined;
  /** In USDT. Default: 10000. */
  readonly startingBalance?: string | number | { toString(): string } | undefined;
}

/** A new account and its credentials. */
export interface RegisteredAccount {
  readonly accountId: string;
  /** The agent's API key; a client needs nothing else. */
  readonly apiKey: string;
  /** The account's own key: can log in and sees all agents. */
  readonly accountKey: string;
  /** The account's secret: logs in and signs requests. */
  readonly apiSecret: string;
  readonly agentId: string;
}

// The platform creates no agent for a longer name.
const MAX_NAME_LENGTH = 92;

/** Registers an account with one agent and records the command in the journal. */
export function registerDirectly(
  state: ExchangeState,
  { displayName = "", startingBalance = "10000.00" }: RegisterAccountInput,
): RegisteredAccount {
  const balance = toDecimal28(startingBalance);
  if (balance.units <= 0n)
    throw new RangeError(`startingBalance must be greater than 0, received ${String(startingBalance)}`);
  const name = displayName.trim();
  if (name.length > MAX_NAME_LENGTH)
    throw new RangeError(`displayName must have at most ${MAX_NAME_LENGTH} characters, received ${name.length}`);
  const account = state.journal.runCommand(
    () =>
      registerAccount(state, {
        displayName: name,
        email: undefined,
        password: undefined,
        startingBalance: toStartingBalance(state, balance),
      }),
    () => registrationEntry(state.now, name, formatDecimal(balance)),
  );
  const agent = state.agents.get(account.agentIds[0] ?? "");
  if (agent === undefined) throw new Error(`the account of ${formatFixed8(account.startingBalance)} USDT has no agent`);
  return {
    accountId: account.id,
    apiKey: agent.key,
    accountKey: account.key,
    apiSecret: account.secret,
    agentId: agent.id,
  };
}
