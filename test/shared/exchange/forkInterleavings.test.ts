import { describe, expect, it } from "vitest";
import {
  createExchange,
  manualMarket,
  randomWalkMarket,
  virtualClock,
  type Exchange,
  type Fidelity,
} from "../../../src/exchange/index.ts";
import { cases } from "../../support/runtime.ts";
import { below, forEachSeed, pick } from "../../support/seeded.ts";
import { Actor, digestOf, PAIRS, SHOWN, someDeed, type Deed } from "./scenes.ts";
import { send, START } from "./trader.ts";

function open(fidelity: Fidelity, moving: boolean): Exchange {
  return createExchange({
    fidelity,
    seed: 7,
    // Otherwise the keys that a fork creates are its own.
    insecureKeys: true,
    clock: virtualClock(START),
    market: moving ? randomWalkMarket({ seed: 7 }) : manualMarket(PAIRS),
    webhookFetch: () => Promise.resolve(new Response(null)),
  });
}

/** An exchange, original or fork, and everything that has happened to it. */
interface Branch {
  readonly actor: Actor;
  readonly exchange: Exchange;
  readonly past: Deed[];
  readonly isFork: boolean;
}

/** A fork delivers no webhooks; all else must be as if it had never been forked. */
function withoutDeliveries(digest: string): string {
  return digest
    .replaceAll(/,?\{"kind":"delivery"[^}]*\}/g, "")
    .replaceAll(/"last_triggered_at":"[^"]*"/g, '"last_triggered_at":null');
}

/** What an exchange shows of some paths, its journal, and how many requests its rate limit leaves. */
async function show(exchange: Exchange, actor: Actor, paths: readonly string[]): Promise<string> {
  const headers = { "x-api-key": actor.keys[0] ?? "" };
  const info = await send(exchange, "GET", "/api/v1/account/info", undefined, headers);
  const digest = await digestOf(exchange, actor, paths);
  return `${info.headers.get("x-ratelimit-remaining")} ${digest}`;
}

async function expectNeverForked(
  { actor, exchange, past, isFork }: Branch,
  fresh: Exchange,
  paths: readonly string[],
): Promise<void> {
  const twin = new Actor(fresh);
  await twin.register();
  for (const deed of past) await twin.do(deed);
  const [actual, expected] = [await show(exchange, actor, paths), await show(fresh, twin, paths)];
  const shown = (text: string): string => (isFork ? withoutDeliveries(text) : text);
  expect(shown(actual)).toBe(shown(expected));
}

const FORKS = 2;
/** Each case asks for one part of everything that exchanges show. */
const PARTS = 3;

describe.each([
  ["declared", false],
  ["declared", true],
  ["observed", false],
  ["observed", true],
] as const)("any interleaving of original and forks (%s, moving market: %s)", (fidelity, moving) => {
  it("leaves each as if it had never been forked", { timeout: 120_000 }, async () => {
    // Together 2000 forks.
    await forEachSeed(cases(250, 5), async (random, seed) => {
      const exchange = open(fidelity, moving);
      const actor = new Actor(exchange);
      await actor.register();
      const branches: [Branch, ...Branch[]] = [{ actor, exchange, past: [], isFork: false }];
      for (let fork = 0; fork <= FORKS; fork++) {
        for (let count = 1 + below(random, 8); count > 0; count--) {
          const branch = pick(random, branches);
          const deed = someDeed(random);
          branch.past.push(deed);
          await branch.actor.do(deed);
        }
        if (fork === FORKS) break;
        const origin = pick(random, branches);
        const copy = origin.exchange.fork();
        branches.push({ actor: origin.actor.on(copy), exchange: copy, past: [...origin.past], isFork: true });
      }
      const paths = SHOWN.filter((_, index) => (index + seed) % PARTS === 0);
      for (const branch of branches) await expectNeverForked(branch, open(fidelity, moving), paths);
    });
  });
});
