import { GATEWAY_HEADER } from "./cors.ts";
import { errorBody } from "./rejection.ts";
import type { Gateway, GatewaySession } from "./types.ts";

/** The members of a runtime's WebSocket that a stream uses. */
interface ServerSocket {
  readonly readyState: number;
  send(text: string): void;
  close(code?: number, reason?: string): void;
  accept?(): void;
  addEventListener(
    type: "open" | "message" | "close" | "error",
    listener: (event: { readonly data?: unknown }) => void,
  ): void;
}

/** A socket that was accepted, and the response that says so. */
interface Accepted {
  readonly socket: ServerSocket;
  readonly response: Response;
}

interface Runtime {
  readonly WebSocketPair?: new () => { readonly 0: unknown; readonly 1: ServerSocket };
  readonly Deno?: { upgradeWebSocket(request: Request): Accepted };
}

const OPEN = 1;

/** How this runtime answers an upgrade with a response, as Workers and Deno do. */
function accepting(): ((request: Request) => Accepted) | undefined {
  const { WebSocketPair, Deno } = globalThis as unknown as Runtime;
  if (WebSocketPair !== undefined)
    return () => {
      const { 0: webSocket, 1: socket } = new WebSocketPair();
      socket.accept?.();
      // A field of ResponseInit that only Workers have.
      return { socket, response: new Response(null, { status: 101, webSocket } as ResponseInit) };
    };
  return Deno === undefined ? undefined : (request) => Deno.upgradeWebSocket(request);
}

/** Answers an upgrade with a stream, in runtimes whose handlers can do that. */
export async function upgradeRequest(request: Request, connect: Gateway["connect"]): Promise<Response> {
  const accept = accepting();
  if (accept === undefined) {
    const message = "This server must pass upgrades to gateway.connect().";
    const headers = { "content-type": "application/json", [GATEWAY_HEADER]: "1" };
    return new Response(errorBody("NOT_IMPLEMENTED", message), { status: 501, headers });
  }
  const accepted: { socket?: ServerSocket } = {};
  const waiting: string[] = [];
  const flush = (): void => {
    if (accepted.socket?.readyState !== OPEN) return;
    for (const text of waiting.splice(0)) accepted.socket.send(text);
  };
  const session = await connect(request, {
    send(text) {
      waiting.push(text);
      flush();
    },
    close: (code, reason) => closeQuietly(accepted.socket, code, reason),
  });
  if (session instanceof Response) return session;
  try {
    const { socket, response } = accept(request);
    accepted.socket = socket;
    attach(socket, session, flush);
    return response;
  } catch {
    session.closed();
    return new Response(errorBody("VALIDATION_ERROR", "This is not an upgrade to a WebSocket."), { status: 400 });
  }
}

function attach(socket: ServerSocket, session: GatewaySession, flush: () => void): void {
  socket.addEventListener("open", () => {
    flush();
  });
  socket.addEventListener("message", ({ data }) => {
    // A binary frame is as unreadable as an empty one.
    session.receive(typeof data === "string" ? data : "");
  });
  socket.addEventListener("close", () => {
    session.closed();
  });
  socket.addEventListener("error", () => {
    session.closed();
  });
  flush();
}

function closeQuietly(socket: ServerSocket | undefined, code: number, reason: string): void {
  try {
    socket?.close(code, reason);
  } catch {
    // It is closed already.
  }
}
