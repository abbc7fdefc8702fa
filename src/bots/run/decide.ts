import type { Client } from "../../client/index.ts";
import type { Claim, Decision, Strategy, StrategyContext } from "../types.ts";
import { placesOrder } from "../../tools/preview/plannedOrder.ts";

const MAX_REASON = 500;
/** Characters as JSON. */
const MAX_MEMORY = 65_536;

/** The pairs to choose from, beginning with the one at which the last run stopped. */
export function symbolsFor(
  allowed: readonly string[],
  undecided: ReadonlySet<string>,
  cursor: string | null,
): readonly string[] {
  const symbols = [...new Set(allowed.map((symbol) => symbol.toUpperCase()))].filter(
    (symbol) => !undecided.has(symbol),
  );
  const start = Math.max(0, symbols.indexOf(cursor ?? ""));
  return [...symbols.slice(start), ...symbols.slice(0, start)];
}

/** The pair that a request was about, to begin with the next time; null if its URL names none. */
export function symbolOfUrl(url: string, symbols: readonly string[]): string | null {
  const words = new Set(decodeURIComponent(url).split(/[^A-Za-z0-9]+/));
  return symbols.find((symbol) => words.has(symbol)) ?? null;
}

/** What a strategy sees. */
export function contextOf(
  claim: Claim,
  parts: Pick<StrategyContext, "mandate" | "symbols" | "remaining" | "signal"> & { readonly client: Client },
): StrategyContext {
  return { ...parts, scheduledAt: new Date(claim.tick.scheduledTime), memory: claim.memory };
}

/** Checks what a strategy returned: programs in JavaScript can return anything. @throws TypeError that says what is wrong */
export function checkDecision({ name }: Strategy, given: unknown): Decision {
  const decision = given as Partial<Record<keyof Extract<Decision, { kind: "order" }>, unknown>> | null | undefined;
  const wrong = (what: string): never => {
    throw new TypeError(`The strategy ${name} returned a decision ${what}.`);
  };
  if (typeof decision !== "object" || decision === null) return wrong("that is not an object");
  const { kind, reason, tool, input, memory, cursor } = decision;
  if (typeof reason !== "string" || reason === "") return wrong("without a reason");
  if (!isOptional(memory, isObject)) return wrong("whose memory is not an object");
  if (!isOptional(cursor, (value) => typeof value === "string")) return wrong("whose cursor is not a pair");
  if (kind !== "hold" && kind !== "order") return wrong('whose kind is neither "hold" nor "order"');
  if (kind === "order" && !(typeof tool === "string" && placesOrder(tool)))
    return wrong("with a tool that places no order, or several");
  if (kind === "order" && !isObject(input)) return wrong("without the order's input");
  // As it will be read again after a crash.
  const checked = JSON.parse(JSON.stringify({ ...decision, reason: reason.slice(0, MAX_REASON) })) as Decision;
  if (checked.memory !== undefined && JSON.stringify(checked.memory).length > MAX_MEMORY)
    return wrong("whose memory is larger than 64 KiB");
  return checked;
}

function isOptional(value: unknown, check: (value: unknown) => boolean): boolean {
  return value === undefined || check(value);
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
