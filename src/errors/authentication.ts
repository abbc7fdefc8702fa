import { AgentExchangeError } from "./base.ts";

/** The key, secret or token was not accepted (401), or the account is suspended. */
export class AuthenticationError extends AgentExchangeError {
  override readonly name: string = "AuthenticationError";
}

/** The credential is good, but not for this: another account's agent, strategy or webhook (403). */
export class PermissionError extends AuthenticationError {
  override readonly name = "PermissionError";
}
