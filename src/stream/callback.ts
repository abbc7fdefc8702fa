import type { Failure, Listener } from "./queue.ts";

/** What a subscription calls; what it throws or rejects with is reported. */
export type Handler<T> = (update: T) => void | Promise<void>;

/** A handler as a listener. `ended` is told when nothing more comes. */
export function callback<T>(handler: Handler<T>, report: (error: unknown) => void): Listener<T> {
  let over = false;
  return {
    push(value) {
      if (over) return;
      try {
        const work = handler(value);
        if (work !== undefined) work.catch(report);
      } catch (error) {
        report(error);
      }
    },
    end(_failure?: Failure) {
      over = true;
    },
  };
}
