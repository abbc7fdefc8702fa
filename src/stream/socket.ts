import { ConnectionError } from "../errors/index.ts";
import type { Transport, WebSocketConstructor, WebSocketLike } from "../transport/index.ts";

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
export function openSocket(transport: Transport, listener: SocketListener): Socket {
  const { address, socket: way } = transport.streamAccess();
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
      if (!over && typeof event.data === "string") received(event.data);
    });
    opened.addEventListener("close", ({ code }) => ended(code));
    // A close event has to follow, but does not when an upgrade is refused in Node 22.
    opened.addEventListener("error", () => ended(undefined));
  };

  if (constructor === undefined) {
    throw new ConnectionError("There is no WebSocket here.", {
      code: "NO_WEBSOCKET",
      hint: "Pass one to the client as the option WebSocket.",
    });
  }
  if (constructor === "fetch") {
    upgrade(transport, address(), controller.signal).then(
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
  } catch {
    // Not as its cause: it can repeat the address.
    throw new ConnectionError("The stream's address was refused by this runtime's WebSocket.", {
      code: "NO_CONNECTION",
      hint: "Is baseUrl right, and may this page open plain ws?",
    });
  }
}

/** The way of Workers; a number is the status of a refusal. */
async function upgrade(transport: Transport, address: string, signal: AbortSignal): Promise<WebSocketLike | number> {
  const response = await transport.fetch(address.replace(/^ws/, "http"), { headers: { Upgrade: "websocket" }, signal });
  const { webSocket } = response as { readonly webSocket?: (WebSocketLike & { accept(): void }) | null };
  if (webSocket === undefined || webSocket === null) {
    await response.body?.cancel();
    return response.status;
  }
  webSocket.accept();
  return webSocket;
}
