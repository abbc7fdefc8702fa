import type { WebSocketConstructor, WebSocketEvent, WebSocketLike } from "../transport/index.ts";

type Listener = (event: WebSocketEvent) => void;

/** Milliseconds for which a ticket is waited for. */
const TICKET_TIMEOUT = 10_000;

/**
 * A WebSocket class for a client behind a gateway: each connection first gets a ticket with a token. Pass it as the
 * client's option `WebSocket`, beside `token`.
 *
 * @param token the token of the gateway, as in the client's option `token`
 * @param open opens the WebSocket; default the runtime's own class
 * @example
 * ```ts
 * import { ticketSocket } from "agentexchange/gateway";
 *
 * const token = () => "a token from POST /gateway/token";
 * const dashboard = new AgentExchangeClient({
 *   baseUrl: "https://gateway.example.com",
 *   token,
 *   WebSocket: ticketSocket(token),
 * });
 * await dashboard.close();
 * ```
 */
export function ticketSocket(
  token: () => Promise<string> | string,
  open: (url: string) => WebSocketLike = (url) => new WebSocket(url),
): WebSocketConstructor {
  return class TicketSocket implements WebSocketLike {
    readonly #listeners: (readonly [type: "open" | "message" | "close" | "error", listener: Listener])[] = [];
    #socket: WebSocketLike | undefined;
    #isClosed = false;

    constructor(url: string) {
      void this.#connect(new URL(url));
    }

    send(message: string): void {
      this.#socket?.send(message);
    }

    close(code?: number, reason?: string): void {
      this.#isClosed = true;
      this.#socket?.close(code, reason);
    }

    addEventListener(type: "open" | "message" | "close" | "error", listener: Listener): void {
      if (this.#socket === undefined) this.#listeners.push([type, listener]);
      else this.#socket.addEventListener(type, listener);
    }

    async #connect({ protocol, host, pathname }: URL): Promise<void> {
      const origin = `${protocol.replace("ws", "http")}//${host}`;
      const prefix = pathname.replace(/\/ws\/v1$/, "");
      try {
        const ticket = await getTicket(`${origin}${prefix}/gateway/ticket`, await token());
        if (this.#isClosed) return;
        const socket = open(`${protocol}//${host}${pathname}?ticket=${encodeURIComponent(ticket)}`);
        this.#socket = socket;
        for (const [type, listener] of this.#listeners) socket.addEventListener(type, listener);
      } catch {
        // The error may contain the ticket. The client finds out by itself why it cannot connect.
        for (const [type, listener] of this.#listeners) if (type === "close") listener({ type, code: 1006 });
      }
    }
  };
}

async function getTicket(url: string, token: string): Promise<string> {
  const signal = AbortSignal.timeout(TICKET_TIMEOUT);
  const response = await fetch(url, { method: "POST", headers: { Authorization: `Bearer ${token}` }, signal });
  const { ticket } = (await response.json()) as { readonly ticket?: unknown };
  if (typeof ticket !== "string") throw new TypeError("The gateway returned no ticket.");
  return ticket;
}
