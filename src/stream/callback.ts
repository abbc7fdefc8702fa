import type { Listener } from "./queue.ts";

/** What a subscription calls; what it throws or rejects with is reported. */
export type Handler<T> = (update: T) => void | Promise<void>;

/** Joins with a handler; gives back what ends that. */
export function callBack<T>(
  handler: Handler<T>,
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
      if (over) return;
      try {
        const work = handler(value);
        if (work !== undefined) work.catch(report);
      } catch (error) {
        report(error);
      }
    },
    end,
  });
  return end;
}
