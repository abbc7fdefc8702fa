import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readTick, tickMessage, type Tick } from "../../../src/endpoints/index.ts";
import { sameValue } from "../../support/sameValue.ts";
import { conversations } from "../../fixtures/stream.ts";

const plain =
  '{"channel":"ticker","symbol":"BTCUSDT","data":{"price":"61251.10","quantity":"0.25","timestamp":"2026-11-23T16:15:39.223Z","is_buyer_maker":false}}';

/** The tick that the slow path decodes; undefined if the frame is not a tick. */
function decodeSlowly(text: string): Tick | undefined {
  try {
    return tickMessage.decode(JSON.parse(text));
  } catch {
    return undefined;
  }
}

const digits = (min: number, max: number): fc.Arbitrary<string> =>
  fc.string({
    unit: fc.constantFrom("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
    minLength: min,
    maxLength: max,
  });
const decimalText = fc.oneof(
  fc.tuple(fc.nat({ max: 10 ** 9 }), digits(1, 14)).map(([whole, part]) => `${whole}.${part}`),
  fc.nat().map(String),
  fc.constantFrom("1.3E-7", "0E-8", "-1.5", "", "007", "1.", "NaN"),
);
const timeText = fc.oneof(
  fc
    .date({ min: new Date("2020-01-01"), max: new Date("2040-01-01"), noInvalidDate: true })
    .map((date) => date.toISOString()),
  fc.constantFrom("2026-11-23T16:15:39Z", "2026-11-23T16:15:39.223456+00:00", "2026-02-30T00:00:00Z", "yesterday"),
);
const frame = fc
  .record({
    symbol: fc.oneof(fc.constantFrom("BTCUSDT", "1000SATSUSDT", "", 'A"B', "é", "A\\B"), digits(1, 8)),
    price: decimalText,
    quantity: decimalText,
    timestamp: timeText,
    isBuyerMaker: fc.boolean(),
  })
  .map(({ symbol, price, quantity, timestamp, isBuyerMaker }) =>
    JSON.stringify({ channel: "ticker", symbol, data: { price, quantity, timestamp, is_buyer_maker: isBuyerMaker } }),
  );
const damage = fc.oneof(
  fc.constant((text: string) => text),
  fc.tuple(fc.nat(), fc.constantFrom("", '"', "\\", "}", " ", "9", "\u0001")).map(
    ([place, instead]) =>
      (text: string) =>
        text.slice(0, place % text.length) + instead + text.slice((place % text.length) + 1),
  ),
  fc.nat().map((length) => (text: string) => text.slice(0, length % text.length)),
  fc.string().map((more) => (text: string) => text + more),
);

describe("a tick read directly from its frame", () => {
  it("equals the result of the slow path, for any frame", () => {
    let read = 0;
    fc.assert(
      fc.property(frame, damage, (text, change) => {
        const damaged = change(text);
        const tick = readTick(damaged);
        if (tick === undefined) return true;
        read++;
        return sameValue(tick, decodeSlowly(damaged));
      }),
      { numRuns: 3000 },
    );
    expect(read).toBeGreaterThan(100);
  });

  it("is found in every frame of the platform, except those with exponents", () => {
    const frames = conversations.flatMap(({ events }) =>
      events.flatMap((event) => (event.event === "receive" && event.data.includes('"data"') ? [event.data] : [])),
    );
    expect(frames.length).toBeGreaterThan(3);
    for (const text of [plain, ...frames])
      expect(readTick(text)).toEqual(text.includes("E-") ? undefined : decodeSlowly(text));
  });
});
