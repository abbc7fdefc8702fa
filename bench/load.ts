// A load generator in a separate process: raw sockets, one request at a time each, so that its cost is not measured.
import { connect } from "node:net";

export interface Load {
  readonly port: number;
  readonly path: string;
  readonly connections: number;
  readonly requests: number;
}

/** Requests per second. */
function run({ port, path, connections, requests }: Load): Promise<number> {
  const request = `GET ${path} HTTP/1.1\r\nhost: localhost:${port}\r\n\r\n`;
  return new Promise((resolve, reject) => {
    let sent = 0;
    let answered = 0;
    let ready = 0;
    let start = 0;
    const sockets = Array.from({ length: connections }, () => {
      const socket = connect({ port, host: "127.0.0.1", noDelay: true });
      const next = (): void => {
        if (sent++ < requests) socket.write(request);
      };
      let text = "";
      socket.setEncoding("latin1");
      socket.on("data", (data: string) => {
        text += data;
        if (!isWhole(text)) return;
        if (!text.startsWith("HTTP/1.1 200")) reject(new Error(text));
        text = "";
        if (++answered === requests) {
          for (const each of sockets) each.destroy();
          resolve((requests / (performance.now() - start)) * 1000);
        } else next();
      });
      socket.once("error", reject);
      socket.once("connect", () => {
        if (++ready < connections) return;
        start = performance.now();
        for (const each of sockets) each.emit("go");
      });
      socket.once("go", next);
      return socket;
    });
  });
}

/** Whether a response is complete, by content length or final chunk. */
function isWhole(text: string): boolean {
  const head = text.indexOf("\r\n\r\n");
  if (head < 0) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, head))?.[1];
  return length === undefined ? text.endsWith("0\r\n\r\n") : text.length >= head + 4 + Number(length);
}

process.on("message", (load: Load) => {
  run(load).then(
    (rate) => process.send?.(rate),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.once("disconnect", () => process.exit());
