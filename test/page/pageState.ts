// The page's state without a page: a window and a document that hear events, the page's timers under control, and an
// exchange whose time the test moves.
import { createClient, type Client } from "agentexchange/core";
import { createExchange, manualMarket, virtualClock, type Exchange, type ManualMarket } from "agentexchange/exchange";
import { afterAll, beforeAll, vi } from "vitest";
import { recordRequests, resetCalls } from "../../demo/src/state/calls.ts";
import { connectionCount, link, linkState, type Link } from "../../demo/src/state/connection.ts";
import { followVisibility } from "../../demo/src/state/poll.ts";

/** An event target that knows how many listen. */
class Target extends EventTarget {
  listening = 0;
  override addEventListener(...listener: Parameters<EventTarget["addEventListener"]>): void {
    this.listening++;
    super.addEventListener(...listener);
  }
  override removeEventListener(...listener: Parameters<EventTarget["removeEventListener"]>): void {
    this.listening--;
    super.removeEventListener(...listener);
  }
}

export const page = Object.assign(new Target(), { visibilityState: "visible" });
export const browser = new Target();

/** Gives the state of this file a window, a document, and timers that only `pass` moves. */
export function withoutPage(): void {
  let stop = (): void => {};
  beforeAll(() => {
    vi.stubGlobal("document", page);
    vi.stubGlobal("addEventListener", browser.addEventListener.bind(browser));
    vi.stubGlobal("removeEventListener", browser.removeEventListener.bind(browser));
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance"] });
    stop = followVisibility();
  });
  afterAll(() => {
    stop();
    link.value = null;
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
}

/** Hides the page or shows it. */
export function show(isShown: boolean): void {
  page.visibilityState = isShown ? "visible" : "hidden";
  page.dispatchEvent(new Event("visibilitychange"));
}

export interface Desk {
  readonly exchange: Exchange<ManualMarket>;
  readonly client: Client;
  /** Method and path of what was sent, without the questions whether the service works. */
  readonly sent: string[];
  /** Requests that ask whether the service works. */
  readonly probes: () => number;
  /** Takes the service away, or brings it back. */
  readonly setDown: (isDown: boolean) => void;
  /** What the service answers instead; `undefined` leaves the answer to the exchange. */
  answerWith: (path: string, method: string) => Response | undefined;
  /** Lets time pass, for the page and for the exchange. */
  readonly pass: (ms: number) => Promise<void>;
  readonly close: () => void;
}

const STEP = 250;

/** Puts the page before an exchange with two pairs, on an account of 10 000 USDT. */
export async function openDesk(kind: Link["kind"] = "service"): Promise<Desk> {
  const clock = virtualClock("2026-01-05T00:00:30Z");
  const market = manualMarket({
    BTCUSDT: { price: "60000", volume: "18000" },
    ETHUSDT: { price: "3000", volume: "90000" },
  });
  const exchange = createExchange({ market, clock, rateLimits: false });
  const { apiKey } = await exchange.register({ startingBalance: "10000" });
  const sent: string[] = [];
  let isDown = false;
  let probes = 0;
  const client = createClient({
    ...exchange.connection,
    apiKey,
    retry: false,
    rateLimit: false,
    ...recordRequests(async (url, init) => {
      const { pathname } = new URL(url);
      if (pathname.endsWith("/health")) probes++;
      else sent.push(`${init.method ?? "GET"} ${pathname}`);
      if (isDown) throw new TypeError("Failed to fetch");
      return desk.answerWith(pathname, init.method ?? "GET") ?? exchange.connection.fetch(url, init);
    }, 1),
  });
  const desk: Desk = {
    exchange,
    client,
    sent,
    probes: () => probes,
    setDown(next) {
      isDown = next;
    },
    answerWith: () => undefined,
    async pass(ms) {
      for (let passed = 0; passed < ms; passed += STEP) {
        await clock.advance(Math.min(STEP, ms - passed));
        await vi.advanceTimersByTimeAsync(Math.min(STEP, ms - passed));
      }
      // What the last timers started.
      await clock.advance(0);
    },
    close() {
      link.value = null;
      void client.close();
      exchange.close();
    },
  };
  resetCalls("key");
  connectionCount.value += 1;
  linkState.value = { kind: "open" };
  link.value = {
    kind,
    name: "an exchange",
    address: "",
    client,
    workClient: client,
    hasAccount: true,
    credential: "key",
    speed: 1,
    now: () => clock.now(),
    fork() {
      if (kind === "service") return null;
      const copy = exchange.fork();
      return createClient({ ...copy.connection, apiKey, retry: false });
    },
    atSpeed: () => null,
    close: () => {},
  };
  return desk;
}
