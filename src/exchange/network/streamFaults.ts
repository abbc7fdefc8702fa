import { bitsAt, deriveKey } from "../base/random.ts";
import { weightedChoice } from "../base/rates.ts";

/**
 * A fault of a stream. The first two affect an upgrade, the last three a data message, the others any frame that the
 * exchange sends.
 *
 * | fault | what the client sees |
 * | --- | --- |
 * | `refuse` | the upgrade is answered with 403, as for a wrong key |
 * | `unreachable` | no connection |
 * | `close` | the exchange closes the connection with `code`; the frame is lost |
 * | `cut` | the connection is dropped without a close frame (1006); the frame is lost |
 * | `half-open` | from this frame on nothing gets through in either direction, without notice |
 * | `silent` | data messages stop; acknowledgements, errors and pings continue |
 * | `drop` | the data message is lost |
 * | `duplicate` | the data message arrives twice |
 * | `reorder` | the data message arrives after the next one |
 */
export type StreamFaultKind =
  | "refuse"
  | "unreachable"
  | "close"
  | "cut"
  | "half-open"
  | "silent"
  | "drop"
  | "duplicate"
  | "reorder";

export const STREAM_FAULT_KINDS: readonly StreamFaultKind[] = [
  "refuse",
  "unreachable",
  "close",
  "cut",
  "half-open",
  "silent",
  "drop",
  "duplicate",
  "reorder",
];

/** A fault with its parameters. */
export interface StreamFaultDetails {
  readonly kind: StreamFaultKind;
  /** Of a `close`. Default: 1011. */
  readonly code?: number | undefined;
}

/** An upgrade or a frame for which a fault can be chosen. */
export interface StreamFaultContext {
  /** An upgrade; or a frame about to be sent: an acknowledgement, error or ping (`reply`), or a data message. */
  readonly kind: "upgrade" | "reply" | "data";
  /** Number of earlier connection attempts. */
  readonly connection: number;
  /** Number of frames already sent on this connection. */
  readonly frame: number;
}

/** Chooses the fault of an upgrade or frame; undefined for none. */
export type StreamFaults = (context: StreamFaultContext) => StreamFaultKind | StreamFaultDetails | undefined;

/** Options of {@link seededStreamFaults}. */
export interface SeededStreamFaultOptions {
  /** Another seed gives other faults. Default: 1. */
  readonly seed?: number | undefined;
  /** The fraction of upgrades, frames or data messages with each kind of fault; together at most 1. */
  readonly rates: Readonly<Partial<Record<StreamFaultKind, number>>>;
}

const SCALE = 2 ** 32;
const CODES = [1000, 1001, 1011, 1012] as const;

/**
 * Random faults, the same in every run: the fault of a frame depends on the seed and on the indices of its connection
 * and of the frame.
 *
 * @example
 * ```ts
 * const exchange = createExchange({
 *   streamFaults: seededStreamFaults({ seed: 7, rates: { refuse: 0.1, cut: 0.01, "half-open": 0.01, drop: 0.05 } }),
 * });
 * ```
 */
export function seededStreamFaults({ seed = 1, rates }: SeededStreamFaultOptions): StreamFaults {
  const kinds = deriveKey(seed, "stream faults");
  const codes = deriveKey(seed, "stream faults/codes");
  const kindAt = weightedChoice("seededStreamFaults", rates, STREAM_FAULT_KINDS);
  return (context) => {
    const at = context.kind === "upgrade" ? 0 : context.frame + 1;
    const kind = kindAt(bitsAt(kinds, context.connection, at) / SCALE);
    if (kind === undefined || !canAffect(kind, context)) return undefined;
    return { kind, code: CODES[bitsAt(codes, context.connection, at) % CODES.length] };
  };
}

/** The fault of an upgrade or frame, validated. */
export function resolveStreamFault(faults: StreamFaults, context: StreamFaultContext): StreamFaultDetails | undefined {
  const fault = faults(context);
  if (fault === undefined) return undefined;
  const details = typeof fault === "string" ? { kind: fault } : fault;
  const { kind } = details;
  if (!STREAM_FAULT_KINDS.includes(kind))
    throw new RangeError(`Unknown stream fault "${kind}". Expected ${STREAM_FAULT_KINDS.join(", ")}.`);
  if (!canAffect(kind, context))
    throw new RangeError(`the stream fault "${kind}" cannot affect ${NAMES[context.kind]}`);
  return details;
}

const NAMES = { upgrade: "an upgrade", reply: "a reply", data: "a data message" } as const;

const UPGRADE_FAULTS: ReadonlySet<StreamFaultKind> = new Set(["refuse", "unreachable"] as const);
const DATA_FAULTS: ReadonlySet<StreamFaultKind> = new Set(["drop", "duplicate", "reorder"] as const);

function canAffect(fault: StreamFaultKind, { kind }: StreamFaultContext): boolean {
  if (UPGRADE_FAULTS.has(fault)) return kind === "upgrade";
  return kind === "data" || (kind === "reply" && !DATA_FAULTS.has(fault));
}
