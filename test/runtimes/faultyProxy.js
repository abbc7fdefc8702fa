// Places orders over a faulty network, in Node, Deno or Bun: `run test/runtimes/faultyProxy.js <URL> <keys> <orders per key>`.
// Prints each order's outcome as JSON.
import { AgentExchangeClient, OrderOutcomeUnknownError, OrderOutcomeUndecidedError } from "agentexchange";

const [baseUrl, keys, count] = process.argv.slice(2);
const TIMEOUT = 1500;
const WAIT = 4000;
const ORDERS_AT_ONCE = 4;
const ACCOUNTS_AT_ONCE = 25;

/** The resulting order, null for none, or the reason why the outcome is unknown. */
async function outcomeOf(error) {
  if (!(error instanceof OrderOutcomeUnknownError)) return { rejected: `${error?.name}: ${error?.message}` };
  for (let tries = 5; ; tries--) {
    try {
      return { order: await error.reconcile({ wait: WAIT }) };
    } catch (problem) {
      if (problem instanceof OrderOutcomeUndecidedError) return { undecided: problem.message };
      // The network interrupted the search; the outcome is still unknown.
      if (tries === 0) return { failed: `${problem?.name}: ${problem?.message}` };
    }
  }
}

async function place(client, order) {
  const startedAt = Date.now();
  const plain = ({ orderId, symbol, side, type, quantity }) => ({
    orderId,
    symbol,
    side,
    type,
    quantity: quantity?.toFixed(),
  });
  try {
    const placed = await client.placeMarketOrder(order);
    return { ...order, startedAt, answered: placed.orderId };
  } catch (error) {
    const { order: found, ...rest } = await outcomeOf(error);
    const outcome = found === undefined ? rest : { found: found === null ? null : plain(found) };
    return { ...order, startedAt, ...outcome };
  }
}

async function trade(apiKey, account) {
  const client = new AgentExchangeClient({ baseUrl, apiKey, timeout: TIMEOUT });
  const results = [];
  let next = 0;
  const worker = async () => {
    while (next < Number(count)) {
      const index = next++;
      // Half of the accounts place equal orders, so that candidates compete.
      const quantity = (0.0005 + 0.0001 * (account % 2 === 0 ? index : index % 2)).toFixed(4);
      results.push({ apiKey, ...(await place(client, { symbol: "BTCUSDT", side: "buy", quantity })) });
    }
  };
  await Promise.all(Array.from({ length: ORDERS_AT_ONCE }, worker));
  await client.close();
  return results;
}

const accounts = [...keys.split(",").entries()];
const all = [];
const traders = Array.from({ length: ACCOUNTS_AT_ONCE }, async () => {
  for (let next = accounts.pop(); next !== undefined; next = accounts.pop()) {
    const [account, key] = next;
    all.push(...(await trade(key, account)));
  }
});
await Promise.all(traders);
console.log(JSON.stringify(all));
