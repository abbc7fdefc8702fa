import type { Clock } from "../transport/index.ts";

/** Milliseconds for which the answers about market data are fresh. */
const MAX_AGE: Readonly<Record<string, number>> = {
  // Prices move about once a second.
  getPrice: 1000,
  getAllPrices: 1000,
  getTicker: 1000,
  getTickers: 1000,
  getCandles: 1000,
  getOrderbook: 1000,
  getRecentTrades: 1000,
  // The platform itself keeps them for 30 s.
  getIndicators: 30_000,
  getPairs: 60_000,
  getDataRange: 60_000,
  getAvailableIndicators: 3_600_000,
};

const MAX_ENTRIES = 1000;
/** UTF-16 code units of all answers. */
const MAX_LENGTH = 8_000_000;
/** Milliseconds to wait for somebody else's request. If its sender goes away, some runtimes end it without a word. */
const PATIENCE = 2000;

/** An answer of the platform, without what concerns one caller. */
export interface UpstreamAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Answers about market data, shared between callers. They are requested without a key, so nothing in them is private. */
export interface MarketCache {
  /** The answer to a request, from here or from the platform. Equal requests at the same time are one. */
  get(operation: string, target: string, request: () => Promise<UpstreamAnswer>): Promise<UpstreamAnswer>;
}

export function createMarketCache(clock: Clock): MarketCache {
  const answers = new Map<string, { readonly answer: UpstreamAnswer; readonly freshUntil: number }>();
  const running = new Map<string, Promise<UpstreamAnswer>>();
  let length = 0;

  function drop(target: string): void {
    length -= answers.get(target)?.answer.body.length ?? 0;
    answers.delete(target);
  }

  function keep(target: string, answer: UpstreamAnswer, freshUntil: number): void {
    drop(target);
    if (answer.body.length > MAX_LENGTH / 4) return;
    answers.set(target, { answer, freshUntil });
    length += answer.body.length;
    for (const oldest of answers.keys()) {
      if (answers.size <= MAX_ENTRIES && length <= MAX_LENGTH) break;
      drop(oldest);
    }
  }

  async function load(target: string, maxAge: number, request: () => Promise<UpstreamAnswer>): Promise<UpstreamAnswer> {
    // The answer is at most as old as its request.
    const freshUntil = clock.elapsed() + maxAge;
    const answer = await request();
    if (answer.status === 200) keep(target, answer, freshUntil);
    return answer;
  }

  return {
    async get(operation, target, request) {
      const maxAge = MAX_AGE[operation];
      if (maxAge === undefined) return request();
      const kept = answers.get(target);
      if (kept !== undefined && clock.elapsed() < kept.freshUntil) return kept.answer;
      const shared = running.get(target);
      const answer = shared && (await Promise.race([shared, patience(clock)]));
      if (answer !== undefined) return answer;
      const own = load(target, maxAge, request);
      running.set(target, own);
      try {
        return await own;
      } finally {
        if (running.get(target) === own) running.delete(target);
      }
    },
  };
}

function patience(clock: Clock): Promise<undefined> {
  return new Promise((resolve) => void clock.setTimeout(() => resolve(undefined), PATIENCE));
}
