import type { Endpoint, OrderIntent } from "../endpoints/index.ts";
import type { CallOptions } from "./options.ts";

/** Options of a call that the SDK makes itself: `agentId: null` names no agent, even if the client has a default one. */
export type InternalCallOptions = Omit<CallOptions, "agentId"> & {
  readonly agentId?: string | null | undefined;
  readonly [URGENT]?: boolean;
};

/** Marks a call that waits for the rate limit as a cancel does. A symbol, so that callers cannot mark theirs. */
export const URGENT: unique symbol = Symbol("urgent");

/** Records an order before each of its requests is sent. If it rejects, the request is not sent. */
export type RecordIntent = (intent: OrderIntent) => Promise<void>;

/** Calls an endpoint. Parts that make calls of their own receive this function instead of the whole transport. */
export type RequestFunction = <Input, Output>(
  endpoint: Endpoint<Input, Output, unknown>,
  input: Input,
  options?: InternalCallOptions,
  record?: RecordIntent,
) => Promise<Output>;
