import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

// Longer than any key or token: whoever sends more sends none of ours.
const MOST_SECRET = 1024;

/** Finds what a secret stands for by its digest: how long that takes does not tell how much of a guess was right. */
export class SecretMap<Value> {
  readonly #values = new Map<string, Value>();

  get(secret: string): Value | undefined {
    return secret.length > MOST_SECRET ? undefined : this.#values.get(digestOf(secret));
  }

  set(secret: string, value: Value): void {
    this.#values.set(digestOf(secret), value);
  }

  delete(secret: string): void {
    this.#values.delete(digestOf(secret));
  }

  /** Drops the oldest values until one is to stay. */
  dropWhile(isOver: (value: Value) => boolean): void {
    for (const [digest, value] of this.#values) {
      if (!isOver(value)) return;
      this.#values.delete(digest);
    }
  }
}

function digestOf(secret: string): string {
  return bytesToHex(sha256(utf8ToBytes(secret)));
}
