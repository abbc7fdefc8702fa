// Ways in which a network or a server fails, chosen by the request's path: /fault/<name>/<anything>.
import type { IncomingMessage, ServerResponse } from "node:http";

type Fault = (request: IncomingMessage, response: ServerResponse) => void;

const json = { "content-type": "application/json" };

const faults: Readonly<Record<string, Fault>> = {
  /** The connection is reset before anything is answered. */
  "reset-before": (request) => {
    request.socket.resetAndDestroy();
  },
  /** Nothing is ever answered. */
  hang: () => {},
  /** The headers and the start of a body, then silence. */
  "hang-body": (_request, response) => {
    response.writeHead(200, json).write('{"symbol":');
  },
  /** The connection ends in the middle of a body whose length was announced. */
  truncate: (request, response) => {
    response.writeHead(200, { ...json, "content-length": 100 });
    response.write('{"symbol":', () => request.socket.destroy());
  },
  "close-after-500": (_request, response) => {
    response.writeHead(500, { ...json, connection: "close" });
    response.end('{"error":{"code":"INTERNAL_ERROR","message":"An unexpected error occurred."}}');
  },
  /** What a proxy says when the server behind it is gone. */
  "html-502": (_request, response) => {
    response.writeHead(502, { "content-type": "text/html" });
    response.end("<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>");
  },
  "empty-500": (_request, response) => {
    response.writeHead(500, { "content-length": 0 }).end();
  },
};

/** The handler acts, but its answer is lost on the way: served by the server itself. */
export const loseAnswer = "/fault/lose-answer";

/** Answers a request for a fault; false if the path asks for none. */
export function fail(path: string, request: IncomingMessage, response: ServerResponse): boolean {
  const name = /^\/fault\/([^/?]+)/.exec(path)?.[1];
  const fault = name === undefined ? undefined : faults[name];
  if (!fault) return false;
  request.resume();
  fault(request, response);
  return true;
}
