import { equalInConstantTime } from "../../../signing/index.ts";

// 96 bits identify an entry; the other 160 bits or more remain secret.
const SELECTOR = 16;

interface Entry<Value> {
  readonly secret: string;
  readonly value: Value;
}

/**
 * Maps secrets to values. An entry is found by the end of its secret; the whole secret is then compared in constant
 * time, so timing reveals nothing about a guess. Much cheaper per request than hashing the secret.
 */
export class SecretMap<Value> {
  readonly #entries = new Map<string, Entry<Value>>();

  get(secret: string): Value | undefined {
    const entry = this.#entries.get(secret.slice(-SELECTOR));
    return entry !== undefined && equalInConstantTime(entry.secret, secret) ? entry.value : undefined;
  }

  set(secret: string, value: Value): void {
    this.#entries.set(secret.slice(-SELECTOR), { secret, value });
  }

  delete(secret: string): void {
    this.#entries.delete(secret.slice(-SELECTOR));
  }

  /** Removes entries, oldest first, until `isExpired` returns false. */
  dropWhile(isExpired: (value: Value) => boolean): void {
    for (const [selector, { value }] of this.#entries) {
      if (!isExpired(value)) return;
      this.#entries.delete(selector);
    }
  }
}
