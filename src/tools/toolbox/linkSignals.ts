/** A signal that is aborted with either of two. `AbortSignal.any` is missing in some supported browsers. */
export function linkSignals(
  closing: AbortSignal,
  signal: AbortSignal | undefined,
): { readonly signal: AbortSignal; dispose(): void } {
  if (signal === undefined) return { signal: closing, dispose: () => {} };
  const controller = new AbortController();
  const sources = [closing, signal];
  const abort = (): void => {
    for (const source of sources) if (source.aborted) controller.abort(source.reason);
  };
  abort();
  for (const source of sources) source.addEventListener("abort", abort);
  return {
    signal: controller.signal,
    dispose() {
      for (const source of sources) source.removeEventListener("abort", abort);
    },
  };
}
