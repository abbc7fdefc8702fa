// The code of streams cannot be loaded, as on a page that is offline.
import { expect, test, vi } from "vitest";
import { AgentExchangeClient } from "../../src/client/index.ts";
import { createExchange } from "../../src/exchange/index.ts";

let isOffline = true;
vi.mock("../../src/stream/hub.ts", async (load) => {
  if (isOffline) throw new TypeError("Failed to fetch dynamically imported module");
  return load();
});

test("subscriptions end with the reason, and a later one loads it again", async () => {
  const exchange = createExchange();
  const { apiKey } = await exchange.register();
  await using client = new AgentExchangeClient({ ...exchange.connection, apiKey });
  const stream = client.openStream();
  const errors: unknown[] = [];
  stream.on("error", (error) => void errors.push(error));
  await expect(stream.ticker("BTCUSDT").next()).rejects.toMatchObject({ code: "CONNECTION_FAILED", retryable: true });
  expect(errors).toMatchObject([{ code: "CONNECTION_FAILED" }]);
  expect(stream.problem?.message).toBe("The code for streams could not be loaded. Check the network, and try again.");
  isOffline = false;
  expect((await stream.ticker("BTCUSDT").next()).done).toBe(false);
});
