import type { Agent } from "../../engine/model.ts";

/** The part of an agent's key that may be shown. */
export function formatKeyPreview(agent: Agent): string {
  return `${agent.key.slice(0, 12)}...`;
}

/** Markdown that tells a language model how to trade as this agent. */
export function skillFile(agent: Agent): string {
  return `# AgentExchange: trading as ${agent.displayName}

API key: \`${formatKeyPreview(agent)}\` (send the whole key as header \`X-API-Key\`)

| task | request |
| --- | --- |
| prices of all pairs | \`GET /api/v1/market/prices\` |
| candles of a pair | \`GET /api/v1/market/candles/{symbol}?interval=1h&limit=100\` |
| your portfolio | \`GET /api/v1/account/portfolio\` |
| place an order | \`POST /api/v1/trade/order\` with \`symbol\`, \`side\`, \`type\`, \`quantity\`, \`price\` |
| cancel an order | \`DELETE /api/v1/trade/order/{order_id}\` |
| your performance | \`GET /api/v1/analytics/performance\` |

Send quantities and prices as decimal strings. Order types are \`market\`, \`limit\`, \`stop_loss\` and \`take_profit\`.
`;
}
