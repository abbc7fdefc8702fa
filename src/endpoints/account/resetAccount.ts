import * as v from "valibot";
import { decimal, instant, integer, record, text, type Codec, type Decimal } from "../../wire/index.ts";
import { endpoint, type Endpoint, type Params } from "../endpoint.ts";
import { input, unsupported } from "../inputs/index.ts";

export interface ResetAccountInput {
  /** Refused: the platform ignores it. An agent of its own has the balance you want: `createAgent({ startingBalance })`. */
  readonly newStartingBalance?: undefined;
}

/** What a reset ended and began. */
export interface AccountReset {
  readonly message: string;
  readonly previousSession: EndedSession;
  readonly newSession: StartedSession;
}

export interface EndedSession {
  /** The account's id when there was no session. */
  readonly sessionId: string;
  /** Of the whole account, in USDT. */
  readonly endingEquity: Decimal;
  /** Of the whole account, in USDT. */
  readonly totalPnl: Decimal;
  /** Whole days of 24 hours. */
  readonly durationDays: number;
}

export interface StartedSession {
  /** Session of the account's oldest agent. */
  readonly sessionId: string;
  /** That agent's, in USDT. */
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

/** Acts on the whole account, with an agent's key too. */
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
