import * as v from "valibot";
import { decimal, instant, integer, record, text, type Codec, type Decimal } from "../../wire/index.ts";
import { endpoint, type Endpoint, type Params } from "../endpoint.ts";
import { input, unsupported } from "../inputs/index.ts";

/** Arguments of `resetAccount`. */
export interface ResetAccountInput {
  /** Rejected, because the platform ignores it. For another balance, create an agent: `createAgent({ startingBalance })`. */
  readonly newStartingBalance?: undefined;
}

/** The session that a reset ended and the one that it started. */
export interface AccountReset {
  readonly message: string;
  readonly previousSession: EndedSession;
  readonly newSession: StartedSession;
}

/** The session that a reset ended. */
export interface EndedSession {
  /** The account's ID if there was no session. */
  readonly sessionId: string;
  /** Of the whole account, in USDT. */
  readonly endingEquity: Decimal;
  /** Of the whole account, in USDT. */
  readonly totalPnl: Decimal;
  /** Complete days of 24 hours. */
  readonly durationDays: number;
}

/** The session that a reset started. */
export interface StartedSession {
  /** The session of the account's oldest agent. */
  readonly sessionId: string;
  /** The balance of that agent, in USDT. */
  readonly startingBalance: Decimal;
  readonly startedAt: Date;
}

export const accountResetRecord: Codec<AccountReset> = record<AccountReset>({
  message: text,
  previousSession: record<EndedSession>({
    sessionId: text,
    endingEquity: decimal,
    totalPnl: decimal,
    durationDays: integer,
  }),
  newSession: record<StartedSession>({ sessionId: text, startingBalance: decimal, startedAt: instant }),
});

const sameBalance =
  "is ignored by the platform: a reset restores the same balance; for another one create an agent with createAgent({ displayName, startingBalance })";

export const resetAccount: Endpoint<ResetAccountInput, AccountReset> = endpoint({
  name: "resetAccount",
  method: "POST",
  path: "/account/reset",
  input: v.pipe(
    input({ newStartingBalance: unsupported(sameBalance), startingBalance: unsupported(sameBalance) }),
    v.transform((): Params => ({ confirm: true })),
  ),
  output: accountResetRecord,
  access: "account",
  tier: "general",
});
