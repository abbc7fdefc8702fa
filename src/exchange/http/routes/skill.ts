import type { Agent } from "../../engine/model.ts";

/** What is shown of an agent's key. */
export function previewOf(agent: Agent): string {
  return `${agent.key.slice(0, 12)}...`;
}

/** What a language model has to know to trade as this agent. */
export function skillOf(agent: Agent): string {
  return `# AgentExchange: trading as ${agent.displayName}

API key: \`${previewOf(agent)}\` (send the whole key as header \`X-API-Key\`)

| what | request |
| --- | --- |
| prices of all pairs | \`GET /api/v1/market/prices\` |
| candles of a pair | \`GET /api/v1/market/candles/{symbol}?interval=1h&limit=100\` |
| what you have | \`GET /api/v1/account/portfolio\` |
| place an order | \`POST /api/v1/trade/order\` with \`symbol\`, \`side\`, \`type\`, \`quantity\`, \`price\` |
| cancel an order | \`DELETE /api/v1/trade/order/{order_id}\` |
| how you are doing | \`GET /api/v1/analytics/performance\` |

Quantities and prices are decimal texts. Types are \`market\`, \`limit\`, \`stop_loss\` and \`take_profit\`.
`;
}
