/** Successful response bodies of the platform, for scripted servers. */
export const agentId = "1e45fe3c-cf0b-427f-b399-708e264e66c0";

export const price = (symbol = "BTCUSDT"): Response =>
  Response.json({ symbol, price: "61250.40", timestamp: "2026-03-05T14:07:31.482913Z" });

let placedOrders = 0;
/** Every order gets a new id. */
const nextOrderId = (): string => `9f0c6d5a-2b67-4b0b-9d55-${String(++placedOrders).padStart(12, "0")}`;

export const placed = (quantity = "0.02", orderId = nextOrderId()): Response =>
  Response.json(
    {
      order_id: orderId,
      status: "filled",
      symbol: "BTCUSDT",
      side: "buy",
      type: "market",
      requested_quantity: quantity,
      executed_quantity: quantity,
      executed_price: "61256.52504000",
      slippage_pct: "0.010000",
      fee: "1.22513050",
      total_cost: "1226.3556313000",
      filled_at: "2026-03-05T14:07:32.190455Z",
      quantity: null,
      price: null,
      locked_amount: null,
      created_at: null,
    },
    { status: 201 },
  );

export const balance = (): Response =>
  Response.json({
    balances: [{ asset: "USDT", available: "10000.00000000", locked: "0E-8", total: "10000.00000000" }],
    total_equity_usdt: "10000.00000000",
  });

export const orders = (items: readonly unknown[] = []): Response =>
  Response.json({ orders: items, total: items.length, limit: 100, offset: 0 });

export const accountInfo = (apiKey: string): Response =>
  Response.json({
    account_id: "0b8f4c1e-5d0b-4f0e-9c58-0b3a7f6a2d11",
    api_key: apiKey,
    display_name: "Kestrel",
    status: "active",
    starting_balance: "10000.00000000",
    current_session: { session_id: "0b8f4c1e-5d0b-4f0e-9c58-0b3a7f6a2d11", started_at: "2026-03-05T14:00:00Z" },
    risk_profile: { max_position_size_pct: 25, daily_loss_limit_pct: 20, max_open_orders: 50 },
    created_at: "2026-03-05T14:00:00Z",
  });

export const agents = (...ids: readonly string[]): Response =>
  Response.json({
    agents: ids.map((id, index) => ({
      id,
      account_id: "0b8f4c1e-5d0b-4f0e-9c58-0b3a7f6a2d11",
      display_name: `agent ${index + 1}`,
      api_key_preview: "ak_live_abcd...",
      starting_balance: "10000.00000000",
      llm_model: null,
      framework: null,
      strategy_tags: [],
      risk_profile: {},
      avatar_url: null,
      color: "#336699",
      status: "active",
      created_at: "2026-03-05T14:00:00Z",
      updated_at: "2026-03-05T14:00:00Z",
    })),
    total: ids.length,
  });

/** The platform's response to an order without agent context. */
export const noAgent = (): Response =>
  Response.json(
    {
      error: {
        code: "DATABASE_ERROR",
        message: 'Integrity error while creating order: null value in column "agent_id" of relation "orders"',
      },
    },
    { status: 500 },
  );
