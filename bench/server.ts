// A bare server with fixed responses, in a separate process so that its work is not counted.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const price = JSON.stringify({ symbol: "BTCUSDT", price: "61250.40", timestamp: "2026-11-23T16:13:35.718000Z" });
const balance = JSON.stringify({
  balances: [
    { asset: "BTC", available: "0.02000000", locked: "0E-8", total: "0.02000000" },
    { asset: "USDT", available: "8774.97000000", locked: "0E-8", total: "8774.97000000" },
  ],
  total_equity_usdt: "10000.00000000",
});

const server = createServer((request, response) => {
  const headers: Record<string, string | number> = { "content-type": "application/json" };
  if (request.url?.includes("/market/") === true) {
    response.writeHead(200, { ...headers, "content-length": price.length }).end(price);
    return;
  }
  // As the platform answers for an account, but with a limit that the benchmark does not reach.
  headers["x-ratelimit-limit"] = 1_000_000;
  headers["x-ratelimit-remaining"] = 999_999;
  headers["x-ratelimit-reset"] = (Math.floor(Date.now() / 60_000) + 1) * 60;
  headers["content-length"] = balance.length;
  response.writeHead(200, headers).end(balance);
});
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
process.once("disconnect", () => process.exit());
