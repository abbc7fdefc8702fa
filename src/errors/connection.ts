import { AgentExchangeError } from "./base.ts";

/** No answer: the server was not reached, or the connection broke. */
export class ConnectionError extends AgentExchangeError {
  override readonly name: string = "ConnectionError";
}

/** The call's time was over before it was done: waiting, logging in, all tries and the body together. */
export class TimeoutError extends ConnectionError {
  override readonly name = "TimeoutError";
}

/** The client was closed: before the call, or while it waited. */
export class ClientClosedError extends ConnectionError {
  override readonly name = "ClientClosedError";
}
