import { expect, test } from "vitest";
import { run } from "../support/run-process.ts";

const preamble = `
import { createExchange, manualMarket } from "agentexchange/exchange";
import { listen } from "./src/cli/serve/listen.ts";
import { report } from "./src/cli/serve/report.ts";
const broken = () => {
  throw new Error("the candles are on another disk");
};
async function ask(handler, path) {
  const server = await listen(handler, "127.0.0.1", 0, (_request, socket) => socket.destroy());
  const response = await fetch(\`http://127.0.0.1:\${server.port}\${path}\`);
  console.log(response.status, await response.text());
  await server.close();
}
`;

const answer = '500 {"error":{"code":"INTERNAL_ERROR","message":"An unexpected error occurred."}}';

test.for([
  [
    "a failure of the exchange",
    `const market = manualMarket({ BTCUSDT: { price: "50000" } });
    const exchange = createExchange({
      market: { open: (clock, listener) => ({ ...market.open(clock, listener), candles: broken }) },
      onError: report,
    });
    await ask((request) => exchange.fetch(request), "/api/v1/market/candles/BTCUSDT?api_key=secret");`,
    "GET /api/v1/market/candles/BTCUSDT: Error: the candles are on another disk",
  ],
  [
    "a failure around it",
    `await ask(async () => broken(), "/api/v1/market/prices?api_key=secret");`,
    "GET /api/v1/market/prices: Error: the candles are on another disk",
  ],
] as const)("%s is told on stderr, without the query, and answered 500", async ([, script, told]) => {
  const { code, output } = await run(process.execPath, ["--input-type=module", "--eval", preamble + script]);
  expect(output).toContain(told);
  expect(output).toContain(answer);
  expect(output).not.toContain("secret");
  expect(code).toBe(0);
});
