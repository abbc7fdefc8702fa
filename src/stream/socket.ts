import { ConnectionError } from "../errors/index.ts";
import type { WebSocketConstructor, WebSocketLike } from "../transport/index.ts";
import type { StreamContext } from "./context.ts";

/** One socket from its opening to its end. */
export interface Socket {
  send(text: string): void;
  /** Ends it; nothing is told of it any more. */
  close(): void;
}

/** What is told of a socket. */
export interface SocketListener {
  opened(): void;
  readonly received: (text: string) => void;
  /** Once, unless it was closed by its owner; `code` is the close frame's, or the status of a refused upgrade. */
  ended(code: number | undefined): void;
}

/** Opens the platform's stream. What fails is told without the address, which holds the key. */
export function openSocket(context: StreamContext, listener: SocketListener): Socket {
  const { address, socket: way } = context.access;
  const constructor = way();
  const { received } = listener;
  let over = false;
  let socket: WebSocketLike | undefined;
  const controller = new AbortController();

  const ended = (code: number | undefined): void => {
    if (over) return;
    over = true;
    listener.ended(code);
  };
  const attach = (opened: WebSocketLike): void => {
    socket = opened;
    opened.addEventListener("message", (event) => {
      // The platform sends text only; anything else cannot be read, and is told of as such.
      if (!over) received(typeof event.data === "string" ? event.data : "");
    });
    opened.addEventListener("close", ({ code }) => ended(code));
    // A close event has to follow, but does not when an upgrade is refused in Node 22.
    opened.addEventListener("error", (event) => ended(refusedWith(event)));
  };

  if (constructor === undefined) {
    throw new ConnectionError("This runtime has no WebSocket.", {
      code: "NO_WEBSOCKET",
      hint: "Node has one since version 22; elsewhere pass one to the client, such as that of the package ws: new AgentExchangeClient({ WebSocket }).",
    });
  }
  if (constructor === "fetch") {
    upgrade(context, address(), controller.signal).then(
      (answer) => {
        if (typeof answer === "number") return ended(answer);
        if (over) return answer.close();
        attach(answer);
        return listener.opened();
      },
      () => ended(undefined),
    );
  } else {
    const opened = construct(constructor, address());
    attach(opened);
    opened.addEventListener("open", () => {
      if (!over) listener.opened();
    });
  }

  return {
    send(text) {
      try {
        socket?.send(text);
      } catch {
        // It is closing; its close event follows.
      }
    },
    close() {
      over = true;
      controller.abort();
      try {
        socket?.close(1000);
      } catch {
        // It was closed already.
      }
    },
  };
}

function construct(constructor: WebSocketConstructor, address: string): WebSocketLike {
  try {
    return new constructor(address);
  } catch (error) {
    // Its name only: its message can repeat the address, which holds the key.
    const name = (error as { readonly name?: unknown } | null)?.name;
    throw new ConnectionError(
      `This runtime's WebSocket refused to connect${typeof name === "string" ? ` (${name})` : ""}.`,
      { code: "NO_CONNECTION", hint: hintFor(name) },
    );
  }
}

function hintFor(name: unknown): string {
  if (name === "SecurityError") return "A page that came over https may open streams over https only: check baseUrl.";
  if (name === "NotCapable" || name === "PermissionDenied")
    return "Allow this program to use the network: deno run --allow-net.";
  return "Check baseUrl, and the option WebSocket if it was given.";
}

/** The status of a refused upgrade, which only some runtimes tell, and in words. */
function refusedWith(event: object): number | undefined {
  const { message } = event as { readonly message?: unknown };
  const status =
    typeof message === "string" ? /\b(?:response|status(?: code)?):? (\d{3})\b/i.exec(message)?.[1] : undefined;
  return status === undefined ? undefined : Number(status);
}

/** The way of Workers; a number is the status of a refusal. */
async function upgrade(context: StreamContext, address: string, signal: AbortSignal): Promise<WebSocketLike | number> {
  const response = await context.fetch(address.replace(/^ws/, "http"), { headers: { Upgrade: "websocket" }, signal });
  const { webSocket } = response as { readonly webSocket?: (WebSocketLike & { accept(): void }) | null };
  if (webSocket === undefined || webSocket === null) {
    await response.body?.cancel();
    return response.status;
  }
  webSocket.accept();
  return webSocket;
}
