/** Counts the requests of one run. */
export interface Budget {
  readonly used: number;
  /** The first request that was not sent because the budget was used up; null without one. */
  readonly refused: string | null;
  /** Requests that may be sent now: without those that are kept back for later steps. */
  remaining(): number;
  /** Keeps requests back from now on, instead of those before. */
  keepBack(count: number): void;
  /** Counts a request that is about to be sent. @throws Error if it would exceed the budget */
  take(url: string): void;
}

/** @param onRefused called with the first refusal */
export function createBudget(total: number, onRefused: (error: Error) => void): Budget {
  let used = 0;
  let kept = 0;
  let refused: string | null = null;
  return {
    get used() {
      return used;
    },
    get refused() {
      return refused;
    },
    remaining: () => Math.max(0, total - kept - used),
    keepBack: (count) => void (kept = count),
    take(url) {
      if (used < total - kept) {
        used++;
        return;
      }
      const error = new Error(`The budget of ${total} requests is used up, so this one was not sent.`);
      if (refused === null) {
        refused = url;
        onRefused(error);
      }
      throw error;
    },
  };
}
