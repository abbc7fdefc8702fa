import { ConnectionError } from "../errors/index.ts";
import type { WebSocketConstructor, WebSocketLike } from "../transport/index.ts";
import type { StreamContext } from "./context.ts";

/** One WebSocket, however it was opened. */
export interface Socket {
  send(text: string): void;
  /** Closes it. The listener is not called any more. */
  close(): void;
}

export interface SocketListener {
  onOpen(): void;
  readonly onMessage: (text: string) => void;
  /** Called once, unless the owner closed the socket; `code` is that of the close frame, or the status of a refused upgrade. */
  onEnd(code: number | undefined): void;
}

/**
 * Opens a socket to the platform's stream. Errors do not contain the address, which includes the key.
 *
 * @throws ConnectionError when this runtime cannot open one
 */
export function openSocket(context: StreamContext, listener: SocketListener): Socket {
  const constructor = context.access.socket();
  if (constructor === undefined) {
    throw new ConnectionError("This runtime has no WebSocket.", {
      code: "NO_WEBSOCKET",
      hint: "Node has one since version 22; elsewhere pass one to the client, such as that of the package ws: new AgentExchangeClient({ WebSocket }).",
    });
  }
  const { onMessage } = listener;
  const upgradeController = new AbortController();
  let isOver = false;
  let socket: WebSocketLike | undefined;

  const end = (code: number | undefined): void => {
    if (isOver) return;
    isOver = true;
    listener.onEnd(code);
  };
  const attach = (opened: WebSocketLike): void => {
    socket = opened;
    opened.addEventListener("message", (event) => {
      // The platform sends text only. Anything else is reported as unreadable.
      if (!isOver) onMessage(typeof event.data === "string" ? event.data : "");
    });
    opened.addEventListener("close", ({ code }) => end(code));
    // Node 22 emits no close event when an upgrade is refused.
    opened.addEventListener("error", (event) => end(refusalStatus(event)));
  };

  if (constructor === "fetch") {
    upgrade(context, upgradeController.signal).then(
      (result) => {
        if (typeof result === "number") return end(result);
        if (isOver) return result.close();
        attach(result);
        return listener.onOpen();
      },
      () => end(undefined),
    );
  } else {
    const opened = construct(constructor, context.access.address());
    attach(opened);
    opened.addEventListener("open", () => {
      if (!isOver) listener.onOpen();
    });
  }

  return {
    send(text) {
      try {
        socket?.send(text);
      } catch {
        // It is closing; the close event follows.
      }
    },
    close() {
      isOver = true;
      upgradeController.abort();
      try {
        socket?.close(1000);
      } catch {
        // Already closed.
      }
    },
  };
}

function construct(constructor: WebSocketConstructor, address: string): WebSocketLike {
  try {
    return new constructor(address);
  } catch (error) {
    // The message may contain the address, and with it the key.
    const name = error instanceof Error ? error.name : undefined;
    throw new ConnectionError(`This runtime's WebSocket refused to connect${name === undefined ? "" : ` (${name})`}.`, {
      code: "NO_CONNECTION",
      hint: hintFor(name),
    });
  }
}

function hintFor(name: string | undefined): string {
  if (name === "SecurityError") return "A page loaded over https can only open streams over https: check baseUrl.";
  if (name === "NotCapable" || name === "PermissionDenied")
    return "Allow this program to use the network: deno run --allow-net.";
  return "Check baseUrl, and the option WebSocket if you passed it.";
}

/** HTTP status of a refused upgrade. Only some runtimes report it, as part of a message. */
function refusalStatus(event: object): number | undefined {
  if (!("message" in event) || typeof event.message !== "string") return undefined;
  const status = /\b(?:response|status(?: code)?):? (\d{3})\b/i.exec(event.message)?.[1];
  return status === undefined ? undefined : Number(status);
}

/** Opens a socket as Workers do, by fetch. Returns the HTTP status if the upgrade was refused. */
async function upgrade({ access, fetch }: StreamContext, signal: AbortSignal): Promise<WebSocketLike | number> {
  const url = access.address().replace(/^ws/, "http");
  const response = await fetch(url, { headers: { Upgrade: "websocket" }, signal });
  const { webSocket } = response as { readonly webSocket?: (WebSocketLike & { accept(): void }) | null };
  if (webSocket === undefined || webSocket === null) {
    await response.body?.cancel();
    return response.status;
  }
  webSocket.accept();
  return webSocket;
}
