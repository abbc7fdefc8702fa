import type { Channel } from "./channel.ts";
import { Connection, type ConnectionOwner } from "./connection.ts";
import type { StreamContext } from "./context.ts";
import type { StreamState } from "./events.ts";

/** As many connections as the channels need. */
export class ConnectionPool {
  readonly #context: StreamContext;
  readonly #owner: ConnectionOwner;
  #connections: readonly Connection[] = [];

  constructor(context: StreamContext, owner: ConnectionOwner) {
    this.#context = context;
    this.#owner = owner;
  }

  /** The state of the connection that is worst off. */
  get state(): StreamState {
    const phases = new Set(this.#connections.map(({ phase }) => phase));
    for (const phase of ["stale", "recovering", "connecting", "live"] as const) if (phases.has(phase)) return phase;
    return "idle";
  }

  /** The keys of all channels. */
  keys(): readonly string[] {
    return this.#connections.flatMap((connection) => connection.keys());
  }

  /** The connection that carries this channel. */
  find(key: string): Connection | undefined {
    return this.#connections.find((connection) => connection.has(key));
  }

  subscribe(channel: Channel): void {
    let connection = this.#connections.find(({ isFull }) => !isFull);
    if (connection === undefined) {
      connection = new Connection(this.#context, this.#owner);
      this.#connections = [...this.#connections, connection];
    }
    connection.subscribe(channel);
  }

  /** Closes connections without channels. */
  closeUnused(): void {
    for (const connection of this.#connections) if (connection.isEmpty) connection.close();
    this.#connections = this.#connections.filter(({ isEmpty }) => !isEmpty);
  }

  /** Skips the backoff of connections that wait. */
  connectNow(): void {
    for (const connection of this.#connections) connection.connectNow();
  }

  close(): void {
    for (const connection of this.#connections) connection.close();
    this.#connections = [];
  }
}
