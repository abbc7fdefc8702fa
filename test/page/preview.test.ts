// The preview's warning about pending orders that would trigger immediately.
import { expect, test } from "vitest";
import { immediateTriggerWarning } from "../../demo/src/state/trigger.ts";
import { Decimal } from "../../src/index.ts";

test.each([
  ["stop", "buy", "62000", true],
  ["stop", "buy", "60000", true],
  ["stop", "buy", "59999.99", false],
  ["stop", "sell", "62000", true],
  ["stop", "sell", "58000", false],
  ["profit", "buy", "58000", true],
  ["profit", "buy", "60000", true],
  ["profit", "buy", "60000.01", false],
  ["profit", "sell", "58000", true],
  ["profit", "sell", "62000", false],
  ["limit", "buy", "62000", true],
  ["limit", "buy", "58000", false],
  ["limit", "sell", "58000", true],
  ["limit", "sell", "62000", false],
] as const)("a %s order to %s at %s, at 60000", (kind, side, price, atOnce) => {
  const said = immediateTriggerWarning({ kind, side, price: new Decimal(price) }, new Decimal(60_000));
  expect(said?.startsWith("Triggers immediately") ?? false).toBe(atOnce);
  expect(immediateTriggerWarning({ kind, side, price: new Decimal(price) }, null)).toBeNull();
});

test("a market order needs no warning", () => {
  expect(immediateTriggerWarning({ kind: "market", side: "buy", price: null }, new Decimal(1))).toBeNull();
});
