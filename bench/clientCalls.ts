// The calls whose cost is compared, for any runtime: of this client, and of the runtime's own fetch.
import { AgentExchangeClient, type ClientOptions } from "agentexchange";
import type { Contender } from "./harness.ts";

export const PRICE = "/api/v1/market/price/BTCUSDT";
export const BALANCE = "/api/v1/account/balance";
export const KEY = "ak_live_bench";

/** The number of calls at the same time. */
export const CONCURRENT = 100;

/** A group of contenders, of which the first is the baseline. */
export interface CallGroup {
  readonly title: string;
  readonly contenders: readonly Contender[];
  /** Consecutive operations per contender and round. */
  readonly batch: number;
}

/** A `fetch` beside the runtime's own, under which the client is measured too. */
export interface OtherFetch {
  readonly name: string;
  readonly fetch: NonNullable<ClientOptions["fetch"]>;
}

const many = (run: () => Promise<unknown>) => (): Promise<unknown> =>
  Promise.all(Array.from({ length: CONCURRENT }, run));

export function callGroups(origin: string, other?: OtherFetch): readonly CallGroup[] {
  const options = { baseUrl: origin, apiKey: KEY };
  const signing = { ...options, apiSecret: "sk_live_bench", signRequests: true };
  const headers = { "X-API-Key": KEY };
  const raw = async (): Promise<unknown> => (await fetch(origin + PRICE)).json();
  const rawWithKey = async (): Promise<unknown> => (await fetch(origin + BALANCE, { headers })).json();
  const client = new AgentExchangeClient(options);
  const signer = new AgentExchangeClient(signing);

  const price: Contender[] = [
    { name: "raw fetch + json()", run: raw },
    { name: "client.getPrice", run: () => client.getPrice("BTCUSDT") },
  ];
  const keyed: Contender[] = [
    { name: "raw fetch with the key + json()", run: rawWithKey },
    { name: "client.getBalance", run: () => client.getBalance() },
    { name: "client.getBalance, signed", run: () => signer.getBalance() },
  ];
  const concurrent: Contender[] = [
    { name: "raw fetch + json()", run: many(raw) },
    { name: "client.getPrice", run: many(() => client.getPrice("BTCUSDT")) },
    { name: "client.getBalance", run: many(() => client.getBalance()) },
    { name: "client.getBalance, signed", run: many(() => signer.getBalance()) },
  ];
  if (other !== undefined) {
    const { name, fetch: otherFetch } = other;
    const otherClient = new AgentExchangeClient({ ...options, fetch: otherFetch });
    const otherSigner = new AgentExchangeClient({ ...signing, fetch: otherFetch });
    price.push(
      { name: `${name} + json()`, run: async (): Promise<unknown> => (await otherFetch(origin + PRICE, {})).json() },
      { name: `client.getPrice over ${name}`, run: () => otherClient.getPrice("BTCUSDT") },
    );
    keyed.push(
      { name: `client.getBalance over ${name}`, run: () => otherClient.getBalance() },
      { name: `client.getBalance, signed, over ${name}`, run: () => otherSigner.getBalance() },
    );
    concurrent.push({ name: `client.getPrice over ${name}`, run: many(() => otherClient.getPrice("BTCUSDT")) });
  }
  return [
    { title: "CPU of one public call over loopback HTTP", contenders: price, batch: 200 },
    { title: "CPU of one call with a key", contenders: keyed, batch: 200 },
    { title: `CPU of ${CONCURRENT} calls at the same time`, contenders: concurrent, batch: 4 },
  ];
}
