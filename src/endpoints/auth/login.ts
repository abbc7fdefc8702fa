import { hidden, instant, record, text, type Codec } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, string } from "../inputs/index.ts";

/** The account's credentials. An agent's key cannot log in and does not need to. */
export interface LoginInput {
  /** The account's, not an agent's. */
  readonly apiKey: string;
  /** As shown at registration. */
  readonly apiSecret: string;
}

/** A bearer token for the account. */
export interface Login {
  /** Not enumerable, so that JSON, spreads and logs omit it. */
  readonly token: string;
  readonly expiresAt: Date;
  readonly tokenType: "Bearer" | (string & {});
}

export const loginRecord: Codec<Login> = record<Login>({ token: hidden(text), expiresAt: instant, tokenType: text });

export const login: Endpoint<LoginInput, Login> = endpoint({
  name: "login",
  method: "POST",
  path: "/auth/login",
  input: input({ apiKey: string(1, 1000), apiSecret: string(1, 1000) }),
  output: loginRecord,
  access: "public",
  tier: "login",
  effect: "read",
});
