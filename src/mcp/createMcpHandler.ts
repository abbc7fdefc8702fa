import { createMcpHandler as createHandler, type McpServer } from "@modelcontextprotocol/server";
import type { Toolbox } from "../tools/index.ts";
import { createAdmission, refuse, withCors, type AdmissionOptions } from "./admission.ts";
import { toMcp, type McpOptions } from "./toMcp.ts";

/** Options of {@link createMcpHandler}. */
export interface McpHandlerOptions extends AdmissionOptions, McpOptions {
  /** The largest request, in bytes; default 256 KiB. */
  readonly maxBodySize?: number | undefined;
  /** Receives errors that are not part of an answer, such as a connection that broke. */
  readonly onError?: ((error: Error) => void) | undefined;
}

/** An MCP server as a `fetch` handler. */
export interface McpHandler {
  /** Answers one request; `this` is not needed. It never rejects. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** Ends running calls. The toolbox stays open. */
  readonly close: () => Promise<void>;
}

const MAX_BODY_SIZE = 262_144;

/**
 * An MCP server over HTTP, for Workers, Deno, Bun and Node. It holds no sessions: with a shared journal and
 * `approve.secret`, any process can answer any request. Requests need the token, an allowed host and, from pages, an allowed origin.
 *
 * @example
 * ```ts
 * import { createMcpHandler } from "agentexchange/mcp";
 * import { createToolbox } from "agentexchange/tools";
 *
 * const toolbox = createToolbox(client, { tools: "look" });
 * const handler = createMcpHandler(toolbox, { token: crypto.randomUUID(), hosts: ["mcp.example"] });
 * const response = await handler.fetch(new Request("https://mcp.example/mcp", { method: "POST" }));
 * console.log(response.status); // 401
 * ```
 *
 * @throws RangeError if the token has fewer than 32 characters
 */
export function createMcpHandler(toolbox: Toolbox, options: McpHandlerOptions): McpHandler {
  const { maxBodySize = MAX_BODY_SIZE, onError } = options;
  const admit = createAdmission(options);
  const reporting = onError === undefined ? {} : { onerror: onError };
  const createServer = (): McpServer => {
    const mcp = toMcp(toolbox, options);
    Object.assign(mcp.server, reporting);
    return mcp;
  };
  const handler = createHandler(createServer, { maxRequestBodySize: maxBodySize, ...reporting });
  let isClosed = false;
  return {
    async fetch(request) {
      try {
        const rejection = await admit(request);
        // A page whose host or origin is refused learns nothing else.
        if (rejection !== undefined) return rejection.status === 403 ? rejection : withCors(request, rejection);
        if (isClosed) return refuse(503, "This server has been closed.");
        return withCors(request, await handler.fetch(request));
      } catch (error) {
        onError?.(error instanceof Error ? error : new Error(String(error)));
        return refuse(500, "The request could not be processed.");
      }
    },
    close() {
      isClosed = true;
      return handler.close();
    },
  };
}
