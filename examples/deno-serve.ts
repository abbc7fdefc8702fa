// examples/deno-serve.ts
// deno serve --allow-net=127.0.0.1 --host 127.0.0.1 deno-serve.ts
import { createExchange } from "agentexchange/exchange";

declare const Deno: { upgradeWebSocket(request: Request): { readonly socket: WebSocket; readonly response: Response } };

const exchange = createExchange();
const { apiKey } = await exchange.register();
console.log(`API key: ${apiKey}`);

export default {
  fetch(request: Request): Promise<Response> | Response {
    if (request.headers.get("upgrade") !== "websocket") return exchange.fetch(request);
    let open: WebSocket | undefined;
    const session = exchange.connect(request.url, {
      send: (text) => open?.send(text),
      close: (code, reason) => open?.close(code, reason),
      drop: () => open?.close(),
      stall: () => {},
    });
    if (session === undefined) return new Response(null, { status: 403 });
    try {
      const { socket, response } = Deno.upgradeWebSocket(request);
      socket.addEventListener("open", () => (open = socket));
      socket.addEventListener("message", ({ data }) =>
        typeof data === "string" ? session.receive(data) : session.receiveBinary(),
      );
      socket.addEventListener("close", () => session.closed());
      return response;
    } catch {
      session.closed();
      return new Response(null, { status: 400 });
    }
  },
};
