// What a client tells its observers of requests that overtake each other.
import { expect, test } from "vitest";
import { AgentExchangeClient } from "../../../src/client/index.ts";
import { virtualClock } from "../../../src/exchange/index.ts";
import type { RequestEvent, ResponseEvent } from "../../../src/transport/index.ts";
import * as answers from "../../support/answers.ts";
import { drive } from "../../support/drive.ts";

/** The response's headers arrive after one delay, its body after another. */
interface Delays {
  readonly headers: number;
  readonly body: number;
}

function setUp(delays: readonly (Delays | "lost")[]): {
  readonly run: () => Promise<void>;
  readonly sent: RequestEvent[];
  readonly ended: ResponseEvent[];
} {
  const clock = virtualClock("2026-03-05T14:00:00Z");
  const pause = (ms: number): Promise<void> => new Promise((resolve) => clock.setTimeout(resolve, ms));
  const sent: RequestEvent[] = [];
  const ended: ResponseEvent[] = [];
  let count = 0;
  const client = new AgentExchangeClient({
    baseUrl: "https://exchange.example",
    clock,
    retry: false,
    rateLimit: false,
    onRequest: (event) => sent.push(event),
    onResponse: (event) => ended.push(event),
    async fetch() {
      const delay = delays[count++] ?? "lost";
      if (delay === "lost") throw new TypeError("fetch failed");
      await pause(delay.headers);
      const text = await answers.price().text();
      const body = new ReadableStream({
        async start(controller) {
          await pause(delay.body);
          controller.enqueue(new TextEncoder().encode(text));
          controller.close();
        },
      });
      return new Response(body, { headers: { "content-type": "application/json" } });
    },
  });
  return {
    sent,
    ended,
    async run() {
      await drive(clock, Promise.allSettled(delays.map(() => client.getPrice("BTCUSDT"))));
      await client.close();
    },
  };
}

test("both events of a request have one id, also when its response overtakes an earlier one", async () => {
  const { run, sent, ended } = setUp([
    { headers: 900, body: 100 },
    { headers: 200, body: 300 },
    { headers: 50, body: 0 },
  ]);
  await run();
  expect(new Set(sent.map(({ id }) => id)).size).toBe(3);
  expect(ended.map(({ id }) => id)).toEqual([2, 1, 0].map((index) => sent[index]?.id));
});

test("the times of a response are its own: until its headers, and until the end of its body", async () => {
  const { run, ended } = setUp([{ headers: 900, body: 100 }, { headers: 200, body: 300 }, "lost"]);
  await run();
  expect(ended).toMatchObject([
    { status: null, headersTook: null },
    { status: 200, headersTook: 200, took: 500 },
    { status: 200, headersTook: 900, took: 1000 },
  ]);
});
