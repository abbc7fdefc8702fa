// What giving the client to an agent costs: a tool's run beside the bare call, and what a model receives.
import { AgentExchangeClient } from "agentexchange";
import { createExchange, manualMarket, virtualClock, type Exchange } from "agentexchange/exchange";
import { createToolbox, operations, type Toolbox } from "agentexchange/tools";
import { compare, type Measured } from "./harness.ts";

const START = "2026-03-01T10:00:00Z";
const BOUNDLESS = {
  max_position_size_pct: 100,
  daily_loss_limit_pct: 100,
  max_open_orders: 1_000_000,
  max_order_size_pct: 100,
  order_rate_limit: 1_000_000,
};

interface Desk {
  readonly exchange: Exchange;
  readonly client: AgentExchangeClient;
  readonly toolbox: Toolbox;
}

async function openDesk(): Promise<Desk> {
  const exchange = createExchange({
    seed: 42,
    rateLimits: false,
    clock: virtualClock(START),
    market: manualMarket({ BTCUSDT: { price: "60000", volume: "18000" } }),
  });
  const { apiKey, agentId } = await exchange.register({ startingBalance: "100000000" });
  const response = await exchange.fetch(`http://exchange.localhost/api/v1/agents/${agentId}`, {
    method: "PUT",
    headers: { "x-api-key": apiKey, "content-type": "application/json" },
    body: JSON.stringify({ risk_profile: BOUNDLESS }),
  });
  if (!response.ok) throw new Error(`PUT /agents: ${response.status}`);
  const client = new AgentExchangeClient({ ...exchange.connection, apiKey, rateLimit: false });
  const mandate = { symbols: ["BTCUSDT"], maxOrder: "1000", until: "2027-01-01T00:00:00Z" };
  return { exchange, client, toolbox: createToolbox(client, { mandate }) };
}

async function closeDesk({ exchange, client, toolbox }: Desk): Promise<void> {
  await toolbox.close();
  await client.close();
  exchange.close();
}

const ORDER = { symbol: "BTCUSDT", side: "buy", quantity: "0.001" } as const;

async function checked(result: Promise<{ readonly ok: boolean }>): Promise<void> {
  const outcome = await result;
  if (!outcome.ok) throw new Error(JSON.stringify(outcome));
}

export interface ToolFigures {
  readonly reads: readonly Measured[];
  readonly orders: readonly Measured[];
  /** Number and bytes of the definitions as a model receives them: the default set, and all. */
  readonly defaultSet: { readonly tools: number; readonly bytes: number };
  readonly wholeSet: { readonly tools: number; readonly bytes: number };
}

export async function toolsBench(): Promise<ToolFigures> {
  const desk = await openDesk();
  const { client, toolbox } = desk;
  try {
    const plan = { clock: "cpu" } as const;
    const reads = await compare(
      [
        { name: "client.getPrice", run: () => client.getPrice("BTCUSDT") },
        { name: "toolbox.run of getPrice", run: () => checked(toolbox.run("getPrice", { symbol: "BTCUSDT" })) },
      ],
      { ...plan, rounds: 31, batch: 200 },
    );
    const orders = await compare(
      [
        { name: "client.placeMarketOrder", run: () => client.placeMarketOrder(ORDER) },
        { name: "toolbox.run of placeMarketOrder", run: () => checked(toolbox.run("placeMarketOrder", ORDER)) },
      ],
      { ...plan, rounds: 15, batch: 50 },
    );
    return {
      reads,
      orders,
      defaultSet: sizeOf(toolbox.list()),
      wholeSet: sizeOf(operations),
    };
  } finally {
    await closeDesk(desk);
  }
}

function sizeOf(
  definitions: readonly { readonly name: string; readonly description: string; readonly inputSchema: object }[],
): { readonly tools: number; readonly bytes: number } {
  const received = definitions.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
  return { tools: received.length, bytes: new TextEncoder().encode(JSON.stringify(received)).length };
}
