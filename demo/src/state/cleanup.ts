// What DisposableStack does, for the browsers that do not have it yet.

/**
 * Starts everything in order; returns a function that stops it all, last first, once. If one cannot start, those before it
 * are stopped.
 */
export function startAll(...starts: readonly (() => () => void)[]): () => void {
  const stops: (() => void)[] = [];
  const stopAll = (): void => {
    const stop = stops.pop();
    if (stop === undefined) return;
    try {
      stop();
    } finally {
      // One that cannot stop must not keep the others running.
      stopAll();
    }
  };
  try {
    for (const start of starts) stops.push(start());
  } catch (error) {
    stopAll();
    throw error;
  }
  return stopAll;
}
