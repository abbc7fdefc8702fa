// Estimates of orders equal what the embedded exchange then does while price and volume stay as they are.
import { describe, expect, test } from "vitest";
import {
  cancelOrder,
  createClient,
  getBalance,
  getOrder,
  getOpenOrders,
  placeLimitOrder,
  placeMarketOrder,
  placeStopLoss,
  placeTakeProfit,
  type Client,
} from "../../../src/client/index.ts";
import type { FilledOrder, PendingOrder } from "../../../src/endpoints/index.ts";
import { ValidationError, AgentExchangeError } from "../../../src/errors/index.ts";
import { createExchange, manualMarket, virtualClock } from "../../../src/exchange/index.ts";
import { capsAfter } from "../../../src/tools/preview/caps.ts";
import { estimateOrder, valueOrder, type OrderEstimate } from "../../../src/tools/preview/estimateOrder.ts";
import { planOrder } from "../../../src/tools/preview/plannedOrder.ts";
import { Decimal } from "../../../src/wire/index.ts";
import { cases } from "../../support/runtime.ts";
import { below, forEachSeed, pick } from "../../support/seeded.ts";

const PAIRS = {
  BTCUSDT: { price: "61250.40", volume: "18000" },
  ETHUSDT: { price: "3120.55", volume: "1000" },
  XRPUSDT: { price: "2.4071" },
  PEPEUSDT: { price: "0.00001234", volume: "1000000" },
} as const;

type Fidelity = "observed" | "declared";

async function scene(fidelity: Fidelity, startingBalance = "10000") {
  const clock = virtualClock("2026-03-05T14:00:00Z");
  const exchange = createExchange({ market: manualMarket(PAIRS), clock, fidelity, rateLimits: false });
  const { apiKey } = await exchange.register({ startingBalance });
  const client = createClient({ ...exchange.connection, apiKey, rateLimit: false, retry: false });
  return { exchange, client };
}

type Scene = Awaited<ReturnType<typeof scene>>;
type Placed = FilledOrder | PendingOrder;
type Place = (client: Client, input: never) => Promise<Placed>;

const TOOLS: Readonly<Record<string, Place>> = { placeMarketOrder, placeLimitOrder, placeStopLoss, placeTakeProfit };

function place(client: Client, tool: string, input: object): Promise<Placed> {
  return (TOOLS[tool] as Place)(client, input as never);
}

interface Planned {
  readonly tool: string;
  readonly input: Readonly<Record<string, string>>;
}

function randomOrder(random: () => number, prices: Readonly<Record<string, Decimal>>): Planned {
  const symbol = pick(random, ["BTCUSDT", "ETHUSDT", "XRPUSDT", "PEPEUSDT"]);
  const price = prices[symbol] as Decimal;
  const value = 10 ** (random() * 4 - 0.5);
  const quantity = new Decimal(value)
    .div(price)
    .toDecimalPlaces(1 + below(random, 8))
    .toFixed();
  const tool = pick(random, ["placeMarketOrder", "placeLimitOrder", "placeStopLoss", "placeTakeProfit"]);
  const order = { symbol, side: random() < 0.6 ? "buy" : "sell", quantity: quantity === "0" ? "1" : quantity };
  if (tool === "placeMarketOrder") return { tool, input: order };
  const own = random() < 0.15 ? price : price.times(0.9 + random() * 0.2).toDecimalPlaces(random() < 0.5 ? 2 : 8);
  const positive = (own.isZero() ? price : own).toDecimalPlaces(8).toFixed();
  return { tool, input: { ...order, [tool === "placeLimitOrder" ? "price" : "triggerPrice"]: positive } };
}

/** The first problem that the exchange applies. Declared fidelity lets sales pass the limit of order sizes. */
function expectedProblem({ order, problems }: OrderEstimate, fidelity: Fidelity): string | undefined {
  return problems
    .filter(({ reason, certain, code }) => {
      if (fidelity === "observed") return certain || code === "ORDER_REJECTED";
      return reason !== "order_too_large" || order.side === "buy";
    })
    .map(({ code, reason }) => (code === "ORDER_REJECTED" ? reason : code))[0];
}

/** What a run of random orders did, and where an estimate was wrong. */
class Run {
  readonly wrong: string[] = [];
  readonly counts = { filled: 0, rejected: 0, pending: 0, late: 0 };
  readonly placed = new Map<string, { readonly estimate: OrderEstimate; readonly tool: string }>();

  compare(what: string, estimated: unknown, actual: unknown): void {
    const [a, b] = [JSON.stringify(estimated) ?? "none", JSON.stringify(actual) ?? "none"];
    if (a !== b) this.wrong.push(`${what}: estimated ${a}, was ${b}`);
  }
}

const show = (...amounts: readonly unknown[]): readonly string[] => amounts.map(String);

/** Estimates an order, places it, and compares. */
async function tryOrder(
  run: Run,
  { exchange, client }: Scene,
  fidelity: Fidelity,
  { tool, input }: Planned,
): Promise<void> {
  const what = `${tool} ${JSON.stringify(input)}`;
  const estimate = await estimateOrder(client, tool, input);
  const { worstCase } = await valueOrder(client, tool, input);
  run.compare(`${what}, worst case`, estimate.worstCase, worstCase);
  let order: Placed;
  try {
    order = await place(client, tool, input);
  } catch (error) {
    if (!(error instanceof AgentExchangeError)) throw error;
    run.counts.rejected++;
    const { reason = error.code } = error as { readonly reason?: string };
    run.compare(what, expectedProblem(estimate, fidelity), reason.split(":")[0]);
    return;
  }
  run.compare(what, expectedProblem(estimate, fidelity), undefined);
  const { balances } = await getBalance(client);
  const { cash, position } = estimate.after;
  for (const [asset, after] of Object.entries({ USDT: cash, [estimate.order.symbol.replace("USDT", "")]: position })) {
    const { available = 0, locked = 0 } = balances.find((balance) => balance.asset === asset) ?? {};
    run.compare(`${what}, ${asset} after`, show(after.available, after.locked), show(available, locked));
  }
  if (order.status === "filled") {
    run.counts.filled++;
    const { fill } = estimate;
    const { executedPrice, slippagePct, fee, totalCost } = order;
    const cost = estimate.order.quantity.times(fill.price);
    run.compare(
      what,
      show(
        fill.price,
        fill.slippagePct,
        fill.fee,
        estimate.order.side === "buy" ? cost.plus(fill.fee) : cost.minus(fill.fee),
      ),
      show(executedPrice, slippagePct, fee, totalCost),
    );
    if (worstCase.lt(fill.total)) run.wrong.push(`${what}: worst case ${worstCase.toFixed()}`);
    return;
  }
  run.counts.pending++;
  const locked = order.lockedAmount.toDecimalPlaces(8, Decimal.ROUND_HALF_UP);
  run.compare(`${what}, locks`, String(estimate.locks?.amount), String(locked));
  if (estimate.locks?.asset === "USDT" && worstCase.lt(locked))
    run.wrong.push(`${what}: locks more than ${worstCase.toFixed()}`);
  run.placed.set(order.orderId, { estimate, tool });
  await exchange.advance(1000);
  await compareSweep(run, client, fidelity, tool, order.orderId, estimate);
}

/** Compares an order with its estimate after the exchange has looked for orders that can execute. */
async function compareSweep(
  run: Run,
  client: Client,
  fidelity: Fidelity,
  tool: string,
  orderId: string,
  { order: { side }, executes, fill }: OrderEstimate,
): Promise<void> {
  const order = await getOrder(client, orderId);
  if (order.status !== "filled") {
    // On the platform an order fails to execute if others have used up what it has locked.
    const { balances } = await getBalance(client);
    const cash = balances.find(({ asset }) => asset === "USDT");
    const starved = side === "buy" && (cash?.locked.lt(fill.total) ?? true);
    if (executes === "soon" && !starved) run.wrong.push(`${tool}: did not execute`);
    return;
  }
  run.counts.late++;
  run.compare(`${tool} executes`, executes, "soon");
  // With declared fidelity a limit binds, which makes the fill better.
  if (fidelity === "observed" || tool !== "placeLimitOrder")
    run.compare(
      tool,
      show(fill.price, fill.slippagePct, fill.fee),
      show(order.executedPrice, order.slippagePct, order.fee),
    );
}

/** Also for orders that executed later, after the price had moved. */
async function compareWorstCases(run: Run, client: Client): Promise<void> {
  for (const [id, { estimate, tool }] of run.placed) {
    const order = await getOrder(client, id);
    // Nothing bounds the price of a take-profit buy, as the estimate says.
    if (order.status !== "filled" || estimate.order.side === "sell" || tool === "placeTakeProfit") continue;
    const paid = order.executedPrice.times(order.executedQuantity).plus(order.fee);
    if (estimate.worstCase.lt(paid))
      run.wrong.push(`${tool} paid ${paid.toFixed()}, not ${estimate.worstCase.toFixed()}`);
  }
}

test.each(["observed", "declared"] as const)(
  "in %s fidelity, estimates of random orders equal what then happens",
  { timeout: 120_000 },
  async (fidelity) => {
    const total = { filled: 0, rejected: 0, pending: 0, late: 0 };
    await forEachSeed(cases(40, 6), async (random) => {
      const it = await scene(fidelity, pick(random, ["1000", "10000", "1000000"]));
      const prices: Record<string, Decimal> = {};
      for (const [symbol, { price }] of Object.entries(PAIRS)) prices[symbol] = new Decimal(price);
      const run = new Run();
      for (let turn = 0; turn < 25; turn++) {
        await it.exchange.advance(60_000);
        if (random() < 0.3) {
          const symbol = pick(random, ["BTCUSDT", "ETHUSDT", "XRPUSDT", "PEPEUSDT"]);
          const price = (prices[symbol] as Decimal).times(0.95 + random() * 0.1).toSignificantDigits(7);
          prices[symbol] = price;
          it.exchange.market.set(symbol, { price: price.toFixed() });
          it.exchange.sweep();
        }
        await tryOrder(run, it, fidelity, randomOrder(random, prices));
        const open = random() < 0.3 ? await getOpenOrders(it.client) : [];
        for (const order of open) await cancelOrder(it.client, order.orderId).catch(() => undefined);
      }
      await compareWorstCases(run, it.client);
      await it.client.close();
      it.exchange.close();
      for (const name of ["filled", "rejected", "pending", "late"] as const) total[name] += run.counts[name];
      expect(run.wrong).toEqual([]);
    });
    expect(Math.min(...Object.values(total))).toBeGreaterThan(cases(40, 3));
  },
);

describe("an estimate", () => {
  test("tells when an order executes and how far its price is", async () => {
    const { client } = await scene("observed");
    const look = async (tool: string, side: string, price?: string) => {
      const own = price === undefined ? {} : { [tool === "placeLimitOrder" ? "price" : "triggerPrice"]: price };
      const { executes, distancePct, warnings, warningCodes } = await estimateOrder(client, tool, {
        symbol: "btcusdt",
        side,
        quantity: "0.001",
        ...own,
      });
      expect(warningCodes.length).toBe(warnings.length);
      return [executes, distancePct?.toFixed(1) ?? null, ...warningCodes];
    };
    expect(await look("placeMarketOrder", "buy")).toEqual(["now", null]);
    expect(await look("placeLimitOrder", "buy", "61000")).toEqual(["later", "-0.4"]);
    expect(await look("placeLimitOrder", "buy", "62000")).toEqual(["soon", "1.2", "EXECUTES_SOON"]);
    expect(await look("placeLimitOrder", "buy", "6100")).toEqual(["later", "-90.0", "FAR_FROM_PRICE"]);
    expect(await look("placeLimitOrder", "sell", "61000")).toEqual(["soon", "-0.4", "EXECUTES_SOON"]);
    expect(await look("placeLimitOrder", "sell", "62000")).toEqual(["later", "1.2"]);
    expect(await look("placeStopLoss", "sell", "60000")).toEqual(["later", "-2.0"]);
    expect(await look("placeStopLoss", "sell", "62000")).toEqual(["soon", "1.2", "EXECUTES_SOON"]);
    expect(await look("placeTakeProfit", "sell", "62000")).toEqual(["later", "1.2"]);
    expect(await look("placeTakeProfit", "sell", "60000")).toEqual(["soon", "-2.0", "EXECUTES_SOON"]);
    // The price at which it is reached, exactly.
    expect(await look("placeLimitOrder", "buy", "61250.4")).toEqual(["soon", "0.0", "EXECUTES_SOON", "LOCK_TOO_SMALL"]);
  });

  test("counts the larger of quote and limit, with slippage and fee", async () => {
    const { client } = await scene("observed");
    const worst = async (tool: string, input: object) =>
      (
        await valueOrder(client, tool, { symbol: "BTCUSDT", side: "buy", quantity: "0.01", ...input })
      ).worstCase.toFixed();
    expect(await worst("placeMarketOrder", {})).toBe("613.17781566");
    expect(await worst("placeLimitOrder", { price: "50000" })).toBe(await worst("placeMarketOrder", {}));
    expect(await worst("placeLimitOrder", { price: "100000" })).toBe("1001.1001");
  });

  test("refuses invalid input and tools that place no order before it asks anybody", async () => {
    let requests = 0;
    const client = createClient({
      baseUrl: "http://exchange.test",
      fetch: () => (requests++, Promise.reject(new TypeError())),
    });
    const order = { symbol: "BTCUSDT", side: "buy", quantity: "0.01" };
    for (const [tool, input] of [
      ["placeMarketOrder", { ...order, quantity: "10%" }],
      ["placeMarketOrder", { ...order, symbol: "BTC/USDT" }],
      ["placeMarketOrder", { ...order, price: "1" }],
      ["placeLimitOrder", order],
      ["placeMarketOrder", null],
    ] as const)
      await expect(estimateOrder(client, tool, input), JSON.stringify(input)).rejects.toThrow(ValidationError);
    await expect(estimateOrder(client, "getPrice", { symbol: "BTCUSDT" })).rejects.toThrow("places no order");
    expect(requests).toBe(0);
  });

  test("reads the order as the platform does", () => {
    expect(
      planOrder("placeStopLoss", { symbol: "ethusdt", side: "sell", quantity: 0.5, triggerPrice: "3000" }),
    ).toMatchObject({
      symbol: "ETHUSDT",
      type: "stop_loss",
    });
  });
});

describe("caps", () => {
  const mandate = {
    symbols: ["BTCUSDT"],
    maxOrder: "500",
    maxPerDay: "2000",
    maxOrdersPerDay: 20,
    maxExposure: "5000",
    until: "2026-12-31T00:00:00Z",
  };

  test("are sorted by how near they are", () => {
    const caps = capsAfter(new Decimal("250"), mandate, { value: "1700", orders: 3, exposure: "4900" });
    expect(
      caps.map(({ cap, after, usedPct, exceeded }) => [cap, after.toFixed(), usedPct.toFixed(), exceeded]),
    ).toEqual([
      ["maxExposure", "5150", "103", true],
      ["maxPerDay", "1950", "97.5", false],
      ["maxOrder", "250", "50", false],
      ["maxOrdersPerDay", "4", "20", false],
    ]);
    expect(
      capsAfter(new Decimal("1"), { symbols: [], until: mandate.until }, { value: "0", orders: 0, exposure: "0" }),
    ).toEqual([]);
    const [zero] = capsAfter(new Decimal("1"), { ...mandate, maxOrder: "0" }, { value: "0", orders: 0, exposure: "0" });
    expect(zero).toMatchObject({ cap: "maxOrder", exceeded: true });
  });
});

const MINIMUMS = new Set(["order_too_small", "min_qty", "min_notional"]);

test("the largest quantity passes all rules, and one percent more breaks one", { timeout: 120_000 }, async () => {
  await forEachSeed(cases(60, 10), async (random) => {
    const { exchange, client } = await scene(random() < 0.5 ? "observed" : "declared");
    const prices = Object.fromEntries(Object.entries(PAIRS).map(([symbol, { price }]) => [symbol, new Decimal(price)]));
    for (let orders = 0; orders < 6; orders++) {
      const { tool, input } = randomOrder(random, prices);
      const { largest } = await estimateOrder(client, tool, input);
      const problemsWith = async (quantity: Decimal): Promise<readonly string[]> => {
        if (quantity.isZero()) return [];
        const { problems } = await estimateOrder(client, tool, { ...input, quantity: quantity.toFixed() });
        return problems.map(({ reason }) => reason).filter((reason) => reason !== "step_size");
      };
      const allowed = await problemsWith(largest);
      expect(allowed.filter((reason) => !MINIMUMS.has(reason) && reason !== "max_open_orders_exceeded")).toEqual([]);
      const more = largest.times("1.01").plus("0.00000001").toDecimalPlaces(8, Decimal.ROUND_UP);
      expect(await problemsWith(more), `${tool} ${JSON.stringify(input)}: ${more.toFixed()}`).not.toEqual([]);
      await place(client, tool, input).catch(() => {});
    }
    exchange.close();
  });
});
