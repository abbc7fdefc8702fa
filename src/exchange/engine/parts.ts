import type { ExchangeState } from "./state.ts";

/**
 * A part of the world that belongs to one feature, so that the world itself knows no feature. Its value is plain data, a
 * tree or a table; it is copied, written and read with the world.
 */
export interface Part<Value> {
  /** Identifies the part in a store. */
  readonly name: string;
  readonly create: () => Value;
}

/** A part of the world; created when it is first used. */
export function partOf<Value>({ parts }: ExchangeState, { name, create }: Part<Value>): Value {
  if (!parts.has(name)) parts.set(name, create());
  // The part's own definition says what its name stands for.
  return parts.get(name) as Value;
}
