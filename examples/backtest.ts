// examples/backtest.ts
import { AgentExchangeClient } from "agentexchange";

await using client = new AgentExchangeClient({
  apiKey: process.env.AGENTEXCHANGE_API_KEY,
  baseUrl: process.env.AGENTEXCHANGE_BASE_URL,
});

const { latest } = await client.getDataRange();
if (latest === null) throw new Error("There are no candles.");
const { sessionId } = await client.createBacktest({
  startTime: latest.getTime() - 12 * 3_600_000,
  endTime: latest,
  startingBalance: "10000",
  pairs: ["BTCUSDT"],
});
await client.startBacktest(sessionId);

// Every 15 minutes: buy if the price has risen in the last hour, sell if it has fallen.
let isComplete = false;
while (!isComplete) {
  const candles = await client.getBacktestCandles(sessionId, "BTCUSDT", { limit: 60 });
  const [position] = await client.getBacktestPositions(sessionId);
  const hasRisen = candles.length > 0 && candles.at(-1)!.close.gt(candles[0]!.open);
  const order = { symbol: "BTCUSDT", type: "market" } as const;
  if (hasRisen && position === undefined)
    await client.placeBacktestOrder(sessionId, { ...order, side: "buy", quantity: "0.05" });
  if (!hasRisen && position !== undefined)
    await client.placeBacktestOrder(sessionId, { ...order, side: "sell", quantity: position.quantity });
  ({ isComplete } = await client.stepBacktest(sessionId, { steps: 15 }));
}

const { summary } = await client.getBacktestResults(sessionId);
const trades = await client.getBacktestTrades(sessionId);
const curve = await client.getBacktestEquityCurve(sessionId);
const lowest = curve.map(({ totalEquity }) => totalEquity.toNumber()).reduce((a, b) => Math.min(a, b));
console.log(`${trades.length} trades, ${summary.roiPct}% return, lowest equity ${lowest.toFixed(2)} USDT`);
