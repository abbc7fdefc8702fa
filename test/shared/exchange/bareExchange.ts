import { insecureKeys } from "../../../src/exchange/base/keys.ts";
import { quirksOf, type Fidelity } from "../../../src/exchange/base/quirks.ts";
import { createExchangeState } from "../../../src/exchange/engine/createState.ts";
import type { ExchangeState } from "../../../src/exchange/engine/state.ts";
import { createMonitor } from "../../../src/exchange/engine/trading/monitor.ts";
import { createWebhookDispatcher } from "../../../src/exchange/engine/webhooks/dispatcher.ts";
import { createHandler } from "../../../src/exchange/http/handle.ts";
import { allRoutes, researchJobs } from "../../../src/exchange/http/routes/index.ts";
import type { Market, MarketSource } from "../../../src/exchange/market/market.ts";
import { registerDirectly } from "../../../src/exchange/registration.ts";
import { virtualClock, type VirtualClock } from "../../../src/exchange/time/clock.ts";
import { START } from "./trader.ts";

/** An exchange whose state a test can reach. Its keys follow from the seed. */
export interface BareExchange<M extends Market> {
  readonly state: ExchangeState;
  readonly clock: VirtualClock;
  readonly market: M;
  /** Returns the API key of a new account. */
  register(): string;
  /** Returns the status and the text of the response to a request below `/api/v1`. */
  send(apiKey: string, method: string, path: string, body?: unknown): Promise<string>;
}

export function openBareExchange<M extends Market>(source: MarketSource<M>, fidelity: Fidelity): BareExchange<M> {
  const clock = virtualClock(START);
  const market = source.open(clock);
  const state = createExchangeState(clock, market, quirksOf(fidelity), 1, { keys: insecureKeys(1) });
  const monitor = createMonitor(state, researchJobs(state));
  const handler = createHandler(state, monitor, allRoutes(), {
    rateLimits: false,
    requireSignatures: false,
    corsOrigins: "*",
    clientAddress: undefined,
    trustProxy: false,
    onError: (error) => {
      throw error;
    },
  });
  const answer = ({ body }: RequestInit): Promise<Response> =>
    Promise.resolve(new Response(null, { status: (typeof body === "string" ? body.length : 0) % 3 === 0 ? 503 : 204 }));
  createWebhookDispatcher(
    state,
    (now) => monitor.catchUp(now),
    (_, init) => answer(init),
    undefined,
    "platform",
  );
  return {
    state,
    clock,
    market,
    register: () => registerDirectly(state, { displayName: "Kestrel", startingBalance: "10000" }).apiKey,
    async send(apiKey, method, path, body) {
      const headers = { "x-api-key": apiKey, ...(body === undefined ? {} : { "content-type": "application/json" }) };
      const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
      const response = await handler.handle(new Request(`http://exchange.test/api/v1${path}`, init));
      return `${response.status} ${await response.text()}`;
    },
  };
}
