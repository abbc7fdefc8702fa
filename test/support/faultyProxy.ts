// A line between a client and a server over real sockets that delays, holds, resets, loses and cuts, by a seed.
import { Agent, createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** What can happen to a request on its way; times in milliseconds. */
export type LineFault =
  | { readonly kind: "none" }
  /** It arrives late, and so does its answer. */
  | { readonly kind: "delay"; readonly before: number; readonly after: number }
  /** The connection breaks, before or after the server has the request. */
  | { readonly kind: "reset-before" | "reset-after" }
  /** The answer never comes, and nobody says so. */
  | { readonly kind: "lost" }
  /** The answer breaks off in its body. */
  | { readonly kind: "cut" }
  /** It is held back, and arrives after its client may have given up. */
  | { readonly kind: "held"; readonly before: number };

/** A request that reached the server, and what came of it. */
export interface Passed {
  readonly method: string;
  readonly path: string;
  readonly key: string;
  readonly body: string;
  /** Unix milliseconds at which the server had answered. */
  readonly answeredAt: number;
  readonly status: number;
  readonly answer: string;
}

export interface FaultyProxy {
  readonly url: string;
  readonly passed: readonly Passed[];
  /** How many requests met each fault. */
  readonly met: Readonly<Record<string, number>>;
  /** Resolves when nothing is held back any more. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a line to a server of this machine; `choose` says what befalls each request. */
export async function faultyProxy(
  target: string,
  choose: (method: string, path: string, body: string) => LineFault,
): Promise<FaultyProxy> {
  const { hostname, port } = new URL(target);
  const agent = new Agent({ keepAlive: true, maxSockets: 100 });
  const passed: Passed[] = [];
  const met: Record<string, number> = {};
  const sockets = new Set<Socket>();
  const underWay = new Set<Promise<void>>();

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
          passed.push({
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

  async function meet(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    let body = "";
    for await (const chunk of incoming) body += String(chunk);
    const fault = choose(incoming.method ?? "", incoming.url ?? "", body);
    met[fault.kind] = (met[fault.kind] ?? 0) + 1;
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
    const work = meet(incoming, outgoing).catch(() => void incoming.socket.destroy());
    underWay.add(work);
    void work.finally(() => underWay.delete(work));
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passed,
    met,
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay);
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
