import { globSync, readFileSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { extname, join } from "node:path";

const FIRST_PORT = 4173;
const PORTS = 100;

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
};

/** A page served on the loopback interface only. */
export interface ServedPage {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves a snapshot of a folder's files on the first free port from 4173. */
export async function servePage(folder: string): Promise<ServedPage> {
  const files = new Map(
    globSync("**/*", { cwd: folder })
      .filter((path) => statSync(join(folder, path)).isFile())
      .map((path) => [`/${path.replaceAll("\\", "/")}`, readFileSync(join(folder, path))]),
  );
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://page");
    const path = pathname === "/" ? "/index.html" : pathname;
    const content = files.get(path);
    if (content === undefined) response.writeHead(404, { "content-type": "text/plain" }).end("File not found.");
    else response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "application/octet-stream" }).end(content);
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function listen(server: Server): Promise<number> {
  for (let port = FIRST_PORT; port < FIRST_PORT + PORTS; port++) if (await takes(server, port)) return port;
  throw new Error(`No port from ${FIRST_PORT} to ${FIRST_PORT + PORTS - 1} is free for the page.`);
}

function takes(server: Server, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const taken = (error: NodeJS.ErrnoException): void => {
      if (error.code === "EADDRINUSE" || error.code === "EACCES") resolve(false);
      else reject(error);
    };
    server.once("error", taken);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", taken);
      resolve(true);
    });
  });
}
