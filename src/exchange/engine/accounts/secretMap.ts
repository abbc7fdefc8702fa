import { equalInConstantTime } from "../../../signing/index.ts";

// 96 bits that tell secrets apart; the rest of each, 160 bits and more, is what nobody else knows.
const SELECTOR = 16;

interface Entry<Value> {
  readonly secret: string;
  readonly value: Value;
}

/**
 * Finds what a secret stands for: by its end, and compares it in a time that does not tell how much of a guess was
 * right. Unlike a look-up by digest this costs a request next to nothing.
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

  /** Drops the oldest values until one is to stay. */
  dropWhile(isOver: (value: Value) => boolean): void {
    for (const [selector, { value }] of this.#entries) {
      if (!isOver(value)) return;
      this.#entries.delete(selector);
    }
  }
}
