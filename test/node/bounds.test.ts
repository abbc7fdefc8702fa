// Endless responses over real sockets: read up to the limit, counted after decompression, and then disconnected.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AgentExchangeClient, OrderOutcomeUnknownError, ResponseError } from "../../src/index.ts";

const MiB = 1024 * 1024;
const bomb = gzipSync(Buffer.alloc(80 * MiB, " "));
let server: Server;
let baseUrl = "";
let written = 0;
let closed: Promise<void> = Promise.resolve();

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url?.includes("/market/")) {
      response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" }).end(bomb);
      return;
    }
    written = 0;
    closed = new Promise((resolve) => response.once("close", resolve));
    response.writeHead(request.method === "POST" ? 201 : 200, { "content-type": "application/json" });
    const chunk = Buffer.alloc(MiB / 4, " ");
    const more = (): void => {
      while (!response.destroyed && response.write(chunk)) written += chunk.length;
    };
    response.on("drain", more);
    more();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

test("a body that is small when compressed and too large when decompressed", async () => {
  expect(bomb.length).toBeLessThan(MiB);
  await using client = new AgentExchangeClient({ baseUrl });
  const error: unknown = await client.getPrice("BTCUSDT").catch((problem: unknown) => problem);
  expect(error).toBeInstanceOf(ResponseError);
  expect(error).toMatchObject({ code: "RESPONSE_TOO_LARGE", status: 200, attempts: 1 });
  await using patient = new AgentExchangeClient({ baseUrl, maxResponseBytes: 100 * MiB, retry: false });
  await expect(patient.getPrice("BTCUSDT", { timeout: 20_000 })).rejects.toMatchObject({ code: "BROKEN_BODY" });
});

test("an endless body is cut off; for an order, the outcome is unknown", async () => {
  await using client = new AgentExchangeClient({ baseUrl, apiKey: "ak_live_x", maxResponseBytes: 4 * MiB });
  await expect(client.getBalance()).rejects.toMatchObject({ code: "RESPONSE_TOO_LARGE" });
  await closed;
  expect(written).toBeLessThan(40 * MiB);
  await expect(client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "1" })).rejects.toThrow(
    OrderOutcomeUnknownError,
  );
  await closed;
});
