import { Table } from "./table.ts";
import { Tree } from "./tree.ts";
import type { NodeReader } from "./treeNode.ts";

/**
 * Copies plain data: primitives, arrays, maps, sets and objects without a class. Trees and tables in it are shared until
 * they change.
 */
export function copyValue<Value>(value: Value): Value;
export function copyValue(value: unknown): unknown {
  if (typeof value === "function") throw new TypeError("The state of an exchange contains data only, no functions.");
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Tree || value instanceof Table) return value.copy();
  if (Array.isArray(value)) return value.map((item: unknown) => copyValue(item));
  if (value instanceof Map) {
    const copy = new Map<unknown, unknown>();
    for (const [key, item] of value as Map<unknown, unknown>) copy.set(key, copyValue(item));
    return copy;
  }
  if (value instanceof Set) return new Set(value);
  if (Object.getPrototypeOf(value) !== Object.prototype)
    throw new TypeError("The state of an exchange contains plain data only.");
  const copy: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value)) setField(copy, name, copyValue(item));
  return copy;
}

/** Assigns a field, whatever its name is: `__proto__` may come from a request. */
export function setField(target: Record<string, unknown>, name: string, value: unknown): void {
  if (name === "__proto__")
    Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
  else target[name] = value;
}

/** A table whose records are plain data. */
export function createTable<Item extends { readonly id: string }>(): Table<Item> {
  return new Table<Item>((item) => copyValue(item));
}

/** Drops what has been written of the trees and tables in plain data from memory. */
export function unloadValue(value: unknown, reader: NodeReader): void {
  if (typeof value !== "object" || value === null) return;
  if (value instanceof Tree) return value.unload(reader);
  if (value instanceof Table) return value.unload(reader, unloadValue);
  if (value instanceof Map) for (const item of (value as Map<unknown, unknown>).values()) unloadValue(item, reader);
  else for (const item of Object.values(value)) unloadValue(item, reader);
}
