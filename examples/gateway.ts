// examples/gateway.ts
import { createGateway } from "agentexchange/gateway";

const setting = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`Set ${name}.`);
  return value;
};

const reportsSecret = setting("REPORTS_SECRET");
const password = setting("DASHBOARD_PASSWORD");

const dashboard = ["getPortfolio", "listOrders", "getOrder", "placeMarketOrder", "placeLimitOrder", "cancelOrder"];

export const gateway = createGateway({
  upstream: { baseUrl: setting("AGENTEXCHANGE_BASE_URL"), apiKey: setting("AGENTEXCHANGE_API_KEY") },
  hosts: ["gateway.example.com", "127.0.0.1"],
  origins: ["https://dashboard.example.com", "http://localhost:5173"],
  public: ["getPrice", "getAllPrices", "getTickers", "getCandles", "getRecentTrades", "getPairs"],
  callers: (id) => {
    if (id === "reports") return { secret: reportsSecret, allow: ["getPortfolio", "getTradeHistory"] };
    if (id === "dashboard") return { allow: dashboard, channels: ["ticker", "orders"] };
    return null;
  },
  login: async (request) => {
    const body = (await request.json()) as { password?: unknown };
    return body.password === password ? "dashboard" : null;
  },
  tokenSecret: setting("TOKEN_SECRET"),
});
