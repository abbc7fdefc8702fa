import { signal } from "@preact/signals";

export const VIEWS = ["board", "market", "trade", "account", "agents"] as const;
export type ViewName = (typeof VIEWS)[number];

export interface Route {
  readonly view: ViewName;
  /** What the market and the ticket are about. */
  readonly symbol: string;
}

const FIRST_SYMBOL = "BTCUSDT";

function routeOf(hash: string, before?: Route): Route {
  const [, view = "", symbol] = /^#\/(\w*)(?:\/(\w+))?/.exec(hash) ?? [];
  return {
    view: VIEWS.find((name) => name === view) ?? "board",
    symbol: symbol?.toUpperCase() ?? before?.symbol ?? FIRST_SYMBOL,
  };
}

/** What is shown, from the address after `#`. */
export const route = signal<Route>(routeOf(location.hash));

addEventListener("hashchange", () => {
  route.value = routeOf(location.hash, route.peek());
});

export function hashOf(view: ViewName, symbol?: string): string {
  return `#/${view}${symbol === undefined ? "" : `/${symbol}`}`;
}
