import { invalid } from "../endpoints/index.ts";
import { isLoopback } from "./checkOptions.ts";
import type { ClientOptions, WebSocketConstructor } from "./options.ts";

/** How to open a stream. Functions, so that printing it does not reveal the key. */
export interface StreamAccess {
  /** The URL, which contains the key: never print it. */
  readonly address: () => string;
  /** Called for each connection, since the runtime's WebSocket can be patched later. */
  readonly socket: () => WebSocketConstructor | "fetch" | undefined;
}

/** @throws ValidationError if the options have no key, or the key would be sent unencrypted */
export function resolveStreamAccess(options: ClientOptions, origin: string): StreamAccess {
  const { apiKey, token, fetch, WebSocket, allowInsecureHttp } = options;
  const reject = (field: string, message: string): never => {
    throw invalid("openStream", [{ field, message }]);
  };
  // A class of the caller's own can add the credentials itself, as one for a gateway does.
  const addsCredentials = token !== undefined && typeof WebSocket === "function";
  if (apiKey === undefined && !addsCredentials)
    return reject("apiKey", "is required: a stream cannot be opened with a token");
  const { protocol, hostname } = new URL(origin);
  const customTransport = WebSocket === "fetch" ? fetch : WebSocket;
  if (protocol === "http:" && !isLoopback(hostname) && customTransport === undefined && allowInsecureHttp !== true) {
    return reject(
      "baseUrl",
      "would send the key over plain ws; use https, or set allowInsecureHttp if you trust the network",
    );
  }
  return {
    address: () =>
      `${origin.replace(/^http/, "ws")}/ws/v1${apiKey === undefined ? "" : `?api_key=${encodeURIComponent(apiKey)}`}`,
    socket: () => WebSocket ?? (globalThis as { readonly WebSocket?: WebSocketConstructor }).WebSocket,
  };
}
