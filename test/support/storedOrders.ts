// What a store must still have after its process was killed.
import { expect } from "vitest";
import type { Exchange } from "../../src/exchange/index.ts";
import { Decimal } from "../../src/index.ts";

/** What a child has reported. */
export interface Said {
  readonly asked: Set<string>;
  /** Bodies by their idempotency keys. */
  readonly sent: Map<string, string>;
  readonly told: Map<string, { readonly orderId: string; readonly status: string }>;
  apiKey: string | undefined;
}

export function nothingSaid(): Said {
  return { asked: new Set(), sent: new Map(), told: new Map(), apiKey: undefined };
}

/** The starting balance of the child's agent. */
export const STARTING_BALANCE = "1000000000";
