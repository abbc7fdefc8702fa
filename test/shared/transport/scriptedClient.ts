// A client on a virtual clock whose server answers by script.
import { AgentExchangeClient } from "../../../src/client/index.ts";
import { virtualClock } from "../../../src/exchange/time/clock.ts";
import type { ClientOptions } from "../../../src/transport/index.ts";
import { scripted, type Answer } from "../../support/scripted.ts";

export const start = "2026-03-05T14:00:10Z";
export const order = { symbol: "BTCUSDT", side: "buy", quantity: "0.02" } as const;
export const secret = "sk_live_example";

export const httpDate = (ms: number): string => new Date(Math.floor(ms / 1000) * 1000).toUTCString();

export function setUp(answer: Answer, options: ClientOptions = {}) {
  const clock = virtualClock(start);
  const server = scripted(answer, clock);
  const client = new AgentExchangeClient({ apiKey: "ak_live_x", clock, fetch: server.fetch, ...options });
  return { clock, server, client };
}
