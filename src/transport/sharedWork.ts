import type { Deadline } from "./deadline.ts";

interface Flight<T> {
  readonly result: Promise<T>;
  readonly controller: AbortController;
  waiting: number;
}

/** Work that all calls that need it wait for together: one at a time, given up when the last of them leaves. */
export function sharedWork<T>(start: (signal: AbortSignal) => Promise<T>): (deadline: Deadline) => Promise<T> {
  let flight: Flight<T> | undefined;

  function launch(): Flight<T> {
    const controller = new AbortController();
    const started: Flight<T> = { result: start(controller.signal), controller, waiting: 0 };
    const over = (): void => {
      if (flight === started) flight = undefined;
    };
    started.result.then(over, over);
    return started;
  }

  return (deadline) => {
    const current = (flight ??= launch());
    current.waiting++;
    return deadline.race(current.result).finally(() => {
      current.waiting--;
      if (current.waiting > 0 || !deadline.over()) return;
      current.controller.abort();
      if (flight === current) flight = undefined;
    });
  };
}
