// Checks for every runtime: plain ES modules, no test framework, only the built package.
import {
  AgentExchangeClient,
  ConnectionError,
  Decimal,
  InvalidSymbolError,
  isAgentExchangeError,
  OrderOutcomeUnknownError,
  ServerError,
  signRequest,
  TimeoutError,
  ValidationError,
  verifyRequest,
} from "agentexchange";
import { createExchange, randomWalkMarket, virtualClock } from "agentexchange/exchange";
import { DIGESTS, tour } from "./tour.js";

function equal(actual, expected) {
  if (actual !== expected) throw new Error(`expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
}

/** Resolves with the error the work rejects with; it must be of exactly that class. */
async function fails(work, kind) {
  try {
    await work;
  } catch (error) {
    if (error?.constructor !== kind) throw new Error(`expected ${kind.name}, got ${String(error)}`, { cause: error });
    return error;
  }
  throw new Error(`expected ${kind.name}, but it succeeded`);
}

async function trader(options = {}) {
  const exchange = createExchange({ seed: 42, ...options });
  const account = await exchange.register({ displayName: "bot", startingBalance: "10000" });
  const client = new AgentExchangeClient({ ...exchange.connection, apiKey: account.apiKey });
  return { exchange, account, client };
}

const order = { symbol: "BTCUSDT", side: "buy", quantity: "0.001" };
const name = () => crypto.randomUUID();

/** @type {ReadonlyArray<readonly [name: string, run: (context: { serverUrl: string }) => Promise<void>]>} */
export const cases = [
  [
    "a snapshot of five pairs takes no longer than one call",
    async () => {
      const { client } = await trader({ latency: 50 });
      const symbols = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "BNBUSDT", "XRPUSDT"];
      await client.marketSnapshot(symbols);
      const { entries, took } = await client.marketSnapshot(symbols);
      equal(entries.map(({ symbol }) => symbol).join(), symbols.join());
      for (const { error, price, ticker } of entries) {
        equal(error, null);
        equal(price.price instanceof Decimal && ticker.volume instanceof Decimal, true);
      }
      equal(took < 200, true);
      await client.close();
    },
  ],
  [
    "an order is placed, found, listed and paid for",
    async () => {
      const { client } = await trader();
      const placed = await client.placeMarketOrder(order);
      equal(placed.status, "filled");
      equal(placed.executedQuantity.toFixed(), "0.001");
      const found = await client.getOrder(placed.orderId);
      equal(found.executedPrice.eq(placed.executedPrice), true);
      equal((await client.getTradeHistory()).length, 1);
      const { balances } = await client.getBalance();
      const money = balances.find(({ asset }) => asset === "USDT");
      equal(money.total.plus(placed.totalCost).toDecimalPlaces(6).toFixed(), "10000");
      await client.close();
    },
  ],
  [
    "cancelling a limit order releases its locked funds",
    async () => {
      const { client } = await trader();
      const { price } = await client.getPrice("ETHUSDT");
      const limit = { ...order, symbol: "ETHUSDT", quantity: "0.1", price: price.times("0.5").toFixed(2) };
      const { orderId, lockedAmount } = await client.placeLimitOrder(limit);
      equal((await client.cancelOrder(orderId)).unlockedAmount.eq(lockedAmount), true);
      equal((await client.getOpenOrders()).length, 0);
      await client.close();
    },
  ],
  [
    "an order whose answer is lost is found again",
    async () => {
      const { exchange, account } = await trader();
      let lost = 1;
      const fetch = async (url, init) => {
        const response = await exchange.fetch(url, init);
        if (init.method === "POST" && lost-- > 0) throw new TypeError("connection lost");
        return response;
      };
      const client = new AgentExchangeClient({ ...exchange.connection, fetch, apiKey: account.apiKey });
      const error = await fails(client.placeMarketOrder(order), OrderOutcomeUnknownError);
      const found = await error.reconcile();
      equal(found.status, "filled");
      equal((await client.listOrders()).length, 1);
      equal((await error.reconcile()).orderId, found.orderId);
      await client.close();
    },
  ],
  [
    "an order whose answer is lost on a real connection reaches the server once",
    async ({ serverUrl }) => {
      const counter = `/count/${name()}`;
      const client = new AgentExchangeClient({
        baseUrl: `${serverUrl}/fault/lose-answer${counter}`,
        apiKey: "ak_live_x",
      });
      await fails(client.placeMarketOrder(order), OrderOutcomeUnknownError);
      equal((await (await fetch(`${serverUrl}${counter}/seen`)).json()).count, 1);
      await client.close();
    },
  ],
  [
    "the same on a connection that was used before",
    async ({ serverUrl }) => {
      const counter = `/count/${name()}`;
      const lossy = new AgentExchangeClient({
        baseUrl: `${serverUrl}/fault/lose-answer${counter}`,
        apiKey: "ak_live_x",
      });
      for (let round = 0; round < 5; round++) {
        // Leaves a keep-alive connection for the next request.
        await (await fetch(`${serverUrl}/nothing`)).text();
        await fails(lossy.placeMarketOrder(order), OrderOutcomeUnknownError);
      }
      equal((await (await fetch(`${serverUrl}${counter}/seen`)).json()).count, 5);
      await lossy.close();
    },
  ],
  [
    "a server that is not there was certainly not reached",
    async () => {
      const client = new AgentExchangeClient({
        baseUrl: "http://127.0.0.1:39998",
        apiKey: "ak_live_x",
        retry: { baseDelay: 1 },
      });
      const error = await fails(client.placeMarketOrder(order), ConnectionError);
      equal(error.retryable, true);
      equal(error.attempts, 3);
      await client.close();
    },
  ],
  [
    "headers and bodies that never come end at the time-out",
    async ({ serverUrl }) => {
      for (const fault of ["hang", "hang-body"]) {
        const client = new AgentExchangeClient({ baseUrl: `${serverUrl}/fault/${fault}`, timeout: 200 });
        const error = await fails(client.getPrice("BTCUSDT"), TimeoutError);
        equal(error.message.includes("waiting for the response"), true);
        await client.close();
      }
    },
  ],
  [
    "an abort rejects with the caller's own reason",
    async ({ serverUrl }) => {
      const client = new AgentExchangeClient({ baseUrl: `${serverUrl}/fault/hang-body` });
      const caller = new AbortController();
      const reason = { why: "enough" };
      setTimeout(() => caller.abort(reason), 50);
      const [heard] = await Promise.allSettled([client.getPrice("BTCUSDT", { signal: caller.signal })]);
      equal(heard.reason, reason);
      await client.close();
    },
  ],
  [
    "failures of a server are errors of their kind",
    async ({ serverUrl }) => {
      const kinds = { "close-after-500": ServerError, "html-502": ServerError, "reset-before": ConnectionError };
      for (const [fault, kind] of Object.entries(kinds)) {
        const client = new AgentExchangeClient({ baseUrl: `${serverUrl}/fault/${fault}`, retry: { baseDelay: 1 } });
        const error = await fails(client.getPrice("BTCUSDT"), kind);
        equal(error.attempts, 3);
        equal(isAgentExchangeError(error), true);
        equal(JSON.parse(JSON.stringify(error)).name, kind.name);
        await client.close();
      }
    },
  ],
  [
    "a pair that does not exist, and an argument that makes no sense",
    async () => {
      const { client } = await trader();
      equal((await fails(client.getPrice("FOOUSDT"), InvalidSymbolError)).symbol, "FOOUSDT");
      const error = await fails(client.placeMarketOrder({ ...order, quantity: 0.1 + 0.2 }), ValidationError);
      equal(error.field, "quantity");
      await client.close();
    },
  ],
  [
    "money is exact",
    async () => {
      equal(new Decimal("0.1").plus("0.2").toFixed(), "0.3");
      equal(new Decimal(1).div(3).toFixed(), "0.3333333333333333333333333333");
      equal(new Decimal("0.00000001").toString(), "0.00000001");
      const { client } = await trader();
      const placed = await client.placeMarketOrder({ ...order, quantity: new Decimal("0.00123") });
      equal(placed.executedQuantity.toString(), "0.00123");
      await client.close();
    },
  ],
  [
    "a signed request is verified, a changed one is not",
    async () => {
      const target = "/api/v1/trade/order";
      const body = JSON.stringify(order);
      const headers = await signRequest({ method: "POST", target, body }, "sk_live_example");
      const signed = (text) =>
        new Request(`http://localhost${target}`, { method: "POST", headers: { ...headers }, body: text });
      equal(await verifyRequest(signed(body), "sk_live_example"), true);
      equal(await verifyRequest(signed(body.replace("0.001", "0.002")), "sk_live_example"), false);
      equal(await verifyRequest(signed(body), "sk_live_other"), false);
    },
  ],
  [
    "a client that signs is let in where that is demanded",
    async () => {
      const { exchange, account } = await trader({ requireSignatures: true });
      const { apiKey, apiSecret } = account;
      const client = new AgentExchangeClient({ ...exchange.connection, apiKey, apiSecret, signRequests: true });
      equal((await client.placeMarketOrder(order)).status, "filled");
      await client.close();
    },
  ],
  [
    "a day passes in no time",
    async () => {
      const clock = virtualClock("2026-03-05T00:00:00Z");
      const { exchange, client } = await trader({ clock });
      const before = await client.getPrice("BTCUSDT");
      await exchange.advance(86_400_000);
      const after = await client.getPrice("BTCUSDT");
      equal(after.timestamp.toISOString().slice(0, 10), "2026-03-06");
      equal(before.price.eq(after.price), false);
      await client.close();
    },
  ],
  [
    "the same seed gives the same bytes here as elsewhere",
    async () => {
      const library = { createExchange, randomWalkMarket, virtualClock };
      for (const fidelity of ["declared", "observed"]) {
        equal((await tour(library, fidelity)).digest, DIGESTS[fidelity]);
      }
    },
  ],
  [
    "a stream delivers ticks and orders, comes back after a loss, and leaves nothing behind",
    async () => {
      const clock = virtualClock("2026-03-05T14:00:00Z");
      let losses = 0;
      const streamFaults = ({ kind, frame }) => (kind === "data" && frame > 20 && losses++ === 0 ? "cut" : undefined);
      const { exchange, client } = await trader({ clock, streamFaults });
      const stream = client.openStream();
      const told = [];
      stream.on("state", (state) => told.push(state));
      stream.on("gap", ({ channel }) => told.push(channel));
      const statuses = [];
      stream.onOrders(({ status }) => statuses.push(status));
      const ticks = stream.ticker("all");
      const taken = ticks.next();
      await exchange.advance(1000);
      await client.placeMarketOrder(order);
      await exchange.advance(60_000);
      equal((await taken).value.price instanceof Decimal, true);
      equal(statuses.join(), "filled");
      equal(told.join(), "connecting,live,stale,recovering,orders,ticker:all,live");
      await stream.close();
      equal((await ticks.return()).done, true);
      await exchange.advance(0);
      equal(clock.pending, 0);
      await client.close();
    },
  ],
  [
    "fifty calls at once share one login",
    async () => {
      const { exchange, account } = await trader();
      let logins = 0;
      const client = new AgentExchangeClient({
        ...exchange.connection,
        apiKey: account.accountKey,
        apiSecret: account.apiSecret,
        token: "login",
        onRequest: (event) => void (event.name === "login" && logins++),
      });
      await Promise.all(Array.from({ length: 50 }, () => client.getBalance()));
      equal(logins, 1);
      await client.close();
    },
  ],
];
