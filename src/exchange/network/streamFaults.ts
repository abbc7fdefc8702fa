import { bitsAt, deriveKey } from "../base/random.ts";
import { weightedChoice } from "../base/rates.ts";

/**
 * What can go wrong with a stream. The first two befall an upgrade, the last three a data message, the others any
 * frame that the exchange sends.
 *
 * | fault | what the client sees |
 * | --- | --- |
 * | `refuse` | the upgrade is answered with 403, as for a wrong key |
 * | `unreachable` | nobody answers: there is no connection |
 * | `close` | the exchange closes the connection with a code of its choice; the frame is lost |
 * | `cut` | the connection breaks off without a word: 1006; the frame is lost |
 * | `half-open` | from this frame on nothing gets through in either direction, and nobody says so |
 * | `silent` | data messages stop; acknowledgements, errors and pings live on |
 * | `drop` | the data message never comes |
 * | `duplicate` | the data message comes twice |
 * | `reorder` | the data message comes after the next one |
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

/** A fault with its figures. */
export interface StreamFaultDetails {
  readonly kind: StreamFaultKind;
  /** Of a `close`; default 1011. */
  readonly code?: number | undefined;
}

/** A moment at which a stream may meet a fault. */
export interface StreamFaultContext {
  /** An upgrade; or a frame about to be sent: an acknowledgement, error or ping (`reply`), or a data message. */
  readonly kind: "upgrade" | "reply" | "data";
  /** How many connections were tried before this one. */
  readonly connection: number;
  /** How many frames the exchange has sent on this connection. */
  readonly frame: number;
}

/** Decides what befalls a stream at a moment; nothing when it gives back undefined. */
export type StreamFaults = (moment: StreamFaultContext) => StreamFaultKind | StreamFaultDetails | undefined;

/** How seeded faults of streams are made. */
export interface SeededStreamFaultOptions {
  /** Another seed is another course of things; default 1. */
  readonly seed?: number | undefined;
  /** For each kind the share of upgrades, frames or data messages that meet it; together at most 1. */
  readonly rates: Readonly<Partial<Record<StreamFaultKind, number>>>;
}

const SCALE = 2 ** 32;
const CODES = [1000, 1001, 1011, 1012] as const;

/**
 * Faults by chance, the same ones with every run: what befalls a frame depends on the seed, and on how many
 * connections and frames came before it.
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
  return (moment) => {
    const at = moment.kind === "upgrade" ? 0 : moment.frame + 1;
    const kind = kindAt(bitsAt(kinds, moment.connection, at) / SCALE);
    if (kind === undefined || !canBefall(kind, moment)) return undefined;
    return { kind, code: CODES[bitsAt(codes, moment.connection, at) % CODES.length] };
  };
}

/** What befalls a stream, whichever way the fault is given. */
export function resolveStreamFault(faults: StreamFaults, moment: StreamFaultContext): StreamFaultDetails | undefined {
  const fault = faults(moment);
  if (fault === undefined) return undefined;
  const details = typeof fault === "string" ? { kind: fault } : fault;
  const { kind } = details;
  if (!STREAM_FAULT_KINDS.includes(kind)) throw new RangeError(`there is no stream fault "${kind as string}"`);
  if (!canBefall(kind, moment)) throw new RangeError(`the stream fault "${kind}" cannot befall ${NAMES[moment.kind]}`);
  return details;
}

const NAMES = { upgrade: "an upgrade", reply: "a reply", data: "a data message" } as const;

const OF_UPGRADES: ReadonlySet<StreamFaultKind> = new Set(["refuse", "unreachable"] as const);
const OF_DATA: ReadonlySet<StreamFaultKind> = new Set(["drop", "duplicate", "reorder"] as const);

function canBefall(fault: StreamFaultKind, { kind }: StreamFaultContext): boolean {
  if (OF_UPGRADES.has(fault)) return kind === "upgrade";
  return kind === "data" || (kind === "reply" && !OF_DATA.has(fault));
}
