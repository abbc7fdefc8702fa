// Figures that need a whole exchange: the cold snapshot and a hundred concurrent first calls.
import { AgentExchangeClient } from "agentexchange";
import { createExchange } from "agentexchange/exchange";
import { quantile } from "./harness.ts";

const SYMBOLS = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "BNBUSDT", "ADAUSDT"];
const LATENCY = 50;

export interface SnapshotFigures {
  /** Of the snapshot as a whole, in latencies: the first one of the process, and the median of fresh clients. */
  readonly first: number;
  readonly median: number;
  readonly logins: number;
}

/** The first snapshot of a fresh client, in multiples of one latency. */
export async function snapshotBench(runs = 21): Promise<SnapshotFigures> {
  const exchange = createExchange({ seed: 42, latency: LATENCY });
  const { apiKey } = await exchange.register({ displayName: "bench" });
  let logins = 0;
  const took: number[] = [];
  for (let run = 0; run < runs; run++) {
    const client = new AgentExchangeClient({
      ...exchange.connection,
      apiKey,
      onRequest: ({ name }) => void (logins += name === "login" ? 1 : 0),
    });
    took.push((await client.marketSnapshot(SYMBOLS)).took / LATENCY);
    await client.close();
  }
  exchange.close();
  return { first: took[0] ?? Number.NaN, median: quantile(took, 0.5), logins };
}

/** Number of logins that a hundred concurrent first calls with a token make. */
export async function loginBench(): Promise<number> {
  const exchange = createExchange({ seed: 42, latency: 5 });
  const { accountKey, apiSecret } = await exchange.register({ displayName: "bench" });
  let logins = 0;
  const client = new AgentExchangeClient({
    ...exchange.connection,
    apiKey: accountKey,
    apiSecret,
    token: "login",
    onRequest: ({ name }) => void (logins += name === "login" ? 1 : 0),
  });
  await Promise.all(Array.from({ length: 100 }, () => client.getBalance()));
  await client.close();
  exchange.close();
  return logins;
}
