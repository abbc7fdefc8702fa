import { AgentExchangeError } from "./base.ts";

/** A stream's iterator has more unread updates than its limit: the consumer is too slow for `queue: "all"`. */
export class StreamOverflowError extends AgentExchangeError {
  override readonly name = "StreamOverflowError";
}
