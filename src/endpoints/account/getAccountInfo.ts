import { decimal, hidden, instant, record, text, type Codec, type Decimal } from "../../wire/index.ts";
import { endpoint, type Endpoint, type NoArguments } from "../endpoint.ts";
import { input } from "../inputs/index.ts";
import { riskProfileRecord, type RiskProfile } from "./getRiskProfile.ts";

/** Open: the platform may add statuses. */
export type AccountStatus = "active" | "suspended" | "closed" | (string & {});

/** The account that the credentials belong to. */
export interface AccountInfo {
  readonly accountId: string;
  /** The account's API key in clear text, even if the caller uses an agent's key. Not enumerable: JSON, spreads and logs omit it. */
  readonly apiKey: string;
  readonly displayName: string;
  readonly status: AccountStatus;
  /** In USDT; the agent's if the call acts for an agent, otherwise the account's. */
  readonly startingBalance: Decimal;
  readonly currentSession: Session;
  /** The limits that apply to the caller. */
  readonly riskProfile: RiskProfile;
  readonly createdAt: Date;
}

/** A trading session, which lasts from one reset to the next. */
export interface Session {
  /** The account's ID until the first reset. */
  readonly sessionId: string;
  readonly startedAt: Date;
}

export const accountInfoRecord: Codec<AccountInfo> = record<AccountInfo>({
  accountId: text,
  apiKey: hidden(text),
  displayName: text,
  status: text,
  startingBalance: decimal,
  currentSession: record<Session>({ sessionId: text, startedAt: instant }),
  riskProfile: riskProfileRecord,
  createdAt: instant,
});

export const getAccountInfo: Endpoint<NoArguments, AccountInfo> = endpoint({
  name: "getAccountInfo",
  method: "GET",
  path: "/account/info",
  input: input({}),
  output: accountInfoRecord,
  access: "account",
  tier: "general",
});
