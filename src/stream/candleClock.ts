import type { Candle } from "../endpoints/index.ts";
import type { Decimal } from "../wire/index.ts";
import type { StreamContext } from "./context.ts";

/** Milliseconds that a candle may start ahead of the platform's clock, which is known only roughly. */
const MAX_AHEAD = 5000;
/** Updates of candles in the future after which the clock here is corrected instead. */
const AGREEING = 3;

type CandleState = Pick<Candle, "time" | "volume">;

/** The platform's clock, corrected by the candles that it sends. */
export interface CandleClock {
  now(): number;
  /** Corrects the clock so that it shows this time now. */
  set(time: number): void;
  /**
   * Whether a candle can have started. One wrong trade creates a candle in the future; such a candle counts only after
   * it has changed several times.
   */
  hasStarted(candle: CandleState, last: CandleState | undefined): boolean;
}

export function createCandleClock(serverTime: StreamContext["serverTime"], length: number): CandleClock {
  /** Correction of the platform's clock as it is known here; 0 until candles contradict it. */
  let offset = 0;
  /** The newest candle in the future, and the number of different updates of it that arrived in a row. */
  let future: { readonly start: number; readonly volume: Decimal; readonly count: number } | undefined;

  const now = (): number => serverTime.now() + offset;
  const set = (time: number): void => {
    offset += time - now();
  };

  function isFuture(start: number): boolean {
    return start > now() + MAX_AHEAD + (offset > 0 ? length : 0);
  }

  /** Returns the number of consecutive updates that show that the clock here is behind. */
  function countFuture(start: number, volume: Decimal): number {
    const isNear = future !== undefined && Math.abs(start - future.start) <= length;
    if (future === undefined || future.start !== start || !future.volume.eq(volume))
      future = { start, volume, count: (isNear ? (future?.count ?? 0) : 0) + 1 };
    return future.count;
  }

  return {
    now,
    set,
    hasStarted({ time, volume }, last) {
      const start = time.getTime();
      if (!isFuture(start)) {
        // A current candle still grows, so the one in the future was wrong.
        if (isNewer(start, volume, last)) future = undefined;
        return true;
      }
      if (countFuture(start, volume) < AGREEING) return false;
      set(start);
      future = undefined;
      return true;
    },
  };
}

function isNewer(start: number, volume: Decimal, last: CandleState | undefined): boolean {
  const lastStart = last?.time.getTime() ?? 0;
  return start > lastStart || (start === lastStart && last?.volume.lt(volume) === true);
}
