import { describe, expect, it } from "vitest";
import { getAllPrices, type AllPrices } from "../../../src/endpoints/index.ts";
import { Decimal } from "../../../src/wire/index.ts";
import { exchanges } from "../../fixtures/rest.ts";
import { sameValue } from "../../support/sameValue.ts";
import { calls } from "./calls.ts";
import { unsendable } from "./refused.ts";

/** Names that do not follow the rule. */
const IRREGULAR: Readonly<Record<string, string>> = { executed_qty: "executedQuantity" };
const LEVEL = ["price", "quantity"];

function ourName(wireName: string, value: object): string {
  const name = IRREGULAR[wireName] ?? wireName.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
  return name in value ? name : wireName;
}

/** Every difference between an answer and what was made of it; `seen` counts the values compared. */
function differences(wire: unknown, value: unknown, path: string, seen: { count: number }): string[] {
  if (typeof wire !== "object" || wire === null) {
    seen.count++;
    return isSame(wire, value) ? [] : [`${path}: ${JSON.stringify(wire)} became ${String(value)}`];
  }
  if (typeof value !== "object" || value === null) return [`${path}: missing`];
  const isLevel = Array.isArray(wire) && !Array.isArray(value);
  const pairs = Object.entries(wire).map(([key, part]): [string, unknown] => [isLevel ? (LEVEL[Number(key)] as string) : Array.isArray(wire) ? key : ourName(key, value), part]);
  const names = Object.getOwnPropertyNames(value).filter((name) => name !== "length");
  const made = names.filter((name) => !pairs.some(([key]) => key === name) && (value as Record<string, unknown>)[name] !== null);
  return [
    ...made.map((name) => `${path}.${name}: not in the answer`),
    ...pairs.flatMap(([key, part]) => differences(part, (value as Record<string, unknown>)[key], `${path}.${key}`, seen)),
  ];
}

function isSame(wire: unknown, value: unknown): boolean {
  if (Decimal.isDecimal(value)) return typeof wire === "string" && value.eq(new Decimal(wire));
  if (value instanceof Date) return typeof wire === "string" && value.getTime() === Date.parse(wire.replace(/(\.\d{3})\d+/, "$1"));
  return Object.is(wire, value);
}

/** The one answer whose shape we change: a map of prices becomes a list. */
function asOnTheWire(value: unknown): unknown {
  const { prices, ...rest } = value as AllPrices;
  for (const { timestamp, stale } of prices) expect([timestamp, stale]).toEqual([rest.timestamp, rest.stale]);
  return { ...rest, prices: Object.fromEntries(prices.map(({ symbol, price }) => [symbol, price])) };
}

const succeeded = exchanges.filter(({ response }) => response.status >= 200 && response.status < 300);

it("every successful recording is looked at, but for those of no call of ours", () => {
  const others = succeeded.map(({ name }) => name).filter((name) => calls[name] === undefined);
  expect(others).toEqual(["preflight_allowed", "list_tests", "cancel_test"]);
  expect(Object.keys(unsendable)).toEqual(expect.arrayContaining(others));
});

describe("every value of the answer is decoded", () => {
  for (const { name, response } of succeeded) {
    const call = calls[name];
    if (call === undefined) continue;
    it(name, () => {
      const { output } = call.endpoint;
      const wire: unknown = response.body === "" ? undefined : JSON.parse(response.body);
      const value = output.decode(wire);
      const seen = { count: 0 };
      expect(differences(wire, (call.endpoint as unknown) === getAllPrices ? asOnTheWire(value) : value, name, seen)).toEqual([]);
      expect(seen.count).toBeGreaterThan(0);

      const again: unknown = output.decode(wire === undefined ? undefined : JSON.parse(JSON.stringify(output.encode(value))));
      expect(sameValue(again, value)).toBe(true);
    });
  }
});
