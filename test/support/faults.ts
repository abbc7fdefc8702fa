// Network and server failures, selected by the request's path: /fault/<name>/<anything>.
import type { IncomingMessage, ServerResponse } from "node:http";

type Fault = (request: IncomingMessage, response: ServerResponse) => void;

const json = { "content-type": "application/json" };

const faults: Readonly<Record<string, Fault>> = {
  /** Resets the connection before any response. */
  "reset-before": (request) => {
    request.socket.resetAndDestroy();
  },
  /** Never responds. */
  hang: () => {},
  /** Sends headers and the start of a body, then stalls. */
  "hang-body": (_request, response) => {
    response.writeHead(200, json).write('{"symbol":');
  },
  /** Closes the connection in the middle of a body with a content length. */
  truncate: (request, response) => {
    response.writeHead(200, { ...json, "content-length": 100 });
    response.write('{"symbol":', () => request.socket.destroy());
  },
  "close-after-500": (_request, response) => {
    response.writeHead(500, { ...json, connection: "close" });
    response.end('{"error":{"code":"INTERNAL_ERROR","message":"An unexpected error occurred."}}');
  },
  /** A proxy's response when its upstream is unavailable. */
  "html-502": (_request, response) => {
    response.writeHead(502, { "content-type": "text/html" });
    response.end("<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>");
  },
  "empty-500": (_request, response) => {
    response.writeHead(500, { "content-length": 0 }).end();
  },
};

/** The handler runs, but its response is lost; implemented by the server. */
export const loseAnswer = "/fault/lose-answer";

/** Handles a request for a fault; returns false for other paths. */
export function fail(path: string, request: IncomingMessage, response: ServerResponse): boolean {
  const name = /^\/fault\/([^/?]+)/.exec(path)?.[1];
  const fault = name === undefined ? undefined : faults[name];
  if (!fault) return false;
  request.resume();
  fault(request, response);
  return true;
}
