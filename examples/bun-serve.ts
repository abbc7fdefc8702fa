// examples/bun-serve.ts
// bun bun-serve.ts
import { createExchange, type StreamSession } from "agentexchange/exchange";

interface Socket {
  readonly data: { readonly session: StreamSession; opened(socket: Socket): void };
  send(text: string): void;
  close(code?: number, reason?: string): void;
  terminate(): void;
}
interface Server {
  readonly url: URL;
  upgrade(request: Request, options: { readonly data: Socket["data"] }): boolean;
}
declare const Bun: { serve(options: object): Server };

const exchange = createExchange();
const { apiKey } = await exchange.register();
console.log(`API key: ${apiKey}`);

const server = Bun.serve({
  port: Number(process.env.PORT ?? 8000),
  hostname: "127.0.0.1",
  fetch(request: Request, self: Server): Promise<Response> | Response | undefined {
    if (request.headers.get("upgrade") !== "websocket") return exchange.fetch(request);
    let open: Socket | undefined;
    const session = exchange.connect(request.url, {
      send: (text) => open?.send(text),
      close: (code, reason) => open?.close(code, reason),
      drop: () => open?.terminate(),
      stall: () => {},
    });
    if (session === undefined) return new Response(null, { status: 403 });
    if (self.upgrade(request, { data: { session, opened: (socket) => (open = socket) } })) return undefined;
    session.closed();
    return new Response(null, { status: 400 });
  },
  websocket: {
    open: (socket: Socket) => socket.data.opened(socket),
    message({ data: { session } }: Socket, message: unknown): void {
      if (typeof message === "string") session.receive(message);
      else session.receiveBinary();
    },
    close: ({ data }: Socket) => data.session.closed(),
  },
});
console.log(`Listening on ${server.url.href}`);
