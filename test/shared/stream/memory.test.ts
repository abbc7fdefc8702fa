import { expect, test } from "vitest";
import { AgentExchangeClient } from "../../../src/client/index.ts";
import type { Tick } from "../../../src/endpoints/index.ts";
import { virtualClock } from "../../../src/exchange/index.ts";
import type { WebSocketEvent, WebSocketLike } from "../../../src/transport/index.ts";
import { cases } from "../../support/runtime.ts";

const TICKS = cases(1_000_000, 50_000);
const SYMBOLS = 600;

/** A socket whose messages come from the test, since the exchange is not fast enough. */
class FastSocket implements WebSocketLike {
  static latest: FastSocket | undefined;
  readonly #listeners = new Map<string, (event: WebSocketEvent) => void>();

  constructor() {
    FastSocket.latest = this;
    void Promise.resolve().then(() => this.#listeners.get("open")?.({ type: "open" }));
  }

  addEventListener(type: string, listener: (event: WebSocketEvent) => void): void {
    this.#listeners.set(type, listener);
  }

  deliver(data: string): void {
    this.#listeners.get("message")?.({ type: "message", data });
  }

  send(): void {
    this.deliver('{"type":"subscribed","channel":"ticker:all"}');
  }

  close(): void {}
}

function tick(index: number): string {
  const timestamp = new Date(1_800_000_000_000 + index).toISOString();
  const data = `{"price":"${60_000 + (index % 97)}.25","quantity":"0.5","timestamp":"${timestamp}","is_buyer_maker":true}`;
  return `{"channel":"ticker","symbol":"S${index % SYMBOLS}USDT","data":${data}}`;
}

test(`${TICKS} ticks for a stuck consumer keep one per pair in memory`, { timeout: 60_000 }, async () => {
  const clock = virtualClock();
  const fetch = async (): Promise<Response> => Response.json({}, { status: 500 });
  const client = new AgentExchangeClient({ apiKey: "ak_live_x", WebSocket: FastSocket, fetch, clock, retry: false });
  const stream = client.openStream();
  const updates = stream.ticker("all");
  const strict = stream.ticker("all", { queue: "all", limit: 1000 });
  await clock.advance(0);
  const memory = (): number | undefined =>
    (performance as { readonly memory?: { readonly usedJSHeapSize: number } }).memory?.usedJSHeapSize ??
    (globalThis as { process?: { memoryUsage?(): { heapUsed: number } } }).process?.memoryUsage?.().heapUsed;
  let early: number | undefined;
  for (let index = 0; index < TICKS; index++) {
    FastSocket.latest?.deliver(tick(index));
    if (index === TICKS / 10) early = memory();
  }
  const late = memory();
  // Includes garbage that is not collected yet. Nine tenths of a million ticks would be 300 MB.
  expect((late ?? 0) - (early ?? 0)).toBeLessThan(100_000_000);
  const taken: Tick[] = [];
  for (let count = 0; count < SYMBOLS; count++) {
    const { value } = await updates.next();
    if (value !== undefined) taken.push(value);
  }
  expect(new Set(taken.map(({ symbol }) => symbol)).size).toBe(SYMBOLS);
  expect(Math.min(...taken.map(({ timestamp }) => timestamp.getTime()))).toBe(1_800_000_000_000 + TICKS - SYMBOLS);
  for (let count = 0; count < 1000; count++) expect((await strict.next()).done).toBe(false);
  await expect(strict.next()).rejects.toMatchObject({ code: "STREAM_OVERFLOW" });
  const empty = updates.next();
  await stream.close();
  expect((await empty).done).toBe(true);
  expect(clock.pending).toBe(0);
});
