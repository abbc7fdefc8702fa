import { equalInConstantTime } from "../../../signing/index.ts";
import type { Tree } from "../../collections/tree.ts";

// 96 bits identify an entry; the other 160 bits or more remain secret.
const SELECTOR = 16;

/**
 * Values by secrets. An entry is found by the end of its secret; the whole secret is then compared in constant time, so
 * timing reveals nothing about a guess. Much cheaper per request than hashing the secret.
 */
export type Secrets<Value> = Tree<string, { readonly secret: string; readonly value: Value }>;

export function findSecret<Value>(secrets: Secrets<Value>, secret: string): Value | undefined {
  const entry = secrets.get(secret.slice(-SELECTOR));
  return entry !== undefined && equalInConstantTime(entry.secret, secret) ? entry.value : undefined;
}

export function addSecret<Value>(secrets: Secrets<Value>, secret: string, value: Value): void {
  secrets.set(secret.slice(-SELECTOR), { secret, value });
}

export function deleteSecret<Value>(secrets: Secrets<Value>, secret: string): void {
  secrets.delete(secret.slice(-SELECTOR));
}
