// No secret in results, requests, status, journal or the toolbox itself, whatever a server echoes and an agent writes.
import { expect, test } from "vitest";
import { AgentExchangeClient } from "../../../src/client/index.ts";
import { memoryJournal, type ToolResult } from "../../../src/tools/index.ts";
import { createToolbox } from "../../../src/tools/toolbox/createToolbox.ts";

const apiKey = "ak_live_canary_KEY_0123456789";
const apiSecret = "sk_live_canary_SECRET_0123456789";
const secret = "canary of approvals, which must never be shown";
const everything = /canary_KEY|canary_SECRET|canary of approvals|canary-PASSWORD/;

/** Echoes every request, in an error of every status or as a result. */
const echo =
  (status: number) =>
  async (url: string, init: RequestInit): Promise<Response> => {
    const request = new Request(url, init);
    const repeated = JSON.stringify([Object.fromEntries(request.headers), await request.text()]);
    return Response.json({ error: { code: "ECHO", message: repeated, details: { [repeated]: repeated } } }, { status });
  };

test("nothing reveals a secret", async () => {
  const shown: unknown[] = [];
  for (const status of [200, 400, 401, 404, 422, 500]) {
    const client = new AgentExchangeClient({
      apiKey,
      apiSecret,
      signRequests: true,
      baseUrl: "https://exchange.example",
      fetch: echo(status),
      retry: false,
      rateLimit: false,
    });
    const journal = memoryJournal();
    const toolbox = createToolbox(client, {
      mandate: { symbols: ["BTCUSDT"], until: "2099-01-01T00:00:00Z" },
      approve: { above: "0", secret },
      journal,
      tools: "all",
    });
    const order = { symbol: "BTCUSDT", side: "buy", quantity: "1" };
    const results: ToolResult[] = [
      await toolbox.run("getPrice", { symbol: "BTCUSDT" }, { reason: `my key is ${apiKey}` }),
      await toolbox.run("getBalance", {}),
      await toolbox.run("placeMarketOrder", order, { reason: `my secret is ${apiSecret}, and ${secret}` }),
      await toolbox.run("placeMarketOrder", { ...order, side: apiKey }),
      await toolbox.run("placeMarketOrder", { ...order, [apiKey]: apiSecret }),
      await toolbox.run(apiKey, { apiSecret }),
      await toolbox.run("cancelAllOrders", {}),
      await toolbox.run("createAgent", { displayName: `agent of ${apiKey}` }),
      await toolbox.preview("placeMarketOrder", order),
    ];
    shown.push(results, await toolbox.needsApproval("placeMarketOrder", order));
    shown.push(await toolbox.halt({ reason: apiKey, flatten: true }), await toolbox.status());
    await toolbox.close();
    shown.push(await journal.read(0), toolbox, toolbox.id, Object.values(toolbox).map(String));
    expect((await journal.read(0)).length).toBeGreaterThan(5);
  }
  const text = JSON.stringify(shown);
  const at = text.search(everything);
  expect(at === -1 ? "" : text.slice(Math.max(0, at - 300), at + 100)).toBe("");
  expect(text).not.toMatch(/"stack"|\/src\/|node_modules/);
});
