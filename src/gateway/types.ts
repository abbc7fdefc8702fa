import type { OrderIntent } from "../endpoints/index.ts";
import type { ToolSet } from "../tools/index.ts";
import type { ClientOptions } from "../transport/index.ts";

/** A channel of the stream. */
export type GatewayChannel = "ticker" | "ticker_all" | "candles" | "orders" | "portfolio";

/** Somebody who may use a gateway, and what for. */
export interface Caller {
  /** The operations that it may call: names of client methods, or a set of tools. Everything else is refused. */
  readonly allow: ToolSet | readonly string[];
  /**
   * Signs the requests of a program; at least 32 visible ASCII characters, another one for each caller. Without it, the caller can
   * only use tokens.
   */
  readonly secret?: string | undefined;
  /** The channels of the stream that it may subscribe to; default none. */
  readonly channels?: readonly GatewayChannel[] | undefined;
  /** The only agent that it acts for. Default: whatever the gateway's key acts for. */
  readonly agentId?: string | undefined;
}

/** The options of {@link createGateway}. */
export interface GatewayOptions {
  /** How to reach the platform: options of a client, with `apiKey`. The key is sent to the platform and nowhere else. */
  readonly upstream: ClientOptions;
  /** The hosts that the gateway is reached at, such as `gateway.example.com`; with a port, only that one. */
  readonly hosts: readonly string[];
  /** Looks up a caller by its id, for every request. */
  readonly callers: (id: string) => Caller | null | undefined | Promise<Caller | null | undefined>;
  /** The origins of the pages that may use the gateway, such as `https://dashboard.example.com`; default none. */
  readonly origins?: readonly string[] | undefined;
  /** Operations for market data that need no caller; default none. */
  readonly public?: readonly string[] | undefined;
  /**
   * Answers `POST /gateway/token`: returns the id of the caller who has logged in, or null. Check a session's cookie, a
   * password or an identity token here.
   */
  readonly login?: ((request: Request) => string | null | Promise<string | null>) | undefined;
  /**
   * Signs tokens and tickets; at least 32 characters. In a list, the first one signs and all are valid. Removing one
   * revokes all its tokens.
   */
  readonly tokenSecret?: string | readonly string[] | undefined;
  /** Milliseconds for which a token is valid; default 900 000, at most 86 400 000. */
  readonly tokenLifetime?: number | undefined;
  /** Maximum size of a request's body in bytes; default 65 536. */
  readonly maxBodyBytes?: number | undefined;
  /** What must be remembered between requests; default {@link memoryStore}, for a gateway in one process. */
  readonly store?: GatewayStore | undefined;
  /** Called for failures of the gateway itself, with the method and path of the request. */
  readonly onError?: ((error: unknown, request: string) => void) | undefined;
}

/** A server between callers and the platform. */
export interface Gateway {
  /** Answers a request, an upgrade to a WebSocket included where the runtime answers those with a response. */
  readonly fetch: (request: Request) => Promise<Response>;
  /**
   * Opens a stream for a server that accepts WebSockets itself, such as Bun's and Node's.
   *
   * @returns the gateway's end of the connection, or the response to a request that is refused
   */
  readonly connect: (request: Request, peer: GatewayPeer) => Promise<GatewaySession | Response>;
  /** Ends all streams. */
  readonly close: () => Promise<void>;
}

/** The caller's end of a stream, implemented by the owner of the socket. */
export interface GatewayPeer {
  /** Sends a text frame. */
  send(text: string): void;
  /** Closes the connection with a WebSocket close code. */
  close(code: number, reason: string): void;
}

/** The gateway's end of a stream. Tell it what arrives from the caller. */
export interface GatewaySession {
  /** Handles a text frame. */
  receive(text: string): void;
  /** The caller has closed the connection or is gone. */
  closed(): void;
}

/** An order of a caller. Plain JSON. */
export interface KeyedOrder {
  /** The caller's id. */
  readonly caller: string;
  /** The `Idempotency-Key`; null if the request has none. */
  readonly key: string | null;
  /** The name of the client method. */
  readonly operation: string;
  /** The method's arguments. */
  readonly input: Readonly<Record<string, string>>;
  /** Null: whatever the gateway's key acts for. */
  readonly agentId: string | null;
}

/** The response to an order. Plain JSON. */
export interface OrderAnswer {
  readonly status: number;
  readonly body: string;
  /** Seconds for `Retry-After`; null if the answer has none. */
  readonly retryAfter: number | null;
  /** Whether every repeat of the key gets this answer. */
  readonly isFinal: boolean;
  /** Whether it was remembered from an earlier request. */
  readonly isReplayed: boolean;
}

/** What a gateway remembers. All processes of a gateway share one, since signatures and orders must not come twice. */
export interface GatewayStore {
  /**
   * Remembers a signature or a ticket for as long as it is valid.
   *
   * @param validUntil Unix milliseconds
   * @returns false if it was remembered already, or may have been
   */
  remember(caller: string, signature: string, validUntil: number): boolean | Promise<boolean>;
  /** Places an order, unless its key has been used. Never throws for what the platform answers. */
  placeOrder(order: KeyedOrder): Promise<OrderAnswer>;
}

/** An order of a caller and what has become of it. Plain JSON. */
export interface OrderRecord {
  readonly id: string;
  readonly caller: string;
  /** Unix milliseconds. */
  readonly createdAt: number;
  /** The order as text, to recognise another one with the same key. */
  readonly order: string;
  /** Same for orders that look the same in a list of orders. */
  readonly likeness: string;
  /** Its record, written before it is sent. */
  readonly intent: OrderIntent;
  /** Its final answer; null while it is not known. */
  readonly answer: { readonly status: number; readonly body: string; readonly orderId: string | null } | null;
}

/** Keeps the orders of a gateway. Each method takes effect before it returns; a promise says when that is safe from a crash. */
export interface OrderRecords {
  get(id: string): OrderRecord | undefined;
  /** Stores a record, or replaces the one with the same id. */
  put(record: OrderRecord): Promise<void> | void;
  delete(id: string): void;
  /** The records without an answer. */
  unanswered(): readonly OrderRecord[];
  /** Ids of the orders in the answers to equal orders. */
  orderIds(likeness: string): readonly string[];
  /** Drops answered records that were created before a time, and the oldest of a caller beyond a number. */
  prune(before: number, caller: string, max: number): void;
}
