import type { VirtualClock } from "../../src/exchange/time/clock.ts";

/** The work's result where part of it takes real time, such as WebCrypto: virtual time goes on slowly meanwhile. */
export async function answersOf<T>(clock: VirtualClock, work: Promise<T>): Promise<T> {
  const state = { over: false };
  const end = (): void => {
    state.over = true;
  };
  work.then(end, end);
  for (let turns = 0; !state.over && turns < 20_000; turns++) await clock.advance(turns < 20 ? 0 : 10);
  return work;
}
