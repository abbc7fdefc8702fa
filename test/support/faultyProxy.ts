// A proxy over real sockets between a client and a server that delays, holds, resets, loses and truncates.
import { Agent, createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** What can happen to a request. Times are in milliseconds. */
export type ProxyFault =
  | { readonly kind: "none" }
  /** The request and its response are delayed. */
  | { readonly kind: "delay"; readonly before: number; readonly after: number }
  /** The connection is reset before or after the server has executed the request. */
  | { readonly kind: "reset-before" | "reset-after" }
  /** The response never arrives, and the connection stays open. */
  | { readonly kind: "lost" }
  /** The connection is closed in the middle of the response body. */
  | { readonly kind: "cut" }
  /** The request is held until its client may have given up. */
  | { readonly kind: "held"; readonly before: number };

/** A request that reached the server, and its response. */
export interface ForwardedRequest {
  readonly method: string;
  readonly path: string;
  readonly key: string;
  readonly body: string;
  /** Unix milliseconds at which the server answered. */
  readonly answeredAt: number;
  readonly status: number;
  readonly answer: string;
}

export interface FaultyProxy {
  readonly url: string;
  readonly forwarded: readonly ForwardedRequest[];
  /** Number of requests per kind of fault. */
  readonly faultCounts: Readonly<Record<string, number>>;
  /** Waits until no request is held or being executed. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a proxy to a local server. `choose` selects the fault of each request. */
export async function faultyProxy(
  target: string,
  choose: (method: string, path: string, body: string) => ProxyFault,
): Promise<FaultyProxy> {
  const { hostname, port } = new URL(target);
  const agent = new Agent({ keepAlive: true, maxSockets: 100 });
  const forwarded: ForwardedRequest[] = [];
  const faultCounts: Record<string, number> = {};
  const sockets = new Set<Socket>();
  const pending = new Set<Promise<void>>();

  function forward(incoming: IncomingMessage, body: string): Promise<{ response: IncomingMessage; answer: Buffer }> {
    return new Promise((resolve, reject) => {
      const headers = { ...incoming.headers, host: `${hostname}:${port}` };
      const options = { agent, hostname, port, method: incoming.method, path: incoming.url, headers };
      const sent = httpRequest(options, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.once("error", reject);
        response.once("end", () => {
          const answer = Buffer.concat(chunks);
          forwarded.push({
            method: incoming.method ?? "",
            path: incoming.url ?? "",
            key: String(incoming.headers["x-api-key"] ?? ""),
            body,
            answeredAt: Date.now(),
            status: response.statusCode ?? 0,
            answer: answer.toString(),
          });
          resolve({ response, answer });
        });
      });
      sent.once("error", reject);
      sent.end(body);
    });
  }

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    let body = "";
    for await (const chunk of incoming) body += String(chunk);
    const fault = choose(incoming.method ?? "", incoming.url ?? "", body);
    faultCounts[fault.kind] = (faultCounts[fault.kind] ?? 0) + 1;
    if (fault.kind === "reset-before") return void incoming.socket.resetAndDestroy();
    if (fault.kind === "delay" || fault.kind === "held") await wait(fault.before);
    const { response, answer } = await forward(incoming, body);
    if (fault.kind === "reset-after") return void incoming.socket.resetAndDestroy();
    if (fault.kind === "lost") return;
    if (fault.kind === "delay") await wait(fault.after);
    if (outgoing.destroyed) return;
    outgoing.writeHead(response.statusCode ?? 502, response.headers);
    if (fault.kind !== "cut") return void outgoing.end(answer);
    outgoing.write(answer.subarray(0, answer.length >> 1), () => incoming.socket.destroy());
  }

  const server = createServer((incoming, outgoing) => {
    const work = handle(incoming, outgoing).catch(() => void incoming.socket.destroy());
    pending.add(work);
    void work.finally(() => pending.delete(work));
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    forwarded,
    faultCounts,
    async idle() {
      while (pending.size > 0) await Promise.all(pending);
    },
    async close() {
      const closed = new Promise((resolve) => void server.close(resolve));
      for (const socket of sockets) socket.destroy();
      agent.destroy();
      await closed;
    },
  };
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms));
}
