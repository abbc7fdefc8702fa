import { AgentExchangeError } from "./base.ts";

/** No response: the server could not be reached, or the connection broke. */
export class ConnectionError extends AgentExchangeError {
  override readonly name: string = "ConnectionError";
}

/** The call's deadline passed. It covers waiting, logging in, all attempts and reading the body. */
export class TimeoutError extends ConnectionError {
  override readonly name = "TimeoutError";
}

/** The client was closed before the call or during it. */
export class ClientClosedError extends ConnectionError {
  override readonly name = "ClientClosedError";
}
