// Resumes a stored exchange, in Node, Deno or Bun: `node|deno run|bun run test/runtimes/store.js <file> [<agent's key>]`
// Prints the agent's key and state before and after another order.
import { createExchange, manualMarket, virtualClock } from "agentexchange/exchange";
import { sqliteStore } from "agentexchange/exchange/sqlite";

const [file, knownKey] = process.argv.slice(2);
const market = manualMarket({ BTCUSDT: { price: "50000", volume: "18000" } });
const clock = virtualClock("2026-01-05T00:00:00Z");
const exchange = createExchange({ store: sqliteStore(file), seed: 7, clock, market });
const apiKey = knownKey ?? (await exchange.register()).apiKey;

async function ask(path, init) {
  const headers = { "x-api-key": apiKey, "content-type": "application/json" };
  return (await exchange.fetch(`http://exchange.test/api/v1${path}`, { headers, ...init })).json();
}

const state = async () =>
  JSON.stringify([await ask("/account/balance"), await ask("/trade/orders"), await ask("/trade/history")]);

const before = await state();
const order = { symbol: "BTCUSDT", side: "buy", type: "market", quantity: "0.001" };
await ask("/trade/order", { method: "POST", body: JSON.stringify(order) });
await ask("/trade/order", { method: "POST", body: JSON.stringify({ ...order, type: "limit", price: "40000" }) });
console.log(JSON.stringify({ apiKey, before, after: await state() }));
exchange.close();
