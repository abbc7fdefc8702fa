import { AgentExchangeClient } from "../../../src/client/index.ts";
import { createExchange, manualMarket, virtualClock, type Fidelity } from "../../../src/exchange/index.ts";
import { drive, failure } from "../../support/drive.ts";

export const BOTH = ["observed", "declared"] as const;
export const START = "2026-01-05T00:00:00Z";
export const NOBODY = "00000000-0000-4000-8000-000000000000";

/** An account two hours after its pairs got prices: BTCUSDT rises from 60000 to 61000 after ten minutes. */
export async function setup(fidelity: Fidelity) {
  const clock = virtualClock(START);
  const market = manualMarket({ BTCUSDT: { price: "60000" }, ETHUSDT: { price: "3000" } });
  const exchange = createExchange({ fidelity, clock, market });
  const [own, other] = [await exchange.register(), await exchange.register()];
  await exchange.advance(10 * 60_000);
  exchange.market.set("BTCUSDT", { price: "61000" });
  await exchange.advance(2 * 3_600_000);
  const connect = (apiKey: string): AgentExchangeClient =>
    new AgentExchangeClient({ ...exchange.connection, apiKey, clock });
  const client = connect(own.apiKey);
  const done = <T>(work: Promise<T>): Promise<T> => drive(clock, work);
  const failed = (work: Promise<unknown>): Promise<unknown> => failure(clock, work);
  const create = async (label: string): Promise<string> => {
    const endTime = "2026-01-05T00:30:00Z";
    const plan = { startTime: START, endTime, startingBalance: "10000", strategyLabel: label };
    return (await done(client.createBacktest(plan))).sessionId;
  };
  const start = async (label = "one"): Promise<string> => {
    const sessionId = await create(label);
    await done(client.startBacktest(sessionId));
    return sessionId;
  };
  return {
    exchange,
    clock,
    apiKey: own.apiKey,
    client,
    stranger: connect(other.apiKey),
    agentId: own.agentId,
    create,
    start,
    done,
    failed,
  };
}
