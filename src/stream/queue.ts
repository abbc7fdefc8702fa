import { StreamOverflowError } from "../errors/index.ts";
import { bindMembers } from "../transport/index.ts";

/** Who gets the updates of a subscription. */
export interface Listener<T> {
  push(value: T): void;
  /** Nothing more comes: by a failure, or because the stream was closed. */
  end(failure?: Failure): void;
  /** Something that was asked for cannot come. Iterators end; handlers have the event `error`, and keep the rest. */
  fail?(failure: Failure): void;
}

/** Why something ended; wrapped, since a reason can be undefined. */
export interface Failure {
  readonly reason: unknown;
}

/** What an iterator does with updates that come faster than they are taken. */
export interface QueueOptions {
  /** Ends the iterator with the signal's own reason. */
  readonly signal?: AbortSignal | undefined;
  /** `"latest"` keeps the newest update of each thing; `"all"` keeps every one, up to `limit`. */
  readonly queue?: "latest" | "all" | undefined;
  /** Updates that `"all"` keeps at most, default 1000; one more ends the iterator with a {@link StreamOverflowError}. */
  readonly limit?: number | undefined;
}

/** Updates as they come; leaving the loop ends the subscription. */
// Not the library's AsyncIterableIterator, which has other parameters before TypeScript 5.6.
export interface Updates<T> {
  next(): Promise<IteratorResult<T, undefined>>;
  return(): Promise<IteratorResult<T, undefined>>;
  [Symbol.asyncIterator](): Updates<T>;
}

interface Store<T> {
  /** False when it is full. */
  put(value: T): boolean;
  take(): T | undefined;
  clear(): void;
}

interface Waiter<T> {
  resolve(result: IteratorResult<T, undefined>): void;
  reject(reason: unknown): void;
}

const DONE = { done: true, value: undefined } as const;
const LIMIT = 1000;

/** A queue between a stream and a consumer, which is never longer than it may be. */
export class Queue<T extends object> implements Listener<T>, Updates<T> {
  readonly #store: Store<T>;
  readonly #limit: number;
  readonly #signal: AbortSignal | undefined;
  #waiting: Waiter<T>[] = [];
  #ended = false;
  #failure: Failure | undefined;
  #leave: (() => void) | undefined;

  constructor({ queue = "all", limit = LIMIT, signal }: QueueOptions, keyOf: (value: T) => string) {
    this.#store = queue === "latest" ? latestOf(keyOf) : allOf(limit);
    this.#limit = limit;
    this.#signal = signal;
    bindMembers(this);
  }

  /** Joins, unless it is over already; what it gives back is called once, at the end. */
  start(join: (listener: Listener<T>) => () => void): this {
    if (this.#signal?.aborted === true) {
      this.#abort();
      return this;
    }
    const leave = join(this);
    if (this.#ended) leave();
    else {
      this.#leave = leave;
      this.#signal?.addEventListener("abort", this.#abort);
    }
    return this;
  }

  push(value: T): void {
    if (this.#ended) return;
    const waiter = this.#waiting.shift();
    if (waiter !== undefined) waiter.resolve({ done: false, value });
    else if (!this.#store.put(value)) this.end({ reason: overflow(this.#limit) });
  }

  end(failure?: Failure): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#failure = failure;
    this.#signal?.removeEventListener("abort", this.#abort);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const waiter of waiting) {
      if (this.#failure === undefined) waiter.resolve(DONE);
      else {
        this.#failure = undefined;
        waiter.reject(failure?.reason);
      }
    }
    const leave = this.#leave;
    this.#leave = undefined;
    leave?.();
  }

  fail(failure: Failure): void {
    this.end(failure);
  }

  next(): Promise<IteratorResult<T, undefined>> {
    const value = this.#store.take();
    if (value !== undefined) return Promise.resolve({ done: false, value });
    if (!this.#ended) return new Promise((resolve, reject) => void this.#waiting.push({ resolve, reject }));
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

  /** An abort ends it at once, whatever waits in it. */
  readonly #abort = (): void => {
    this.#store.clear();
    this.end({ reason: this.#signal?.reason });
  };
}

function overflow(limit: number): StreamOverflowError {
  return new StreamOverflowError(`More than ${limit} updates wait to be taken.`, {
    code: "STREAM_OVERFLOW",
    hint: 'Take them faster, raise limit, or keep the newest only with queue: "latest".',
  });
}

function latestOf<T>(keyOf: (value: T) => string): Store<T> {
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

function allOf<T>(limit: number): Store<T> {
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
