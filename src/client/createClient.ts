/// <reference lib="esnext.disposable" preserve="true" />
import { createTransport, type ClientOptions, type Transport } from "../transport/index.ts";

/** A client whose methods are imported one by one. Created by {@link createClient}. */
export interface Client {
  /**
   * Runs an operation: `client.send(getPrice, "BTCUSDT")` is what `client.getPrice("BTCUSDT")` is with the class.
   *
   * @example
   * ```ts
   * import { createClient, getPrice } from "agentexchange/core";
   *
   * await using client = createClient(connection);
   * const { price } = await client.send(getPrice, "BTCUSDT");
   * console.log(price.toFixed(2));
   * ```
   */
  readonly send: <Parameters extends readonly unknown[], Result>(
    operation: Operation<Parameters, Result>,
    ...parameters: NoInfer<Parameters>
  ) => Result;
  /**
   * Closes the client and its streams: pending calls reject with a {@link ClientClosedError}, timers and sockets are
   * closed. Closing it again has no effect.
   */
  readonly close: () => Promise<void>;
  /** The same, for `await using client = createClient()`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** A function that takes a client first, such as `getPrice`. You can write your own, which send others. */
export type Operation<Parameters extends readonly unknown[], Result> = (
  client: Client,
  ...parameters: Parameters
) => Result;

/** The parts of a client that operations use. */
export interface ClientParts {
  readonly transport: Transport;
  /** Open streams, which end with the client. */
  readonly streams: Set<{ close(): Promise<void> }>;
  /** Creates a client with the same options, except these. */
  readonly derive: (options: ClientOptions) => Client;
}

const partsByClient = new WeakMap<Client, ClientParts>();
/** The clients inside objects with methods. */
const clientsByOwner = new WeakMap<object, Client>();

/**
 * Creates a client without methods, for pages and Workers that should load only the endpoints that they use. It has the
 * options, policy and errors of `AgentExchangeClient`.
 *
 * @param options see {@link ClientOptions}; without credentials only public market data is available
 * @throws {@link ValidationError} if an option is missing or invalid
 * @example
 * ```ts
 * import { createClient, getCandles } from "agentexchange/core";
 *
 * await using client = createClient(connection);
 * const candles = await client.send(getCandles, "BTCUSDT", { interval: "1h", limit: 24 });
 * console.log(candles.length);
 * ```
 */
export function createClient(options: ClientOptions = {}): Client {
  const transport = createTransport(options);
  const streams: ClientParts["streams"] = new Set();
  const close = async (): Promise<void> => {
    for (const stream of streams) await stream.close();
    transport.close();
  };
  const client: Client = {
    send: (operation, ...parameters) => operation(client, ...parameters),
    close,
    // WebKitGTK has no Symbol.asyncDispose yet. Compilers of `await using` then look for this symbol.
    [Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose")]: close,
  };
  const derive = (changes: ClientOptions): Client => createClient({ ...options, ...changes });
  partsByClient.set(client, { transport, streams, derive });
  return client;
}

/** @throws TypeError for an object that `createClient` did not create */
export function partsOf(client: Client): ClientParts {
  const parts = partsByClient.get(client);
  if (parts === undefined) throw new TypeError("Not a client. Create one with createClient().");
  return parts;
}

/** Lets {@link clientOf} find the client of an object with methods. */
export function ownClient(owner: object, client: Client): void {
  clientsByOwner.set(owner, client);
}

/** The client of an `AgentExchangeClient`, or the client itself. @throws TypeError for anything else */
export function clientOf(value: object): Client {
  const client = clientsByOwner.get(value) ?? (value as Client);
  partsOf(client);
  return client;
}

/** A client with the options and credentials of another one, except for some options. */
export function deriveClient(client: Client, options: ClientOptions): Client {
  return partsOf(client).derive(options);
}
