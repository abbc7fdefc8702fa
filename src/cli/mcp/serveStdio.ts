import { serveStdio as serve, StdioServerTransport } from "@modelcontextprotocol/server/stdio";
import { toMcp } from "../../mcp/index.ts";
import type { Toolbox } from "../../tools/index.ts";

/** A server on this process's standard input and output. Nothing else may write to the output. */
export interface StdioService {
  /** Resolves when the client has closed its end, or after `close`. */
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

/** Serves a toolbox to the program that started this one. `onError` receives problems of the connection. */
export function serveStdio(toolbox: Toolbox, resources: Toolbox, onError: (error: Error) => void): StdioService {
  const transport = new Transport();
  const handle = serve(() => toMcp(toolbox, { resources }), { transport, onerror: onError });
  return { closed: transport.closed, close: () => handle.close() };
}

class Transport extends StdioServerTransport {
  private markClosed = (): void => {};
  readonly closed: Promise<void> = new Promise((resolve) => {
    this.markClosed = resolve;
  });

  /** Called as well when the input ends and when the output breaks. */
  override async close(): Promise<void> {
    await super.close();
    this.markClosed();
  }
}
