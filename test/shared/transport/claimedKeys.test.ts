// Servers that claim to honour idempotency keys, and what a client believes.
import { expect, test } from "vitest";
import { isAgentExchangeError } from "../../../src/errors/index.ts";
import { drive } from "../../support/drive.ts";
import { lossyExchange, order } from "../../support/lossyExchange.ts";

const CLAIMS = { "X-AgentExchange-Gateway": "1", "Idempotency-Replayed": "true" };

const codeOf = (error: unknown): unknown => (isAgentExchangeError(error) ? error.code : error);

test.for([
  ["without the option", { idempotencyKeys: false }, "orders", false],
  ["seen on market data only", { idempotencyKeys: true }, "market", false],
  ["with the option, about orders", { idempotencyKeys: true }, "orders", true],
] as const)("a claim %s", async ([, options, where, isBelieved]) => {
  const lossy = await lossyExchange("observed");
  const { clock, clientOptions, fates, sent } = lossy;
  const client = lossy.createClient({
    ...options,
    fetch: async (url, init) => {
      const response = await clientOptions.fetch?.(url, init);
      const isClaimed = where === "orders" ? url.includes("/trade/") : url.includes("/market/");
      if (response === undefined || !isClaimed) return response ?? Response.error();
      return new Response(await response.text(), {
        status: response.status,
        headers: { ...Object.fromEntries(response.headers), ...CLAIMS },
      });
    },
  });
  await drive(clock, client.getPrice("BTCUSDT"));
  await drive(clock, client.listOrders());
  await drive(clock, client.placeMarketOrder(order));
  fates.push("lost before");
  const placed = client.placeMarketOrder({ ...order, quantity: "0.02" });
  const outcome = await drive(
    clock,
    placed.then(({ status }) => status, codeOf),
  );
  expect(outcome).toBe(isBelieved ? "filled" : "ORDER_OUTCOME_UNKNOWN");
  expect(sent).toHaveLength(isBelieved ? 3 : 2);
});

test("a signed request for market data names its key, and one without a signature does not", async () => {
  const lossy = await lossyExchange();
  const { clock, clientOptions } = lossy;
  const keys: (string | null)[] = [];
  const fetch = (url: string, init: RequestInit): Promise<Response> => {
    keys.push(new Headers(init.headers).get("X-API-Key"));
    return clientOptions.fetch?.(url, init) ?? Promise.resolve(Response.error());
  };
  await drive(clock, lossy.createClient({ fetch }).getPrice("BTCUSDT"));
  await drive(clock, lossy.createClient({ fetch, apiSecret: "secret", signRequests: true }).getPrice("BTCUSDT"));
  expect(keys).toEqual([null, clientOptions.apiKey]);
});
