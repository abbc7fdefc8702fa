// The Worker of the tests. Durable Objects must be exported by the module that wrangler.toml names.
import { createAuditConsumer } from "agentexchange/workers";
import { testBot } from "./support/testBot.ts";

export const { AgentObject } = testBot;
export { ExchangeObject, LimiterObject } from "agentexchange/workers";
export { FleetAgent } from "./fleetAgent.ts";
export { TimedExchange } from "./exchangeClasses.ts";
export { GatewayOrders } from "./gatewayObjects.ts";
export { Inbox } from "../../examples/workers/webhook-inbox.ts";
export { TestInbox } from "./support/testInbox.ts";

export default { ...testBot, queue: createAuditConsumer() };
