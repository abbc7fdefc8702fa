import { bitsAt, deriveKey } from "../base/random.ts";
import { weightedChoice } from "../base/rates.ts";

/**
 * A network fault. `before` and `after` say whether the request was executed; `429` and `refuse` occur before, faults of
 * the body after.
 *
 * | fault | what the client sees |
 * | --- | --- |
 * | `refuse` | connection refused: `fetch` rejects immediately |
 * | `delay` | the response, delayed |
 * | `reset-before`, `reset-after` | connection reset: `fetch` rejects |
 * | `dropped-before`, `dropped-after` | the connection is lost without notice: no response until an abort |
 * | `5xx-before`, `5xx-after` | a server error, from a proxy or from the platform itself |
 * | `429` | a rate limit error, with `Retry-After` |
 * | `truncated-body` | the first half of the body, as if it were complete |
 * | `non-json-body` | a proxy's HTML page, with the response's own status |
 * | `broken-body` | the first half of the body, then a connection reset |
 * | `hung-body` | the first half of the body, then nothing until an abort |
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

/** A fault with its parameters. */
export interface FaultDetails {
  readonly kind: FaultKind;
  /** Of a `delay`, in milliseconds. Default: 1000. */
  readonly delay?: number | undefined;
  /** Of a `5xx`. Default: 502. 500 has the platform's body, the others a proxy's page. */
  readonly status?: 500 | 502 | 503 | 504 | undefined;
  /** Of a `429`, in seconds. Default: 1. */
  readonly retryAfter?: number | undefined;
}

/** A request for which a fault can be chosen. */
export interface FaultRequest {
  /** Number of earlier requests. */
  readonly index: number;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
}

/** Chooses the fault of a request; undefined for none. */
export type FaultChooser = (request: FaultRequest) => FaultKind | FaultDetails | undefined;

/** A list with the fault of each request in order (undefined for none), or a function that chooses. */
export type Faults = readonly (FaultKind | FaultDetails | undefined)[] | FaultChooser;

/** Options of {@link seededFaults}. */
export interface SeededFaultOptions {
  /** Another seed gives other faults. Default: 1. */
  readonly seed?: number | undefined;
  /** The fraction of requests with each kind of fault; together at most 1. */
  readonly rates: Readonly<Partial<Record<FaultKind, number>>>;
}

const SCALE = 2 ** 32;
const STATUSES = [500, 502, 503, 504] as const;
const MAX_DELAY = 5000;

/**
 * Random faults, the same in every run: the fault of a request depends on the seed and on its index.
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
      delay: Math.floor((bits / SCALE) * MAX_DELAY),
      status: STATUSES[bits % STATUSES.length],
      retryAfter: 1 + (bits % 3),
    };
  };
}

/** Turns any form of the `faults` option into a function. */
export function toFaultChooser(faults: Faults): (request: FaultRequest) => FaultDetails | undefined {
  const choose: FaultChooser = typeof faults === "function" ? faults : ({ index }) => faults[index];
  return (request) => {
    const fault = choose(request);
    if (fault === undefined) return undefined;
    const details = typeof fault === "string" ? { kind: fault } : fault;
    if (!isKind(details.kind))
      throw new RangeError(`Unknown fault "${String(details.kind)}". Expected ${FAULT_KINDS.join(", ")}.`);
    return details;
  };
}

function isKind(name: string): name is FaultKind {
  return (FAULT_KINDS as readonly string[]).includes(name);
}
