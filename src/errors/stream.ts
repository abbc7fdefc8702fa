import { AgentExchangeError } from "./base.ts";

/** More updates came than a stream's iterator may keep: its consumer is too slow for `queue: "all"`. */
export class StreamOverflowError extends AgentExchangeError {
  override readonly name = "StreamOverflowError";
}
