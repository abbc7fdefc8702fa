// A bare server with one fixed response, in a separate process so that its work is not counted.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const body = JSON.stringify({ symbol: "BTCUSDT", price: "61250.40", timestamp: "2026-11-23T16:13:35.718000Z" });

const server = createServer((_request, response) => {
  response.writeHead(200, { "content-type": "application/json" }).end(body);
});
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
process.once("disconnect", () => process.exit());
