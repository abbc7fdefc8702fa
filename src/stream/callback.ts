import type { Listener } from "./queue.ts";

/** What a subscription calls; what it throws or rejects with is reported. */
export type StreamHandler<T> = (update: T) => void | Promise<void>;

/** Calls something of the user's; what it throws or rejects with is reported. */
export function contained(work: () => unknown, report: (error: unknown) => void): void {
  try {
    const result = work();
    if (isThenable(result)) Promise.resolve(result).catch(report);
  } catch (error) {
    report(error);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === "object" && value !== null && typeof (value as { readonly then?: unknown }).then === "function"
  );
}

/** Joins with a handler; gives back what ends that. */
export function callBack<T>(
  handler: StreamHandler<T>,
  report: (error: unknown) => void,
  join: (listener: Listener<T>) => () => void,
): () => void {
  let over = false;
  let leave = (): void => {};
  const end = (): void => {
    if (over) return;
    over = true;
    leave();
  };
  leave = join({
    push(value) {
      if (!over) contained(() => handler(value), report);
    },
    end,
  });
  return end;
}
