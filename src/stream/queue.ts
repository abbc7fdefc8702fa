import { StreamOverflowError } from "../errors/index.ts";
import { bindMembers } from "../transport/index.ts";

/** Receives the updates of a subscription. */
export interface Listener<T> {
  push(value: T): void;
  /** No more updates follow, because of a failure or because the stream was closed. */
  end(failure?: Failure): void;
  /** Part of the subscription cannot be served. Iterators end; handlers keep the rest, and the event `error` is emitted. */
  fail?(failure: Failure): void;
}

/** Why a subscription ended. Wrapped, since the reason itself may be undefined. */
export interface Failure {
  readonly reason: unknown;
}

/** How an iterator treats updates that arrive faster than they are consumed. */
export interface QueueOptions {
  /** Ends the iterator; it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** `"latest"` keeps only the newest update of each pair, candle or order; `"all"` keeps every update, up to `limit`. */
  readonly queue?: "latest" | "all" | undefined;
  /** Maximum number of updates that `"all"` keeps, default 1000; one more ends the iterator with a {@link StreamOverflowError}. */
  readonly limit?: number | undefined;
}

/** Updates as they arrive. Leaving the loop ends the subscription. */
// Not AsyncIterableIterator, whose type parameters changed in TypeScript 5.6.
export interface Updates<T> {
  next(): Promise<IteratorResult<T, undefined>>;
  return(): Promise<IteratorResult<T, undefined>>;
  [Symbol.asyncIterator](): Updates<T>;
}

interface Store<T> {
  /** Returns false if it is full. */
  put(value: T): boolean;
  take(): T | undefined;
  clear(): void;
}

interface Waiter<T> {
  resolve(result: IteratorResult<T, undefined>): void;
  reject(reason: unknown): void;
}

const DONE = { done: true, value: undefined } as const;
const DEFAULT_LIMIT = 1000;

/** A bounded queue between a stream and the consumer of an iterator. */
export class Queue<T extends object> implements Listener<T>, Updates<T> {
  readonly #store: Store<T>;
  readonly #limit: number;
  readonly #signal: AbortSignal | undefined;
  #waiters: Waiter<T>[] = [];
  #isEnded = false;
  #failure: Failure | undefined;
  #unsubscribe: (() => void) | undefined;

  constructor({ queue = "all", limit = DEFAULT_LIMIT, signal }: QueueOptions, keyOf: (value: T) => string) {
    this.#store = queue === "latest" ? createLatestStore(keyOf) : createBoundedStore(limit);
    this.#limit = limit;
    this.#signal = signal;
    bindMembers(this);
  }

  /** Subscribes, unless the signal is aborted already. The unsubscribe function is called once, at the end. */
  start(subscribe: (listener: Listener<T>) => () => void): this {
    if (this.#signal?.aborted === true) {
      this.#abort();
      return this;
    }
    const unsubscribe = subscribe(this);
    if (this.#isEnded) unsubscribe();
    else {
      this.#unsubscribe = unsubscribe;
      this.#signal?.addEventListener("abort", this.#abort);
    }
    return this;
  }

  push(value: T): void {
    if (this.#isEnded) return;
    const waiter = this.#waiters.shift();
    if (waiter !== undefined) waiter.resolve({ done: false, value });
    else if (!this.#store.put(value)) this.end({ reason: overflowError(this.#limit) });
  }

  end(failure?: Failure): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#failure = failure;
    this.#signal?.removeEventListener("abort", this.#abort);
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) {
      if (this.#failure === undefined) waiter.resolve(DONE);
      else {
        this.#failure = undefined;
        waiter.reject(failure?.reason);
      }
    }
    const unsubscribe = this.#unsubscribe;
    this.#unsubscribe = undefined;
    unsubscribe?.();
  }

  fail(failure: Failure): void {
    this.end(failure);
  }

  next(): Promise<IteratorResult<T, undefined>> {
    const value = this.#store.take();
    if (value !== undefined) return Promise.resolve({ done: false, value });
    if (!this.#isEnded) return new Promise((resolve, reject) => void this.#waiters.push({ resolve, reject }));
    const failure = this.#failure;
    this.#failure = undefined;
    return failure === undefined ? Promise.resolve(DONE) : Promise.reject(failure.reason);
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#store.clear();
    this.#failure = undefined;
    this.end();
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Ends immediately; queued updates are dropped. */
  readonly #abort = (): void => {
    this.#store.clear();
    this.end({ reason: this.#signal?.reason });
  };
}

function overflowError(limit: number): StreamOverflowError {
  return new StreamOverflowError(`More than ${limit} updates are waiting to be consumed.`, {
    code: "STREAM_OVERFLOW",
    hint: 'Consume them faster, raise limit, or keep only the newest with queue: "latest".',
  });
}

function createLatestStore<T>(keyOf: (value: T) => string): Store<T> {
  const newest = new Map<string, T>();
  return {
    put(value) {
      newest.set(keyOf(value), value);
      return true;
    },
    take() {
      for (const [key, value] of newest) {
        newest.delete(key);
        return value;
      }
      return undefined;
    },
    clear: () => newest.clear(),
  };
}

function createBoundedStore<T>(limit: number): Store<T> {
  let values: T[] = [];
  let taken = 0;
  return {
    put(value) {
      if (values.length - taken >= limit) return false;
      if (taken >= limit) {
        values = values.slice(taken);
        taken = 0;
      }
      values.push(value);
      return true;
    },
    take() {
      if (taken === values.length) return undefined;
      const value = values[taken++];
      if (taken === values.length) {
        values = [];
        taken = 0;
      }
      return value;
    },
    clear() {
      values = [];
      taken = 0;
    },
  };
}
