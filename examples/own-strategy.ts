// examples/own-strategy.ts
import { memoryBotStore, runTick, type Strategy } from "agentexchange/bots";
import { getPrice } from "agentexchange/core";
import { createExchange, manualMarket } from "agentexchange/exchange";

const buyBelow: Strategy = {
  name: "buyBelow",
  async decide({ client, symbols, signal }) {
    const [symbol] = symbols;
    if (symbol === undefined) return { kind: "hold", reason: "No pair can be traded." };
    const { price } = await client.send(getPrice, symbol, { signal });
    if (price.gt("50000")) return { kind: "hold", reason: `${symbol} costs ${price.toFixed()} USDT.` };
    const input = { symbol, side: "buy", quantity: "0.01" };
    return { kind: "order", tool: "placeMarketOrder", input, reason: `${symbol} costs only ${price.toFixed()} USDT.` };
  },
};

const exchange = createExchange({ market: manualMarket({ BTCUSDT: { price: "49000", volume: "18000" } }) });
const { apiKey } = await exchange.register({ displayName: "bot" });
const result = await runTick({
  tick: { scheduledTime: 0, cron: "0 * * * *" },
  store: memoryBotStore(),
  client: { ...exchange.connection, apiKey },
  strategy: buyBelow,
  mandate: { symbols: ["BTCUSDT"], until: "2036-12-31T00:00:00Z" },
});
if (result.kind === "ran") console.log(result.record.reason); // BTCUSDT costs only 49000 USDT.
