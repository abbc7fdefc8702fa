// Links that open the page as it is now: its exchange, pairs and view. They hold no key and no address of a service.
import type { Fidelity } from "agentexchange/exchange";
import { count } from "../parts/format.ts";
import { route, routeHash } from "../route.ts";
import { MAX_SYMBOLS, symbols } from "./board.ts";
import { embedded, speed, SPEEDS } from "./connection.ts";

const FIDELITIES: readonly Fidelity[] = ["declared", "observed"];

/** What a link asks for, as far as it can be read. */
export interface Wanted {
  readonly seed?: number;
  readonly fidelity?: Fidelity;
  readonly speed?: number;
}

/** Reads a link. What it asks for and the page does not have is told, not guessed. */
export function readLink(search: string): { readonly wanted: Wanted; readonly problems: readonly string[] } {
  const given = new URLSearchParams(search);
  const problems: string[] = [];
  function read<T>(name: string, parse: (text: string) => T | undefined, expected: string): T | undefined {
    const text = given.get(name);
    if (text === null) return undefined;
    const value = parse(text);
    if (value === undefined) problems.push(`The ${name} “${text.slice(0, 40)}” is not valid. Expected ${expected}.`);
    return value;
  }
  const seed = read("seed", parseSeed, "a whole number from 0");
  const fidelity = read("fidelity", (text) => FIDELITIES.find((one) => one === text), FIDELITIES.join(" or "));
  const rate = read("speed", (text) => SPEEDS.find((one) => String(one) === text), SPEEDS.join(", "));
  const listed = (given.get("symbols") ?? "").split(/[\s,]+/).filter((symbol) => symbol !== "");
  const strange = listed.filter((symbol) => !/^[a-z0-9]{1,30}$/i.test(symbol));
  for (const symbol of strange.slice(0, 3))
    problems.push(`“${symbol.slice(0, 40)}” is not a symbol. Expected letters and digits, such as BTCUSDT.`);
  if (listed.length > MAX_SYMBOLS)
    problems.push(`The link lists ${count(listed.length)} pairs. The board shows the first ${count(MAX_SYMBOLS)}.`);
  const wanted = {
    ...(seed === undefined ? {} : { seed }),
    ...(fidelity === undefined ? {} : { fidelity }),
    ...(rate === undefined ? {} : { speed: rate }),
  };
  return { wanted, problems };
}

function parseSeed(text: string): number | undefined {
  const seed = Number(text);
  return /^\d{1,16}$/.test(text) && Number.isSafeInteger(seed) ? seed : undefined;
}

/** The view that an address names although there is none of that name; null if all is well. */
export function unknownView(hash: string, shown: string): string | null {
  const name = /^#\/?([^/?]*)/.exec(hash)?.[1] ?? "";
  return shown === "board" && name !== "" && name !== "board" ? name : null;
}

/** Takes from the address what the exchange is to be; returns what could not be read. */
export function applyLink(): readonly string[] {
  const { wanted, problems } = readLink(location.search);
  const { seed, fidelity } = wanted;
  if (seed !== undefined || fidelity !== undefined) {
    const before = embedded.peek();
    embedded.value = { seed: seed ?? before.seed, fidelity: fidelity ?? before.fidelity };
  }
  if (wanted.speed !== undefined) speed.value = wanted.speed;
  const view = unknownView(location.hash, route.peek().view);
  return view === null ? problems : [...problems, `There is no view “${view.slice(0, 40)}”. The board is shown.`];
}

/** A link to what the page shows now. */
export function linkToPage(page: string): string {
  const { seed, fidelity } = embedded.value;
  const { view, symbol } = route.value;
  const list = symbols.value.join(",");
  const hash = view === "board" ? routeHash(view) : routeHash(view, symbol);
  return `${page}?seed=${seed}&fidelity=${fidelity}&speed=${speed.value}&symbols=${list}${hash}`;
}
