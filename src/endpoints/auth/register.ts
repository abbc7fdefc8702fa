import { decimal, nullable, record, text, type Codec, type Decimal } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { amount, input, matching, optional, string, type Amount } from "../inputs/index.ts";

/** Arguments of `register`. */
export interface RegisterInput {
  /** Up to 92 characters; default `Agent`. */
  readonly displayName?: string | undefined;
  /** For logging in to the platform's website. */
  readonly email?: string | undefined;
  /** 8 to 72 characters; for logging in to the platform's website. */
  readonly password?: string | undefined;
  /** In USDT; default 10000. */
  readonly startingBalance?: Amount | undefined;
}

/** A new account with its credentials. */
export interface Registration {
  readonly accountId: string;
  /** The account's API key. Use the agent's key for trading. */
  readonly apiKey: string;
  /** Store it: the platform never shows it again. */
  readonly apiSecret: string;
  readonly displayName: string;
  /** In USDT. */
  readonly startingBalance: Decimal;
  /** The account's first agent; null if the platform failed to create it. */
  readonly agentId: string | null;
  /** The API key of that agent; null if there is none. */
  readonly agentApiKey: string | null;
  readonly message: string;
}

export const registrationRecord: Codec<Registration> = record<Registration>({
  accountId: text,
  apiKey: text,
  apiSecret: text,
  displayName: text,
  startingBalance: decimal,
  agentId: nullable(text),
  agentApiKey: nullable(text),
  message: text,
});

// With 93 to 100 characters the platform responds 201 but stores nothing, so the credentials never work.
const displayName = string(0, 92);

const email = matching(/^\s*[^\s@]+@[^\s@]+\.[^\s@]+\s*$/, "must be an email address");

export const register: Endpoint<RegisterInput, Registration> = endpoint({
  name: "register",
  method: "POST",
  path: "/auth/register",
  input: input({
    displayName: optional(displayName),
    email: optional(email),
    password: optional(string(8, 72)),
    startingBalance: optional(amount),
  }),
  output: registrationRecord,
  access: "public",
  tier: "register",
  bodyRequired: true,
});
