// examples/safe-buy.ts
import {
  AgentExchangeError,
  InsufficientBalanceError,
  InvalidSymbolError,
  OrderOutcomeUnknownError,
  RateLimitError,
  type AgentExchangeClient,
  type Order,
  type PlacedOrder,
} from "agentexchange";

export async function safeBuy(
  client: AgentExchangeClient,
  symbol: string,
  quantity: string,
): Promise<PlacedOrder | Order | null> {
  for (let tries = 2; ; tries--) {
    try {
      return await client.placeMarketOrder({ symbol, side: "buy", quantity });
    } catch (error) {
      if (error instanceof OrderOutcomeUnknownError) {
        // Sent, but no response arrived. Null means that no such order appeared within 15 s after sending.
        const order = await error.reconcile();
        if (order !== null || tries === 1) return order;
      } else if (error instanceof RateLimitError && tries > 1) {
        // Not placed. By default the client has already waited as long as its timeout allows.
        await new Promise((resolve) => setTimeout(resolve, (error.retryAfter ?? 60) * 1000));
      } else if (error instanceof InsufficientBalanceError) {
        const { required, available } = error; // null if the platform does not report them
        console.log(required === null ? "Not enough USDT" : `Need ${required} USDT, only have ${available}`);
        return null;
      } else if (error instanceof InvalidSymbolError) {
        console.log(`Unknown symbol: ${error.symbol}`);
        return null;
      } else if (error instanceof AgentExchangeError) {
        console.log(`Error ${error.code}: ${error.message}`);
        return null;
      } else {
        throw error;
      }
    }
  }
}
