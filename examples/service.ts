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

// One client for the lifetime of the service: all requests share its connections and its rate limit.
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
  const order = await context.req.json<PlaceMarketOrderInput>(); // the client validates it before sending
  const { orderId, status } = await client.placeMarketOrder(order);
  return context.json({ orderId, status }, 201);
});

const callerErrors = [ValidationError, InvalidSymbolError, InsufficientBalanceError, OrderRejectedError];

app.onError((error, context) => {
  if (error instanceof SyntaxError)
    return context.json({ code: "VALIDATION_ERROR", message: "The request body is not valid JSON." }, 400);
  if (!isAgentExchangeError(error)) throw error;
  const { code, message } = error;
  return context.json({ code, message }, callerErrors.some((type) => error instanceof type) ? 400 : 502);
});

export default app; // Bun, Deno and Workers serve this as is; on Node use serve() of @hono/node-server
