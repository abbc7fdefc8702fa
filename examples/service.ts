// examples/service.ts
import {
  AgentExchangeClient,
  InsufficientBalanceError,
  InvalidSymbolError,
  isAgentExchangeError,
  OrderRejectedError,
  ValidationError,
  type PlaceMarketOrderInput,
} from "agentexchange";
import { Hono } from "hono";

// One client for the life of the service: all requests share its connections and its rate limit.
const client = new AgentExchangeClient({
  apiKey: process.env.AGENTEXCHANGE_API_KEY,
  baseUrl: process.env.AGENTEXCHANGE_BASE_URL,
});
process.once("SIGTERM", () => void client.close().finally(() => process.exit()));

const app = new Hono();

app.get("/portfolio", async (context) => {
  const { totalEquity, roiPct } = await client.getPortfolio({ signal: context.req.raw.signal });
  return context.json({ totalEquity: totalEquity.toFixed(), roiPct: roiPct.toFixed() });
});

app.post("/order", async (context) => {
  const order = await context.req.json<PlaceMarketOrderInput>(); // the client checks it before sending
  const { orderId, status } = await client.placeMarketOrder(order);
  return context.json({ orderId, status }, 201);
});

const mistakes = [ValidationError, InvalidSymbolError, InsufficientBalanceError, OrderRejectedError];

app.onError((error, context) => {
  if (error instanceof SyntaxError) return context.json({ code: "VALIDATION_ERROR", message: "Not JSON." }, 400);
  if (!isAgentExchangeError(error)) throw error;
  const { code, message } = error;
  return context.json({ code, message }, mistakes.some((kind) => error instanceof kind) ? 400 : 502);
});

export default app; // Bun, Deno and Workers serve this as it is; Node with serve() of @hono/node-server
