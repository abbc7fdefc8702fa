// The cron bot of the tests: each test adds agents of its own, whose names no other test uses.
import type { ClientOptions, Clock } from "agentexchange";
import type { Decision, Strategy } from "agentexchange/bots";
import { createExchange, type Exchange, type ExchangeOptions } from "agentexchange/exchange";
import { createCronBot, type AgentSettings, type BotAlert } from "agentexchange/workers";

/** The agents that exist now. */
export const agents = new Map<string, AgentSettings>();
/** What `notify` was told. */
export const alerts: BotAlert[] = [];

/** How `notify` ends; a test may change it. */
export const telling: { how: () => void | Promise<void> } = { how: () => {} };

export const testBot = createCronBot<Cloudflare.Env>({
  agents: () => Object.fromEntries(agents),
  notify(alert) {
    alerts.push(alert);
    return telling.how();
  },
});

export const mandate = { symbols: ["BTCUSDT", "ETHUSDT"], maxOrder: "100", until: "2099-12-31T00:00:00Z" } as const;

/** Buys a little at each tick. */
export function buyAlways(decide?: Strategy["decide"]): Strategy {
  const order: Decision = {
    kind: "order",
    reason: "always",
    tool: "placeMarketOrder",
    input: { symbol: "BTCUSDT", side: "buy", quantity: "0.001" },
  };
  return { name: "buyAlways", decide: decide ?? (() => order) };
}

/** An exchange in memory, and the options that reach it. */
export async function openExchange(
  options: ExchangeOptions = {},
): Promise<{ exchange: Exchange; client: ClientOptions }> {
  const exchange = createExchange({ seed: 1, ...options });
  const { apiKey } = await exchange.register();
  return { exchange, client: { ...exchange.connection, apiKey } };
}

/**
 * A clock that runs faster than time. A virtual one would not do: it calls back in the context of whoever advances it,
 * and in workerd nobody may wait for another object's context.
 */
export function fastClock(start: number, factor: number): Clock & { skip(milliseconds: number): void } {
  const origin = performance.now();
  let skipped = 0;
  const elapsed = (): number => (performance.now() - origin) * factor + skipped;
  return {
    now: () => Math.floor(start + elapsed()),
    elapsed,
    setTimeout: (callback, milliseconds) => setTimeout(callback, milliseconds / factor),
    clearTimeout: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
    skip: (milliseconds) => void (skipped += milliseconds),
  };
}
