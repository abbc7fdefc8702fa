import { signal } from "@preact/signals";

export const VIEWS = ["board", "desk", "account", "agents", "lab", "tour"] as const;
export type ViewName = (typeof VIEWS)[number];

/** Names that views had before. Links to them still work. */
const FORMER_NAMES: ReadonlyMap<string, ViewName> = new Map([
  ["market", "desk"],
  ["trade", "desk"],
]);

export interface Route {
  readonly view: ViewName;
  /** The pair on the desk. */
  readonly symbol: string;
  /** The step of the tour, from 1. */
  readonly step: number;
}

const DEFAULT_SYMBOL = "BTCUSDT";

/** Longer names are no pairs. */
const MAX_SYMBOL = 30;

export function parseRoute(hash: string, before?: Route): Route {
  const [, view = "", rest] = /^#\/(\w*)(?:\/([^?]+))?/.exec(hash) ?? [];
  // Other programs may have encoded the slash of BTC/USDT.
  const symbol = view === "tour" ? undefined : symbolIn((rest ?? "").replaceAll(/%2f/gi, "/"));
  return {
    view: VIEWS.find((name) => name === view) ?? FORMER_NAMES.get(view) ?? "board",
    symbol: symbol ?? before?.symbol ?? DEFAULT_SYMBOL,
    step: view === "tour" ? Number(rest ?? 1) : 1,
  };
}

/** The pair that an address names, also as BTC-USDT or BTC/USDT. */
function symbolIn(text: string): string | undefined {
  const symbol = text.toUpperCase().replaceAll(/[^A-Z0-9]/g, "");
  return symbol === "" ? undefined : symbol.slice(0, MAX_SYMBOL);
}

/** The current route, parsed from the URL's hash. */
export const route = signal<Route>(parseRoute(""));

/** Follows the URL's hash; returns a function that stops. */
export function followRoute(): () => void {
  const update = (): void => {
    route.value = parseRoute(location.hash, route.peek());
  };
  update();
  addEventListener("hashchange", update);
  return () => removeEventListener("hashchange", update);
}

/** @param rest the pair, or the step of the tour */
export function routeHash(view: ViewName, rest?: string): string {
  return `#/${view}${rest === undefined ? "" : `/${rest}`}`;
}
