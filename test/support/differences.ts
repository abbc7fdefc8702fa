import { expect } from "vitest";
import { getAllPrices, type AllPrices, type Endpoint } from "../../src/endpoints/index.ts";
import { Decimal } from "../../src/wire/index.ts";
import { sameValue } from "./sameValue.ts";

/** Field names that do not follow the naming rule. */
const IRREGULAR: Readonly<Record<string, readonly string[]>> = {
  executed_qty: ["executedQuantity"],
  id: ["orderId", "tradeId"],
  bucket: ["time"],
};
const LEVEL = ["price", "quantity"];

function ourName(wireName: string, value: object): string {
  const regular = wireName.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
  return [regular, ...(IRREGULAR[wireName] ?? [])].find((name) => name in value) ?? wireName;
}

/** All differences between a response and its decoded value; `seen` counts the values compared. */
function differences(wire: unknown, value: unknown, path: string, seen: { count: number }): string[] {
  if (typeof wire !== "object" || wire === null) {
    seen.count++;
    return isSame(wire, value) ? [] : [`${path}: ${JSON.stringify(wire)} became ${String(value)}`];
  }
  if (typeof value !== "object" || value === null) return [`${path}: missing`];
  const isLevel = Array.isArray(wire) && !Array.isArray(value);
  const pairs = Object.entries(wire).map(([key, part]): [string, unknown] => [
    isLevel ? (LEVEL[Number(key)] as string) : Array.isArray(wire) ? key : ourName(key, value),
    part,
  ]);
  const names = Object.getOwnPropertyNames(value).filter((name) => name !== "length");
  const made = names.filter(
    (name) => !pairs.some(([key]) => key === name) && (value as Record<string, unknown>)[name] !== null,
  );
  return [
    ...made.map((name) => `${path}.${name}: not in the answer`),
    ...pairs.flatMap(([key, part]) =>
      differences(part, (value as Record<string, unknown>)[key], `${path}.${key}`, seen),
    ),
  ];
}

function isSame(wire: unknown, value: unknown): boolean {
  if (Decimal.isDecimal(value)) return typeof wire === "string" && value.eq(new Decimal(wire));
  if (value instanceof Date)
    return typeof wire === "string" && value.getTime() === Date.parse(wire.replace(/(\.\d{3})\d+/, "$1"));
  return Object.is(wire, value);
}

/** The one response whose shape changes: a map of prices becomes a list. */
function asOnTheWire(value: unknown): unknown {
  const { prices, ...rest } = value as AllPrices;
  const { timestamp, stale, dataAgeSeconds } = rest;
  for (const price of prices) expect(price).toMatchObject({ timestamp, stale, dataAgeSeconds });
  return { ...rest, prices: Object.fromEntries(prices.map(({ symbol, price }) => [symbol, price])) };
}

/** Decodes a response, compares every value, and checks that encoding and decoding it again changes nothing. */
export function expectDecoded(endpoint: Endpoint<unknown, unknown>, wire: unknown): void {
  const { output } = endpoint;
  const value = output.decode(wire);
  const seen = { count: 0 };
  const comparable = (endpoint as unknown) === getAllPrices ? asOnTheWire(value) : value;
  expect(differences(wire, comparable, endpoint.name, seen)).toEqual([]);
  expect(seen.count).toBeGreaterThan(0);

  const encoded = output.encode(value);
  const again: unknown = encoded === undefined ? undefined : JSON.parse(JSON.stringify(encoded));
  expect(sameValue(output.decode(again), value)).toBe(true);
  expect(paths(again).toSorted()).toEqual(paths(wire).toSorted());
}

/** The path of every value in a response. */
function paths(wire: unknown, path = ""): string[] {
  if (typeof wire !== "object" || wire === null) return [path];
  return [path, ...Object.entries(wire).flatMap(([key, part]) => paths(part, `${path}/${key}`))];
}
