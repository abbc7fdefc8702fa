// Moving an order against the embedded exchange, with a fault at every step: never two live orders, and no false word.
import { describe, expect, test } from "vitest";
import { Decimal, type Order } from "agentexchange";
import { createClient, getOpenOrders, getOrder, listOrders, placeLimitOrder, type Client } from "agentexchange/core";
import {
  createExchange,
  manualMarket,
  seededFaults,
  virtualClock,
  type FaultKind,
  type FaultRequest,
} from "agentexchange/exchange";
import { FAULT_KINDS } from "../../src/exchange/network/faults.ts";
import { replaceOrder, type Replacement } from "../../demo/src/state/replaceOrder.ts";
import { drive } from "../support/drive.ts";

const OLD = new Decimal(58_000);
const NEW = new Decimal(57_000);
const QUANTITY = new Decimal("0.01");

/** Faults after which nothing comes until the timeout. */
const SILENT: ReadonlySet<FaultKind> = new Set(["dropped-before", "dropped-after", "hung-body"]);

type Step = "cancel" | "look up" | "place";
const METHODS: Readonly<Record<Step, string>> = { cancel: "DELETE", "look up": "GET", place: "POST" };

interface Desk {
  readonly client: Client;
  readonly order: Order;
  /** Sets the price; orders that wait for it are filled. */
  readonly setPrice: (price: string) => void;
  /** Waits for work while time passes. */
  readonly wait: <T>(work: Promise<T>) => Promise<T>;
  /** Sets what happens to requests from now on. */
  readonly fault: (choose: (request: FaultRequest) => ReturnType<ReturnType<typeof seededFaults>>) => void;
  close(): void;
}

/** An exchange on which one limit buy waits below the market. */
async function openDesk(): Promise<Desk> {
  const clock = virtualClock("2026-01-05T00:00:30Z");
  let choose: Parameters<Desk["fault"]>[0] = () => undefined;
  const exchange = createExchange({
    market: manualMarket({ BTCUSDT: { price: "60000", volume: "18000" } }),
    clock,
    faults: (request) => choose(request),
  });
  const { apiKey } = await exchange.register({ startingBalance: "10000" });
  const client = createClient({
    ...exchange.connection,
    apiKey,
    timeout: 5000,
    retry: { attempts: 2, baseDelay: 100 },
  });
  const wait = <T>(work: Promise<T>): Promise<T> => drive(clock, work);
  const placed = await wait(
    client.send(placeLimitOrder, { symbol: "BTCUSDT", side: "buy", quantity: QUANTITY, price: OLD }),
  );
  return {
    client,
    wait,
    order: await wait(client.send(getOrder, placed.orderId)),
    setPrice(price) {
      exchange.market.set("BTCUSDT", { price });
      exchange.sweep();
    },
    fault(next) {
      choose = next;
    },
    close() {
      void client.close();
      exchange.close();
    },
  };
}

interface Outcome {
  readonly result: Replacement;
  readonly old: Order;
  readonly others: readonly Order[];
  readonly open: readonly Order[];
}

/** Moves the order, and finds out without faults what there is now. */
async function move(desk: Desk): Promise<Outcome> {
  const { client, order, wait } = desk;
  const result = await wait(replaceOrder(client, order, NEW));
  desk.fault(() => undefined);
  const all = await wait(client.send(listOrders, {}));
  const open = await wait(client.send(getOpenOrders, {}));
  const old = all.find(({ orderId }) => orderId === order.orderId) ?? order;
  return { result, old, others: all.filter(({ orderId }) => orderId !== order.orderId), open };
}

/** What there may be after a move, by what is said of it: the status of the old order, and those of all others. */
const TRUE: Readonly<Record<Replacement["kind"], readonly string[]>> = {
  replaced: ["cancelled: pending"],
  // A cancellation without an answer may have been executed after the order was looked up.
  open: ["pending: ", "cancelled: "],
  filled: ["filled: "],
  ended: ["expired: ", "rejected: "],
  unknown: ["pending: ", "cancelled: ", "filled: "],
  refused: ["cancelled: "],
  lost: ["cancelled: ", "cancelled: pending"],
};

/** What must hold however a move went. */
function check({ result, old, others, open }: Outcome): void {
  expect(open.length, "live orders").toBeLessThanOrEqual(1);
  const wanted = [old, ...others].filter(({ status }) => status === "filled" || status === "pending");
  const bought = wanted.reduce((sum, { quantity }) => sum.plus(quantity), new Decimal(0));
  expect(bought.toNumber(), "bought or still wanted").toBeLessThanOrEqual(QUANTITY.toNumber());
  expect(TRUE[result.kind]).toContain(`${old.status}: ${others.map(({ status }) => status).join()}`);
}

describe("moving an order", () => {
  test("without faults cancels it and places the other one", async () => {
    const desk = await openDesk();
    const outcome = await move(desk);
    expect(outcome.result.kind).toBe("replaced");
    check(outcome);
    desk.close();
  });

  test("that was filled before the cancellation places nothing", async () => {
    const desk = await openDesk();
    desk.setPrice("57900");
    const outcome = await move(desk);
    expect(outcome.result.kind).toBe("filled");
    check(outcome);
    desk.close();
  });

  test("that is filled just before a cancellation whose response is lost places nothing", async () => {
    const desk = await openDesk();
    desk.fault(({ method }) => {
      if (method !== "DELETE") return undefined;
      desk.setPrice("57900");
      return "reset-after";
    });
    const outcome = await move(desk);
    expect(outcome.result.kind).toBe("filled");
    check(outcome);
    desk.close();
  });

  test("whose replacement is rejected says that nothing waits any more", async () => {
    const desk = await openDesk();
    const outcome = await move({ ...desk, order: { ...desk.order, quantity: new Decimal(5) } });
    expect(outcome.result.kind).toBe("refused");
    check(outcome);
    desk.close();
  });

  const steps = Object.keys(METHODS) as Step[];
  const cases = steps.flatMap((step) =>
    FAULT_KINDS.flatMap((kind) => [1, 99].map((times) => [step, kind, times] as const)),
  );
  test.for<readonly [Step, FaultKind, number]>(cases)("with a fault in %s: %s, at most %i times", async (fault) => {
    const [step, kind, times] = fault;
    const desk = await openDesk();
    let left = times;
    desk.fault(({ method }) => (method === METHODS[step] && left-- > 0 ? kind : undefined));
    const outcome = await move(desk);
    check(outcome);
    expect(expected(fault)).toContain(outcome.result.kind);
    const { result, others } = outcome;
    const found = result.kind === "lost" ? await desk.wait(result.error.reconcile()) : undefined;
    expect([undefined, null, others[0]?.orderId]).toContain(found?.orderId);
    desk.close();
  });

  /** One failure is repeated, but nobody waits twice for an answer, and an order is never repeated. */
  function expected([step, kind, times]: readonly [Step, FaultKind, number]): readonly Replacement["kind"][] {
    if (step === "place") return ["replaced", "refused", "lost"];
    if (kind === "delay" || (times === 1 && !SILENT.has(kind))) return ["replaced"];
    return step === "look up" ? ["unknown"] : ["replaced", "open"];
  }

  test("with random faults while the price moves", async () => {
    const kinds = new Map<string, number>();
    for (let seed = 1; seed <= 120; seed++) {
      const desk = await openDesk();
      const rates = {
        "reset-before": 0.1,
        "reset-after": 0.15,
        "5xx-after": 0.1,
        "5xx-before": 0.1,
        "broken-body": 0.1,
      };
      const choose = seededFaults({ seed, rates });
      let requests = 0;
      desk.fault((request) => {
        // In every third run the market reaches the old order at some request.
        if (seed % 3 === 0 && requests++ === seed % 4) desk.setPrice("57900");
        return choose(request);
      });
      const outcome = await move(desk);
      check(outcome);
      kinds.set(outcome.result.kind, (kinds.get(outcome.result.kind) ?? 0) + 1);
      desk.close();
    }
    for (const kind of ["replaced", "filled", "unknown", "lost"]) expect(kinds.get(kind) ?? 0, kind).toBeGreaterThan(0);
  });
});
