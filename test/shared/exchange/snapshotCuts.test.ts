import { describe, expect, it } from "vitest";
import {
  createExchange,
  manualMarket,
  randomWalkMarket,
  virtualClock,
  type Exchange,
  type ExchangeStore,
  type Fidelity,
  type ManualMarket,
  type Market,
} from "../../../src/exchange/index.ts";
import { memoryStore, type MemoryStore } from "../../support/memoryStore.ts";
import { cases } from "../../support/runtime.ts";
import { below, forEachSeed } from "../../support/seeded.ts";
import { snapshotStore, type CountingStore } from "../../support/snapshotStore.ts";
import { Actor, digestOf, PAIRS, SHOWN, someDeed } from "./scenes.ts";
import { START } from "./trader.ts";

type Random = () => number;

/** The way an exchange is opened again and again. */
interface Setup {
  readonly fidelity: Fidelity;
  readonly moving: boolean;
  readonly journal: "full" | "compact";
}

function open(store: ExchangeStore, { fidelity, moving, journal }: Setup): Exchange {
  return createExchange({
    store,
    fidelity,
    journal,
    seed: 7,
    clock: virtualClock(START),
    rateLimits: false,
    market: moving ? randomWalkMarket({ seed: 7 }) : manualMarket(PAIRS),
    // A failed delivery is retried after a restart, so here all deliveries succeed.
    webhookFetch: () => Promise.resolve(new Response(null)),
  });
}

/** The same journal without its snapshots. */
function withoutSnapshots({ origin, entries, latest }: CountingStore): MemoryStore {
  const store = memoryStore();
  store.origin = origin;
  store.entries = [...entries];
  store.latest = latest;
  return store;
}

const isManual = (market: Market): market is ManualMarket => "set" in market;

/** So many changes that a snapshot begins, which the next requests complete. */
function moveOften(random: Random, { market }: Exchange): void {
  if (!isManual(market)) return;
  for (let count = 300 + below(random, 900); count > 0; count--)
    market.set("BTCUSDT", { price: String(45_000 + below(random, 10_000)) });
}

/** An exchange that ran until the machine stopped, and its store as it was then. */
async function runUntilCut(
  random: Random,
  setup: Setup,
): Promise<{ actor: Actor; exchange: Exchange; store: CountingStore }> {
  const store = snapshotStore();
  let exchange = open(store, setup);
  let actor = new Actor(exchange);
  await actor.register();
  await actor.register();
  for (let count = 3 + below(random, 25); count > 0; count--) {
    const what = random();
    if (what < 0.12) {
      exchange.close();
      exchange = open(store, setup);
      actor = actor.on(exchange);
    } else if (what < 0.2) moveOften(random, exchange);
    else await actor.do(someDeed(random));
  }
  return { actor, exchange, store: store.copy() };
}

/** Lets a reopened exchange catch up with the one that was cut. Even `advance(0)` would send deliveries that are due. */
async function catchUp(exchange: Exchange, until: number): Promise<void> {
  const missing = until - exchange.connection.clock.now();
  expect(missing).toBeGreaterThanOrEqual(0);
  if (missing > 0) await exchange.advance(missing);
}

describe.each([
  ["declared", false],
  ["declared", true],
  ["observed", false],
  ["observed", true],
] as const)("an exchange that was stopped at any time (%s, moving market: %s)", (fidelity, moving) => {
  it("is the same from its newest snapshot as from its whole journal", { timeout: 120_000 }, async () => {
    let fromSnapshot = 0;
    await forEachSeed(cases(125, 5), async (random, seed) => {
      const setup: Setup = { fidelity, moving, journal: seed % 4 === 0 ? "compact" : "full" };
      const { actor, exchange, store } = await runUntilCut(random, setup);
      const full = withoutSnapshots(store);
      const recovered = open(store, setup);
      if (store.read.entries < full.entries.length) fromSnapshot++;
      const replayed = open(full, setup);
      const twins = [actor.on(recovered), actor.on(replayed)] as const;
      const paths = SHOWN.filter((_, index) => (index + seed) % 3 === 0);
      const show = async (shown: Exchange, as: Actor): Promise<unknown> => {
        const [responses, journal] = JSON.parse(await digestOf(shown, as, paths)) as [unknown, unknown];
        return setup.journal === "full" ? [responses, journal] : responses;
      };
      const now = exchange.connection.clock.now();
      for (const each of [recovered, replayed]) await catchUp(each, now);
      const expected = await show(exchange, actor);
      expect(await show(replayed, twins[1])).toEqual(expected);
      expect(await show(recovered, twins[0])).toEqual(expected);
      for (let count = 8; count > 0; count--) {
        const deed = someDeed(random);
        for (const twin of twins) await twin.do(deed);
      }
      expect(await show(recovered, twins[0])).toEqual(await show(replayed, twins[1]));
      expect(store.entries).toEqual(full.entries);
    });
    expect(fromSnapshot).toBeGreaterThan(0);
  });
});
