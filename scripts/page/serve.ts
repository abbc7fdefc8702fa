import { createHash } from "node:crypto";
import { globSync, readFileSync, statSync } from "node:fs";
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from "node:http";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { POLICY } from "./policy.ts";

const FIRST_PORT = 4173;
const PORTS = 100;

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

const HEADERS = {
  "content-security-policy": POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  vary: "accept-encoding",
} as const;

/** Names with a hash of the content: what they name never changes. */
const HASHED = /^\/assets\/.*-[\w-]{8}\.\w+$/;
const A_YEAR = "public, max-age=31536000, immutable";

type Encoding = "br" | "gzip" | "identity";

/** A file in all its encodings. */
interface PageFile {
  readonly type: string;
  readonly cacheControl: string;
  readonly tag: string;
  readonly bodies: Readonly<Record<Encoding, Buffer>>;
}

/** A page served on the loopback interface only. */
export interface ServedPage {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves a snapshot of a folder's files on a port; by default on the first free one from 4173. */
export async function servePage(folder: string, port?: number): Promise<ServedPage> {
  const paths = globSync("**/*", { cwd: folder }).filter((path) => statSync(join(folder, path)).isFile());
  const files = new Map(
    await Promise.all(
      paths.map(async (path) => {
        const name = `/${path.replaceAll("\\", "/")}`;
        return [name, await readPageFile(name, readFileSync(join(folder, path)))] as const;
      }),
    ),
  );
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://page");
    const file = files.get(pathname === "/" ? "/index.html" : pathname);
    if (request.method !== "GET" && request.method !== "HEAD")
      end(response, 405, { allow: "GET, HEAD" }, "Method not allowed.");
    else if (file === undefined) end(response, 404, {}, "File not found.");
    else sendFile(request, response, file);
  });
  const own = port === undefined ? await listen(server) : await listenOn(server, port);
  return {
    url: `http://127.0.0.1:${own}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readPageFile(name: string, content: Buffer): Promise<PageFile> {
  // The highest quality takes twenty times as long, for five percent.
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
  const [br, zipped] = await Promise.all([
    promisify(brotliCompress)(content, { params }),
    promisify(gzip)(content, { level: 9 }),
  ]);
  return {
    type: TYPES[extname(name)] ?? "application/octet-stream",
    cacheControl: HASHED.test(name) ? A_YEAR : "no-cache",
    tag: createHash("sha256").update(content).digest("base64url").slice(0, 22),
    bodies: { br, gzip: zipped, identity: content },
  };
}

function sendFile({ headers: asked }: IncomingMessage, response: ServerResponse, file: PageFile): void {
  const encoding = chooseEncoding(asked["accept-encoding"] ?? "");
  // Each encoding has its own tag: they are different bytes.
  const etag = `"${file.tag}-${encoding}"`;
  const headers = { "cache-control": file.cacheControl, etag };
  const tags = (asked["if-none-match"] ?? "").split(",");
  const known = new Set(tags.map((tag) => tag.trim().replace(/^W\//, "")));
  if (known.has(etag) || known.has("*")) {
    response.writeHead(304, { ...HEADERS, ...headers }).end();
    return;
  }
  const body = file.bodies[encoding];
  const encoded = encoding === "identity" ? {} : { "content-encoding": encoding };
  response.writeHead(200, {
    ...HEADERS,
    ...headers,
    ...encoded,
    "content-type": file.type,
    "content-length": body.length,
  });
  // Node sends no body in answer to HEAD.
  response.end(body);
}

/** The best encoding that the client accepts; without a header, none. */
function chooseEncoding(accepted: string): Encoding {
  const weights = new Map<string, number>();
  for (const part of accepted.toLowerCase().split(",")) {
    const [name = "", ...parameters] = part.split(";").map((piece) => piece.trim());
    const weight = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
    weights.set(name, weight === undefined ? 1 : Number(weight));
  }
  return (["br", "gzip"] as const).find((name) => (weights.get(name) ?? weights.get("*") ?? 0) > 0) ?? "identity";
}

function end(response: ServerResponse, status: number, headers: OutgoingHttpHeaders, text: string): void {
  response.writeHead(status, { ...HEADERS, "content-type": "text/plain; charset=utf-8", ...headers }).end(text);
}

async function listenOn(server: Server, port: number): Promise<number> {
  if (await takes(server, port)) return port;
  throw new Error(`Port ${port} is not free.`);
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
