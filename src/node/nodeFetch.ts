import { Agent, request as requestHttp } from "node:http";
import { createResponse, failureOf } from "./nodeResponse.ts";

/** Milliseconds after which an idle connection is closed: before servers close theirs, mostly after 5 seconds. */
const IDLE_TIMEOUT = 4000;

/** How requests of one protocol are sent. */
interface Sender {
  readonly agent: Agent;
  readonly request: typeof requestHttp;
}

const http: Sender = { agent: new Agent({ keepAlive: true, timeout: IDLE_TIMEOUT }), request: requestHttp };
let https: Promise<Sender> | undefined;

/** Loaded with the first such request, since TLS takes longer to load than everything else here. */
async function loadHttps(): Promise<Sender> {
  const module = await import("node:https");
  return { agent: new module.Agent({ keepAlive: true, timeout: IDLE_TIMEOUT }), request: module.request };
}

/**
 * A `fetch` for programs on Node: it takes less than half of the CPU time of the built-in one. Connections are kept and
 * reused, and do not keep the program running. A request is never sent twice, and redirects are returned, not followed.
 *
 * @param init `cache`, `body`, `headers`, `method` and `signal` are used; other members have no effect
 * @example
 * ```ts
 * import { nodeFetch } from "agentexchange/node";
 *
 * await using trader = new AgentExchangeClient({ ...connection, apiKey: "ak_live_example", fetch: nodeFetch });
 * ```
 */
export async function nodeFetch(url: string, init: RequestInit = {}): Promise<Response> {
  const signal = init.signal ?? undefined;
  signal?.throwIfAborted();
  const target = parseUrl(url);
  const { headers, body } = await toContent(url, init);
  const sender = target.protocol === "http:" ? http : await (https ??= loadHttps());
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const request = sender.request({
      agent: sender.agent,
      protocol: target.protocol,
      hostname: target.hostname.replace(/^\[|\]$/g, ""),
      port: target.port,
      path: target.pathname + target.search,
      method: init.method ?? "GET",
      headers,
    });
    let isAnswered = false;
    const stopListening = (): void => signal?.removeEventListener("abort", onAbort);
    const onAbort = (): void => {
      reject(signal?.reason);
      request.destroy();
    };
    const fail = (cause: unknown): void => {
      stopListening();
      reject(failureOf(signal, cause));
    };
    signal?.addEventListener("abort", onAbort);
    request.on("error", fail);
    request.once("response", (message) => {
      isAnswered = true;
      try {
        resolve(createResponse(url, message, signal));
      } catch (cause) {
        // For a status that the standard class does not accept.
        fail(cause);
        request.destroy();
      }
    });
    request.once("close", () => {
      stopListening();
      // One that switches protocols is neither an answer nor an error.
      if (!isAnswered) fail(new Error("The connection was closed without a response."));
    });
    request.end(body);
  });
}

/** The standard error of an invalid URL repeats it. */
function parseUrl(url: string): URL {
  const target = URL.parse(url);
  if (target === null) throw new TypeError("Invalid URL.");
  if (target.protocol !== "http:" && target.protocol !== "https:")
    throw new TypeError(`Unsupported protocol "${target.protocol}". Expected http: or https:.`);
  if (target.username !== "" || target.password !== "") throw new TypeError("The URL must not contain credentials.");
  return target;
}

interface Content {
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array | undefined;
}

/** The headers and body to send, with the headers that the built-in `fetch` adds. */
async function toContent(url: string, init: RequestInit): Promise<Content> {
  const headers: Record<string, string> = { accept: "*/*", "accept-encoding": "gzip, br", "user-agent": "node" };
  if (init.cache === "no-store") {
    headers["cache-control"] = "no-cache";
    headers["pragma"] = "no-cache";
  }
  const { body } = init;
  if (typeof body === "string" || body === undefined || body === null) {
    if (typeof body === "string") headers["content-type"] = "text/plain;charset=UTF-8";
    return { headers: addHeaders(headers, init.headers), body: body ?? undefined };
  }
  const standard = new Request(url, init);
  return { headers: addHeaders(headers, standard.headers), body: new Uint8Array(await standard.arrayBuffer()) };
}

function addHeaders(headers: Record<string, string>, added: RequestInit["headers"]): Record<string, string> {
  const isPlain = Object.getPrototypeOf(added ?? {}) === Object.prototype;
  const entries = isPlain ? Object.entries((added ?? {}) as Record<string, string>) : new Headers(added);
  for (const [name, value] of entries) headers[name.toLowerCase()] = value;
  return headers;
}
