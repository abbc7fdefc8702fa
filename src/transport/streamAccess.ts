import { invalid } from "../endpoints/index.ts";
import { isLoopback } from "./checkOptions.ts";
import type { ClientOptions, WebSocketConstructor } from "./options.ts";

/** What opening a stream needs. The key is in the address, which only a function gives away. */
export interface StreamAccess {
  /** With the key in it: never to be shown. */
  readonly address: () => string;
  /** Looked up at each opening. */
  readonly socket: () => WebSocketConstructor | "fetch" | undefined;
}

/** The way to the stream with these options; throws {@link ValidationError} where there is none. */
export function streamAccess(options: ClientOptions, origin: string): StreamAccess {
  const { apiKey, fetch, WebSocket, allowInsecureHttp } = options;
  const refuse = (field: string, message: string): never => {
    throw invalid("openStream", [{ field, message }]);
  };
  if (apiKey === undefined) return refuse("apiKey", "is needed: the stream opens with a key only, not with a token");
  const { protocol, hostname } = new URL(origin);
  const ownWay = WebSocket === "fetch" ? fetch : WebSocket;
  if (protocol === "http:" && !isLoopback(hostname) && ownWay === undefined && allowInsecureHttp !== true) {
    return refuse(
      "baseUrl",
      "would carry the key over plain ws; use https, or set allowInsecureHttp in a network that you trust",
    );
  }
  return {
    address: () => `${origin.replace(/^http/, "ws")}/ws/v1?api_key=${encodeURIComponent(apiKey)}`,
    socket: () => WebSocket ?? (globalThis as { readonly WebSocket?: WebSocketConstructor }).WebSocket,
  };
}
