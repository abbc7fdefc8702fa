import { signal } from "@preact/signals";

export const VIEWS = ["board", "market", "trade", "account", "agents"] as const;
export type ViewName = (typeof VIEWS)[number];

export interface Route {
  readonly view: ViewName;
  /** The pair shown by the market and trade views. */
  readonly symbol: string;
}

const DEFAULT_SYMBOL = "BTCUSDT";

function parseRoute(hash: string, before?: Route): Route {
  const [, view = "", symbol] = /^#\/(\w*)(?:\/(\w+))?/.exec(hash) ?? [];
  return {
    view: VIEWS.find((name) => name === view) ?? "board",
    symbol: symbol?.toUpperCase() ?? before?.symbol ?? DEFAULT_SYMBOL,
  };
}

/** The current route, parsed from the URL's hash. */
export const route = signal<Route>(parseRoute(location.hash));

addEventListener("hashchange", () => {
  route.value = parseRoute(location.hash, route.peek());
});

export function routeHash(view: ViewName, symbol?: string): string {
  return `#/${view}${symbol === undefined ? "" : `/${symbol}`}`;
}
