// examples/gateway-server.js
import { gateway } from "./gateway.ts";

const port = Number(process.env.PORT ?? 8787);
const hostname = "127.0.0.1";

if ("Deno" in globalThis) {
  const onListen = (address) => console.log(`listening on ${address.port}`);
  Deno.serve({ port, hostname, onListen }, gateway.fetch);
} else if ("Bun" in globalThis) {
  const bun = Bun.serve({
    port,
    hostname,
    async fetch(request, server) {
      if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") return gateway.fetch(request);
      const data = {};
      const session = await gateway.connect(request, {
        send: (text) => data.socket?.send(text),
        close: (code, reason) => data.socket?.close(code, reason),
      });
      if (session instanceof Response) return session;
      data.session = session;
      if (server.upgrade(request, { data })) return undefined;
      session.closed();
      return new Response(null, { status: 400 });
    },
    websocket: {
      open: (socket) => void (socket.data.socket = socket),
      message: (socket, text) => socket.data.session.receive(String(text)),
      close: (socket) => socket.data.session.closed(),
    },
  });
  console.log(`listening on ${bun.port}`);
} else {
  const { serve } = await import("srvx/node");
  const { WebSocketServer } = await import("ws");
  const sockets = new WebSocketServer({ noServer: true });
  const server = await serve({ port, hostname, fetch: gateway.fetch, silent: true }).ready();
  const upgrade = async (incoming, connection, head) => {
    let socket;
    const request = new Request(`http://${incoming.headers.host}${incoming.url}`, {
      headers: Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
    });
    const session = await gateway.connect(request, {
      send: (text) => socket?.send(text),
      close: (code, reason) => socket?.close(code, reason),
    });
    if (session instanceof Response) {
      connection.end(`HTTP/1.1 ${session.status} Refused\r\n\r\n`);
      return;
    }
    connection.on("close", () => session.closed());
    sockets.handleUpgrade(incoming, connection, head, (accepted) => {
      socket = accepted;
      socket.addEventListener("message", ({ data }) => session.receive(typeof data === "string" ? data : ""));
      socket.on("error", () => session.closed());
    });
  };
  server.node.server.on("upgrade", (incoming, connection, head) => {
    connection.on("error", () => {});
    upgrade(incoming, connection, head).catch(() => connection.destroy());
  });
  console.log(`listening on ${new URL(server.url).port}`);
}
