import type { LeaseReply, LeaseRequest } from "./budget.ts";
import type { LedgerState } from "./ledger.ts";

/** The members of a `BroadcastChannel` that a budget uses. */
export interface ChannelLike {
  readonly name: string;
  postMessage(message: unknown): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
  removeEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
}

/** The members of `navigator.locks` that a budget uses. */
export interface LockManagerLike {
  request(name: string, options: { readonly signal?: AbortSignal }, run: () => Promise<void>): Promise<unknown>;
}

/** What a ledger has saved; a larger version is newer. */
export interface VersionedState {
  readonly version: number;
  readonly state: LedgerState;
}

/** What tabs tell each other. `from` is the sender. */
export type ChannelMessage = { readonly from: string } & (
  | { readonly type: "ask"; readonly id: string; readonly request: LeaseRequest }
  /** The leader's answer, with its state for whoever leads next. */
  | {
      readonly type: "answer";
      readonly id: string;
      readonly reply?: LeaseReply;
      readonly error?: string;
      readonly known: VersionedState | undefined;
    }
  /** The leader's state after it has served itself, or what another tab knows of it. */
  | { readonly type: "state"; readonly known: VersionedState | undefined }
  /** Asks for the newest state. */
  | { readonly type: "recall" }
  /** "I would lead if nobody else does." */
  | { readonly type: "claim" }
  /** "I lead." */
  | { readonly type: "lead" }
);

const TYPES: ReadonlySet<string> = new Set(["ask", "answer", "state", "recall", "claim", "lead"]);

/** Returns undefined for messages of other programs. */
export function readMessage(data: unknown): ChannelMessage | undefined {
  const { budget, message } = (typeof data === "object" && data !== null ? data : {}) as {
    readonly budget?: unknown;
    readonly message?: ChannelMessage;
  };
  return budget === 1 && TYPES.has(message?.type ?? "") && typeof message?.from === "string" ? message : undefined;
}

export function post(channel: ChannelLike, message: ChannelMessage): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has none
  channel.postMessage({ budget: 1, message });
}
