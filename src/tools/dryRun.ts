import { deriveClient } from "../client/createClient.ts";
import { toPlain, type Client, type ConnectionOptions } from "../client/index.ts";
import type { JsonObject, JsonValue } from "./json.ts";
import { estimateOrder } from "./preview/estimateOrder.ts";

/** An exchange that can be copied: an embedded one. */
export interface ForkableExchange {
  fork(): {
    readonly connection: ConnectionOptions;
    close(): void;
  };
}

const NOTICE = "Simulated: nothing was placed on the exchange.";

/** What marks a simulated result, whatever else it contains. */
export interface Simulated extends JsonObject {
  readonly simulated: true;
  readonly notice: string;
}

/**
 * Computes what an order would do from quote, filters and balance. The result has no order ID: there is no order.
 *
 * @throws the errors of {@link estimateOrder}
 */
export async function simulateOrder(
  client: Client,
  tool: string,
  input: unknown,
  signal?: AbortSignal,
): Promise<Simulated> {
  const estimate = await estimateOrder(client, tool, input, signal);
  const rejection = estimate.problems.find(({ certain }) => certain);
  const outcome =
    rejection !== undefined
      ? "would be rejected"
      : estimate.executes === "now"
        ? "would be filled"
        : "would be pending";
  return { simulated: true, notice: NOTICE, outcome, ...toPlain(estimate) } as unknown as Simulated;
}

/**
 * Runs operations on a fork of an exchange, with the client's own options and credentials. The fork is discarded: no order
 * of it reaches the exchange, the intent store or the client's observers.
 */
export async function runOnFork<Result>(
  client: Client,
  exchange: ForkableExchange,
  run: (client: Client) => Promise<Result>,
): Promise<Result> {
  const fork = exchange.fork();
  const copy = deriveClient(client, {
    ...fork.connection,
    intents: undefined,
    onRequest: undefined,
    onResponse: undefined,
    rateLimit: false,
  });
  try {
    return await run(copy);
  } finally {
    await copy.close();
    fork.close();
  }
}

/** Marks the result of an operation on a fork. */
export function markSimulated(result: JsonValue): Simulated {
  return { simulated: true, notice: NOTICE, result };
}
