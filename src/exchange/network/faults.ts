import { bitsAt, deriveKey } from "../base/random.ts";
import { weightedChoice } from "../base/rates.ts";

/**
 * What can go wrong between a client and an exchange. `before` and `after` tell whether the request was
 * carried out by then; `429` and `refuse` come before, damaged bodies after.
 *
 * | fault | what the client sees |
 * | --- | --- |
 * | `refuse` | nobody listens: `fetch` rejects at once |
 * | `delay` | the answer, but late |
 * | `reset-before`, `reset-after` | the connection breaks: `fetch` rejects |
 * | `dropped-before`, `dropped-after` | the connection is gone and nobody says so: silence until an abort |
 * | `5xx-before`, `5xx-after` | a server error, from a proxy or from the platform itself |
 * | `429` | a rate limit's refusal, with `Retry-After` |
 * | `truncated-body` | the first part of the body, as if it were all |
 * | `non-json-body` | a page of a proxy under the answer's own status |
 * | `broken-body` | the first part of the body, then the connection breaks |
 * | `hung-body` | the first part of the body, then silence until an abort |
 */
export type FaultKind =
  | "refuse"
  | "delay"
  | "reset-before"
  | "reset-after"
  | "dropped-before"
  | "dropped-after"
  | "5xx-before"
  | "5xx-after"
  | "429"
  | "truncated-body"
  | "non-json-body"
  | "broken-body"
  | "hung-body";

export const FAULT_KINDS: readonly FaultKind[] = [
  "refuse",
  "delay",
  "reset-before",
  "reset-after",
  "dropped-before",
  "dropped-after",
  "5xx-before",
  "5xx-after",
  "429",
  "truncated-body",
  "non-json-body",
  "broken-body",
  "hung-body",
];

/** A fault with its figures. */
export interface FaultDetails {
  readonly kind: FaultKind;
  /** Of a `delay`, in milliseconds; default 1000. */
  readonly delay?: number | undefined;
  /** Of a `5xx`; default 502. 500 comes in the platform's own words, the others in a proxy's. */
  readonly status?: 500 | 502 | 503 | 504 | undefined;
  /** Of a `429`, in seconds; default 1. */
  readonly retryAfter?: number | undefined;
}

/** A request that may meet a fault. */
export interface FaultRequest {
  /** How many requests came before it. */
  readonly index: number;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
}

/** Decides what befalls a request; nothing when it gives back undefined. */
export type FaultChooser = (request: FaultRequest) => FaultKind | FaultDetails | undefined;

/** A fault for each request in its turn (none where it is undefined, and after the last), or a function that chooses. */
export type Faults = readonly (FaultKind | FaultDetails | undefined)[] | FaultChooser;

/** How seeded faults are made. */
export interface SeededFaultOptions {
  /** Another seed is another course of things; default 1. */
  readonly seed?: number | undefined;
  /** The share of requests that meet a fault, for each kind; together at most 1. */
  readonly rates: Readonly<Partial<Record<FaultKind, number>>>;
}

const SCALE = 2 ** 32;
const STATUSES = [500, 502, 503, 504] as const;
const LONGEST_DELAY = 5000;

/**
 * Faults by chance, the same ones with every run: what befalls a request depends on the seed and on how many
 * requests came before it.
 *
 * @example
 * ```ts
 * const exchange = createExchange({
 *   faults: seededFaults({ seed: 7, rates: { "reset-after": 0.05, "5xx-before": 0.05, "hung-body": 0.02 } }),
 * });
 * ```
 */
export function seededFaults({ seed = 1, rates }: SeededFaultOptions): FaultChooser {
  const key = deriveKey(seed, "faults");
  const kindAt = weightedChoice("seededFaults", rates, FAULT_KINDS);

  return ({ index }) => {
    const kind = kindAt(bitsAt(key, index, 0) / SCALE);
    if (kind === undefined) return undefined;
    const bits = bitsAt(key, index, 1);
    return {
      kind,
      delay: Math.floor((bits / SCALE) * LONGEST_DELAY),
      status: STATUSES[bits % STATUSES.length],
      retryAfter: 1 + (bits % 3),
    };
  };
}

/** What befalls a request, whichever way the faults are given. */
export function toFaultChooser(faults: Faults): (request: FaultRequest) => FaultDetails | undefined {
  const choose: FaultChooser = typeof faults === "function" ? faults : ({ index }) => faults[index];
  return (request) => {
    const fault = choose(request);
    if (fault === undefined) return undefined;
    const details = typeof fault === "string" ? { kind: fault } : fault;
    if (!isKind(details.kind)) throw new RangeError(`there is no fault "${String(details.kind)}"`);
    return details;
  };
}

function isKind(text: string): text is FaultKind {
  return (FAULT_KINDS as readonly string[]).includes(text);
}
