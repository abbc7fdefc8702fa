import { AgentExchangeClient, RateLimitError, sharedLimiter } from "agentexchange";
import { exchangeConnection } from "agentexchange/workers";
import { DurableObject } from "cloudflare:workers";

/** One of many bots of an account: places an order at each alarm. If no slot is free, it comes again when it is told to. */
export class FleetAgent extends DurableObject {
  async start(account: string, apiKey: string, at: number): Promise<void> {
    await this.ctx.storage.put({ account, apiKey });
    await this.ctx.storage.setAlarm(at);
  }

  override async alarm(): Promise<void> {
    const account = (await this.ctx.storage.get<string>("account")) ?? "";
    const apiKey = await this.ctx.storage.get<string>("apiKey");
    const client = new AgentExchangeClient({
      ...exchangeConnection(this.env.EXCHANGE.getByName(account)),
      apiKey,
      // The test's time of day stands still, however long the machine takes.
      timeout: Infinity,
      clock: {
        now: () => Date.now(),
        elapsed: () => Date.now(),
        setTimeout: (callback, ms) => setTimeout(callback, ms),
        clearTimeout: (timer) => clearTimeout(timer as number),
      },
      rateLimit: sharedLimiter(this.env.LIMITER.getByName(account), { mode: "throw" }),
    });
    try {
      const { orderId } = await client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.0001" });
      await this.ctx.storage.put("orderId", orderId);
    } catch (error) {
      if (!(error instanceof RateLimitError)) throw error;
      await this.ctx.storage.setAlarm(Date.now() + (error.retryAfter ?? 60) * 1000);
    } finally {
      await client.close();
    }
  }

  async orderId(): Promise<string | undefined> {
    return this.ctx.storage.get<string>("orderId");
  }
}
