import type { Deadline } from "./deadline.ts";

interface Run<T> {
  readonly result: Promise<T>;
  readonly controller: AbortController;
  waiting: number;
}

/** Work that runs once for all calls that wait for it, and is aborted when the last of them stops waiting. */
export function sharedWork<T>(start: (signal: AbortSignal) => Promise<T>): (deadline: Deadline) => Promise<T> {
  let current: Run<T> | undefined;

  function startRun(): Run<T> {
    const controller = new AbortController();
    const run: Run<T> = { result: start(controller.signal), controller, waiting: 0 };
    const clear = (): void => {
      if (current === run) current = undefined;
    };
    run.result.then(clear, clear);
    return run;
  }

  return (deadline) => {
    const run = (current ??= startRun());
    run.waiting++;
    return deadline.race(run.result).finally(() => {
      run.waiting--;
      if (run.waiting > 0 || !deadline.over()) return;
      run.controller.abort();
      if (current === run) current = undefined;
    });
  };
}
