// Orders through a faulty proxy, over real sockets, in each runtime and over nodeFetch, to a served exchange with a long history and a
// slower clock. No call may return another's order, or null for an order that was executed in time, or execute twice.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createExchange } from "../../src/exchange/index.ts";
import { sqliteStore } from "../../src/exchange/sqlite/index.ts";
import { faultyProxy, type ForwardedRequest, type ProxyFault } from "../support/faultyProxy.ts";
import { repository, run } from "../support/run-process.ts";
import { httpClients } from "../support/runtimes.ts";
import { seeded } from "../support/seeded.ts";
import { fromSources, killServers, startServe, type Served } from "../support/serveProcess.ts";

const SEED = 20_261;
const ACCOUNTS = 50;
const EACH = 20;
const PAST_ORDERS = 5000;
/** As in test/runtimes/faultyProxy.js. */
const WAIT = 4000;

const folder = mkdtempSync(join(tmpdir(), "faulty-proxy-"));
let served: Served;
const keys: string[] = [];

beforeAll(async () => {
  const file = join(folder, "exchange.db");
  const exchange = createExchange({ store: sqliteStore(file), rateLimits: false });
  for (let at = 0; at < httpClients.length * ACCOUNTS; at++)
    keys.push((await exchange.register({ startingBalance: "1000000" })).apiKey);
  for (let placed = 0; placed < PAST_ORDERS; placed += 500) {
    const orders = Array.from({ length: 500 }, (_, at) => {
      const order = { symbol: "BTCUSDT", type: "market", quantity: "0.0004", side: at % 2 === 0 ? "buy" : "sell" };
      const headers = { "x-api-key": keys[at % keys.length] ?? "", "content-type": "application/json" };
      const init = { method: "POST", headers, body: JSON.stringify(order) };
      return exchange.fetch("http://exchange.test/api/v1/trade/order", init);
    });
    await Promise.all(orders);
  }
  exchange.close();
  served = await startServe(fromSources, "--port", "0", "--data", file, "--fast", "0.5");
}, 120_000);

afterAll(async () => {
  await killServers();
  rmSync(folder, { recursive: true, force: true });
});

// An order that arrives after its call has ended cannot be told apart from an equal one that is sent later.
const EQUAL = /"0\.000[56]"/;

/** Injects a fault into more than a fifth of the orders, and half as often into reads. */
function faultChooser(seed: number): (method: string, path: string, body: string) => ProxyFault {
  const random = seeded(seed);
  return (method, _path, body) => {
    const [chance, time, later] = [random(), random(), random()];
    const rate = method === "POST" ? 1 : 0.5;
    if (chance < 0.05 * rate) return { kind: "delay", before: time * 2000, after: later * 500 };
    if (chance < 0.08 * rate) return { kind: "reset-before" };
    if (chance < 0.12 * rate) return { kind: "reset-after" };
    if (chance < 0.15 * rate) return { kind: "lost" };
    if (chance < 0.18 * rate) return { kind: "cut" };
    if (chance < 0.22 * rate) return { kind: "held", before: 1500 + time * (EQUAL.test(body) ? 1500 : 5000) };
    return { kind: "none" };
  };
}

interface Result {
  readonly apiKey: string;
  readonly quantity: string;
  readonly startedAt: number;
  readonly answered?: string;
  readonly found?: { readonly orderId: string; readonly quantity: string; readonly side: string } | null;
  readonly undecided?: string;
  readonly failed?: string;
  readonly rejected?: string;
}

interface Executed {
  readonly order_id: string;
  readonly at: number;
}

/** Groups by account and quantity, since equal orders are interchangeable. */
function group<Value>(values: readonly Value[], keyOf: (value: Value) => string): ReadonlyMap<string, Value[]> {
  const groups = new Map<string, Value[]>();
  for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
  return groups;
}

function executedOrders(requests: readonly ForwardedRequest[]): ReadonlyMap<string, ForwardedRequest[]> {
  const orders = requests.filter(
    ({ method, path, status }) => method === "POST" && path.endsWith("/trade/order") && status === 201,
  );
  return group(orders, ({ key: apiKey, body }) => `${apiKey} ${(JSON.parse(body) as { quantity: string }).quantity}`);
}

test.for(httpClients.map((runtime, index) => [runtime[0], index] as const))(
  `%s: ${ACCOUNTS * EACH} orders through a faulty proxy`,
  { timeout: 180_000 },
  async ([name, index]) => {
    const [, command, args] = httpClients[index] as (typeof httpClients)[number];
    const seed = SEED + index;
    const proxy = await faultyProxy(`http://127.0.0.1:${served.port}`, faultChooser(seed));
    const mine = keys.slice(index * ACCOUNTS, (index + 1) * ACCOUNTS);
    const script = `${repository}test/runtimes/faultyProxy.js`;
    const { code, output } = await run(
      command,
      [...args, script, proxy.url, mine.join(), String(EACH)],
      repository,
      170_000,
    );
    expect(code, output.slice(-2000)).toBe(0);
    const results = JSON.parse(output.trim().split("\n").at(-1) ?? "") as readonly Result[];
    await proxy.idle();
    await proxy.close();
    expect(results).toHaveLength(ACCOUNTS * EACH);

    const executed = executedOrders(proxy.forwarded);
    const problems: string[] = [];
    const claimed = new Set<string>();
    for (const [key, intents] of group(results, ({ apiKey, quantity }) => `${apiKey} ${quantity}`)) {
      const orders = (executed.get(key) ?? []).map<Executed>(({ answer, answeredAt }) => ({
        order_id: (JSON.parse(answer) as { order_id: string }).order_id,
        at: answeredAt,
      }));
      const short = key.slice(-20);
      if (orders.length > intents.length) problems.push(`${short}: ${orders.length} executions of ${intents.length}`);
      for (const { answered, found, rejected, failed } of intents) {
        const id = answered ?? found?.orderId;
        if (rejected !== undefined) problems.push(`${short}: rejected: ${rejected}`);
        if (failed !== undefined) problems.push(`${short}: the search failed: ${failed}`);
        if (id === undefined) continue;
        if (claimed.has(id)) problems.push(`${short}: ${id} is the result of two orders`);
        claimed.add(id);
        if (!orders.some(({ order_id: own }) => own === id)) problems.push(`${short}: ${id} is another order`);
      }
      // An unclaimed order must have been executed after the wait of a call that returned null, or belong to an undecided one.
      const open = intents.filter(({ answered, found }) => answered === undefined && !found);
      const waits = open
        .map(({ undecided, startedAt }) => (undecided ? 0 : startedAt + WAIT))
        .toSorted((a, b) => a - b);
      const unclaimed = orders.filter(({ order_id: id }) => !claimed.has(id)).toSorted((a, b) => a.at - b.at);
      for (const [at, order] of unclaimed.entries())
        if (order.at < (waits[at] ?? Number.POSITIVE_INFINITY))
          problems.push(`${short}: null for ${order.order_id}, executed ${(waits[at] ?? 0) - order.at} ms before`);
    }
    const undecided = results.filter((each) => each.undecided).length;
    const count = (has: (each: Result) => boolean): number => results.filter(has).length;
    console.log(
      `${name}: ${count((each) => each.answered !== undefined)} answered, ${count((each) => Boolean(each.found))} found, ` +
        `${count((each) => each.found === null)} null, ${undecided} undecided; ${JSON.stringify(proxy.faultCounts)}`,
    );
    expect(problems, `seed ${seed}`).toEqual([]);
    expect(undecided).toBeLessThan(0.01 * results.length);
    expect(count((each) => Boolean(each.found))).toBeGreaterThan(50);
  },
);
