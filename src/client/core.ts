/// <reference lib="esnext.disposable" preserve="true" />
import type { Endpoint } from "../endpoints/index.ts";
import { AgentExchangeStream, createStreamContext } from "../stream/index.ts";
import {
  bindMembers,
  call,
  closedError,
  createTransport,
  type CallOptions,
  type ClientOptions,
  type Transport,
} from "../transport/index.ts";

/** What all groups of methods stand on: one transport, which nothing that prints an object can see. */
export abstract class ClientCore {
  readonly #transport: Transport;
  readonly #streams = new Set<AgentExchangeStream>();

  /**
   * @param options see {@link ClientOptions}; without a key only market data can be asked for
   * @throws ValidationError when an option is wrong or missing
   */
  constructor(options: ClientOptions = {}) {
    this.#transport = createTransport(options);
    bindMembers(this, "transport");
    // WebKitGTK has no such symbol yet; compilers of `await using` look for this one then.
    if (typeof Symbol.asyncDispose !== "symbol") {
      Object.defineProperty(this, Symbol.for("Symbol.asyncDispose"), { value: () => this.close() });
    }
  }

  protected async send<Input, Output>(
    endpoint: Endpoint<Input, Output, unknown>,
    input: Input,
    options?: CallOptions,
  ): Promise<Output> {
    if (this.#transport.closed) throw closedError(endpoint.name);
    return call(this.#transport, endpoint, input, options);
  }

  protected get transport(): Transport {
    return this.#transport;
  }

  /**
   * What the platform sends by itself, over a WebSocket that opens with the first subscription. It needs `apiKey`. One
   * stream serves a whole program; each call makes another one.
   *
   * @throws ValidationError without a key
   * @example
   * ```ts
   * await using stream = client.openStream();
   * for await (const tick of stream.ticker("BTCUSDT")) {
   *   console.log(tick.price.toString());
   *   break;
   * }
   * ```
   */
  openStream(): AgentExchangeStream {
    if (this.#transport.closed) throw closedError("openStream");
    const context = createStreamContext(this.#transport);
    const stream: AgentExchangeStream = new AgentExchangeStream(context, () => this.#streams.delete(stream));
    this.#streams.add(stream);
    return stream;
  }

  /**
   * Ends the client with its streams: running and waiting calls are rejected with a ClientClosedError, timers cleared, sockets
   * closed. Calling it again does nothing.
   *
   * @example
   * ```ts
   * await client.close();
   * ```
   */
  async close(): Promise<void> {
    for (const stream of this.#streams) await stream.close();
    this.#transport.close();
  }

  /** {@link ClientCore.close}, for `await using client = new AgentExchangeClient()`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
