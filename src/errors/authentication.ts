import { AgentExchangeError } from "./base.ts";

/** The platform did not accept the key, secret or token (401), or the account is suspended. */
export class AuthenticationError extends AgentExchangeError {
  override readonly name: string = "AuthenticationError";
}

/** The credentials are valid, but the agent, strategy or webhook belongs to another account (403). */
export class PermissionError extends AuthenticationError {
  override readonly name = "PermissionError";
}
