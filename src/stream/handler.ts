import type { Listener } from "./queue.ts";

/** Callback of a subscription. If it throws or rejects, the error is reported. */
export type StreamHandler<T> = (update: T) => void | Promise<void>;

/** Runs user code. If it throws or rejects, the error is reported. */
export function runContained(work: () => unknown, report: (error: unknown) => void): void {
  try {
    const result = work();
    if (isThenable(result)) Promise.resolve(result).catch(report);
  } catch (error) {
    report(error);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

/** Subscribes a handler. Returns an unsubscribe function. */
export function subscribeHandler<T>(
  handler: StreamHandler<T>,
  report: (error: unknown) => void,
  subscribe: (listener: Listener<T>) => () => void,
): () => void {
  let isOver = false;
  let unsubscribe = (): void => {};
  const end = (): void => {
    if (isOver) return;
    isOver = true;
    unsubscribe();
  };
  unsubscribe = subscribe({
    push(value) {
      if (!isOver) runContained(() => handler(value), report);
    },
    end,
  });
  return end;
}
