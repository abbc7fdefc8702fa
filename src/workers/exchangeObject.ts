import { DurableObject } from "cloudflare:workers";
import { StoreError, type RegisterAccountInput, type RegisteredAccount } from "../exchange/index.ts";
import { errorResponse } from "./exchangeErrors.ts";
import type { ExchangeObjectOptions, ExchangeVariables } from "./exchangeOptions.ts";
import { openHosted, type HostedExchange } from "./hostedExchange.ts";

/**
 * The embedded exchange in a Durable Object with SQLite: `fetch` answers its REST interface and accepts its stream. It
 * keeps no timer, so it hibernates between requests with its sockets open; its alarm wakes it when a socket is due a
 * message, or a webhook its delivery. An object that nobody has registered with stores nothing.
 *
 * @example
 * ```ts
 * export { ExchangeObject } from "agentexchange/workers";
 *
 * const exchange = env.EXCHANGE.getByName("main");
 * const { apiKey } = await exchange.register({ startingBalance: "10000" });
 * const client = new AgentExchangeClient({ ...exchangeConnection(exchange), apiKey });
 * ```
 */
export class ExchangeObject extends DurableObject<ExchangeVariables> {
  /** Set it in a subclass to change how its exchange behaves. */
  static readonly options: ExchangeObjectOptions = {};

  #hosted: HostedExchange | undefined;

  /** Answers a request as the platform would; a WebSocket upgrade opens the stream. 503 if the storage fails. */
  override async fetch(request: Request): Promise<Response> {
    try {
      return await this.#run((hosted) =>
        request.headers.get("upgrade")?.toLowerCase() === "websocket"
          ? upgrade(hosted, request)
          : hosted.exchange.fetch(request),
      );
    } catch (error) {
      if (error instanceof StoreError) return unavailable();
      throw error;
    }
  }

  /** Registers an account with one agent, without limits. Only Workers with a binding can call it. */
  async register(account?: RegisterAccountInput): Promise<RegisteredAccount> {
    return this.#run((hosted) => hosted.exchange.register(account));
  }

  /** Called by the runtime: does what is due. */
  override async alarm(): Promise<void> {
    await this.#run((hosted) => hosted.ring());
  }

  /** Called by the runtime for each message of a socket. */
  override async webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    await this.#run(({ sockets }) => sockets.receive(socket, data));
  }

  /** Called by the runtime when a socket has been closed. */
  override async webSocketClose(socket: WebSocket): Promise<void> {
    await this.#run(({ sockets }) => sockets.closed(socket));
  }

  /** Called by the runtime when a socket has failed. */
  override async webSocketError(socket: WebSocket): Promise<void> {
    await this.#run(({ sockets }) => sockets.closed(socket));
  }

  /** If the storage fails, memory is ahead of it: the exchange is opened again with the next event. */
  async #run<Result>(work: (hosted: HostedExchange) => Result | Promise<Result>): Promise<Result> {
    const { options } = this.constructor as typeof ExchangeObject;
    const hosted = (this.#hosted ??= openHosted(this.ctx, this.env, options));
    try {
      return await work(hosted);
    } catch (error) {
      if (error instanceof StoreError && this.#hosted === hosted) {
        hosted.abandon();
        this.#hosted = undefined;
      }
      throw error;
    }
  }
}

function upgrade({ sockets }: HostedExchange, { url }: Request): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  if (!sockets.connect(url, server)) return new Response(null, { status: 403 });
  return new Response(null, { status: 101, webSocket: client });
}

/** Nothing of the request has been executed. */
function unavailable(): Response {
  const response = errorResponse(503, "SERVICE_UNAVAILABLE", "The exchange's storage cannot be used at the moment.");
  response.headers.set("retry-after", "1");
  return response;
}
