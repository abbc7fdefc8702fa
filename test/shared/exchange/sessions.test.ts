import { createExchange, manualMarket, virtualClock } from "../../../src/exchange/index.ts";
import { describe, expect, it } from "vitest";
import { sessions, type Session } from "../../fixtures/sessions.ts";
import { deviations } from "./comparison.ts";
import { send } from "./trader.ts";

/** Replays a session; returns every difference from the recording, by step. */
async function replay(session: Session, fidelity: "observed" | "declared"): Promise<string[]> {
  const clock = virtualClock("2026-11-23T16:14:18Z");
  const exchange = createExchange({ market: manualMarket(), fidelity, clock, rateLimits: false });
  const { apiKey } = await exchange.register({
    displayName: displayNameOf(session),
    startingBalance: session.startingBalance,
  });
  const ids = new Map<string, string>();
  const found: string[] = [];
  for (const [at, step] of session.steps.entries()) {
    if (step.do === "market") exchange.market.set(step.symbol, step);
    else if (step.do === "sweep") {
      const filled = exchange.sweep();
      if (filled !== step.filled) found.push(`step ${at}: the sweep filled ${filled}, recorded ${step.filled}`);
    } else {
      await clock.advance(20);
      const path = step.path.replace(/\{(o\d+)\}/g, (_, name: string) => ids.get(name) ?? name);
      const answer = await send(exchange, step.method, path, step.body, { "x-api-key": apiKey });
      if (step.bind !== undefined) ids.set(step.bind, (answer.json as Partial<{ order_id: string }>).order_id ?? "");
      if (answer.status !== step.status) found.push(`step ${at}: status ${answer.status}, recorded ${step.status}`);
      found.push(
        ...deviations(answer.json, step.response).map((each) => `step ${at}: ${step.method} ${step.path} ${each}`),
      );
    }
  }
  return found;
}

/** The account's name, which only the last response has. */
function displayNameOf({ steps }: Session): string {
  const last = steps.at(-1) as { readonly response?: { readonly display_name?: string } } | undefined;
  return last?.response?.display_name ?? "";
}

describe("recorded trading sessions", () => {
  for (const session of sessions) {
    it(`replays ${session.name} like the platform, to the last digit`, async () => {
      expect(await replay(session, "observed")).toEqual([]);
    });

    it(`replays ${session.name} differently without the quirks`, async () => {
      expect(await replay(session, "declared")).not.toEqual([]);
    });
  }
});
