import { describe, expect, it } from "vitest";
import {
  createNodeReader,
  decode,
  encode,
  encodeNow,
  type ReadContext,
} from "../../../src/exchange/collections/codec.ts";
import { copyValue, createTable, unloadValue } from "../../../src/exchange/collections/copyValue.ts";
import type { Table } from "../../../src/exchange/collections/table.ts";
import { Tree } from "../../../src/exchange/collections/tree.ts";
import type { Key, Measure } from "../../../src/exchange/collections/treeNode.ts";
import { memoryPages } from "../../support/memoryPages.ts";
import { cases } from "../../support/runtime.ts";
import { below, forEachSeed, pick } from "../../support/seeded.ts";

type Random = () => number;

/** Depends on the order of the entries. */
interface Run {
  readonly first: Key;
  readonly last: Key;
  readonly total: number;
}

const MEASURE: Measure<Key, number | null, Run> = {
  name: "run",
  of: (key, value) => ({ first: key, last: key, total: value ?? 0 }),
  combine: (a, b) => ({ first: a.first, last: b.last, total: a.total + b.total }),
};

function openPages(): { readonly pages: ReturnType<typeof memoryPages>; readonly context: ReadContext } {
  const pages = memoryPages();
  const reader = createNodeReader(pages, [MEASURE], copyValue);
  return { pages, context: { reader, measures: [MEASURE], copy: copyValue } };
}

const compareKeys = (a: Key, b: Key): number => (a < b ? -1 : a > b ? 1 : 0);

/** A tree, and the sorted map that it must equal. */
class Pair {
  readonly tree: Tree<Key, number | null, Run>;
  readonly map: Map<Key, number | null>;
  #sorted: readonly Key[] | undefined;

  constructor(tree: Tree<Key, number | null, Run>, map: Map<Key, number | null>) {
    this.tree = tree;
    this.map = map;
  }

  get keys(): readonly Key[] {
    return (this.#sorted ??= [...this.map.keys()].toSorted(compareKeys));
  }

  set(key: Key, value: number | null): void {
    expect(this.tree.set(key, value)).toBe(this.map.get(key));
    this.map.set(key, value);
    this.#sorted = undefined;
  }

  delete(key: Key): void {
    expect(this.tree.delete(key)).toBe(this.map.delete(key));
    this.#sorted = undefined;
  }

  copy(): Pair {
    return new Pair(this.tree.copy(), new Map(this.map));
  }

  /** Asks everything about one key and one index. */
  probe(key: Key, index: number): void {
    const { tree, map, keys } = this;
    const entries = keys.map((each) => [each, map.get(each)] as const);
    const rank = keys.filter((each) => each < key).length;
    expect([tree.get(key), tree.has(key), tree.rankOf(key)]).toEqual([map.get(key), map.has(key), rank]);
    expect(tree.search((each) => each >= key)).toBe(rank);
    expect([tree.first(), tree.last()]).toEqual([entries[0], entries.at(-1)]);
    expect([tree.entryAt(index), tree.entryAt(-1), tree.entryAt(keys.length)]).toEqual([
      entries[index],
      undefined,
      undefined,
    ]);
    const seen: unknown[] = [];
    tree.ascend(index, (each, value) => seen.push([each, value]) < 100);
    expect(seen).toEqual(entries.slice(index, index + 100));
    seen.length = 0;
    const from = Math.min(index, keys.length - 1);
    tree.descend(from, (each, value) => seen.push([each, value]) < 100);
    expect(seen).toEqual(entries.slice(Math.max(0, from - 99), from + 1).toReversed());
    const rest = keys.slice(index);
    let total = 0;
    for (const each of rest) total += map.get(each) ?? 0;
    expect(tree.summarize(index)).toEqual(rest.length === 0 ? undefined : { first: rest[0], last: rest.at(-1), total });
  }

  /** Compares all entries; returns their number. */
  check(): number {
    expect(this.tree.entries()).toEqual(this.keys.map((key) => [key, this.map.get(key)]));
    return this.map.size;
  }
}

const KEYS: Readonly<Record<string, (number: number) => Key>> = {
  number: (number) => number / 2 - 500,
  string: (number) => (number % 7 === 0 ? `ü${number}` : number.toString(36)),
  bigint: (number) => (BigInt(number) << 44n) - (1n << 52n),
};

/** Changes a pair in one of the ways that matter to a B+ tree: at the end, anywhere, in long runs. */
function change(random: Random, pair: Pair, keyOf: (number: number) => Key, hasValues: boolean): void {
  const value = (): number | null => (hasValues ? below(random, 1000) : null);
  const start = below(random, 3000);
  const count = random() < 0.1 ? below(random, 400) : below(random, 8);
  switch (below(random, 6)) {
    case 0:
    case 1:
      for (let each = start; each < start + count; each++) pair.set(keyOf(each), value());
      break;
    case 2:
      for (let each = start + count; each > start; each--) pair.set(keyOf(each), value());
      break;
    case 3:
      for (let each = 0; each < count; each++) pair.set(keyOf(below(random, 3000)), value());
      break;
    case 4:
      for (const key of pair.keys.slice(start % (pair.map.size + 1)).slice(0, count)) pair.delete(key);
      break;
    default:
      for (const key of pair.keys.slice(-1 - (count % 70)).toReversed()) pair.delete(key);
      pair.delete(keyOf(start));
  }
}

describe.each(Object.entries(KEYS))("a tree with keys of type %s", (_, keyOf) => {
  it(
    "equals a sorted map, and so do its copies, through any changes, writes and reads",
    { timeout: 120_000 },
    async () => {
      await forEachSeed(cases(30, 3), (random) => {
        const { pages, context } = openPages();
        const hasValues = random() < 0.8;
        const pairs: [Pair, ...Pair[]] = [new Pair(new Tree(MEASURE), new Map())];
        for (let number = 0; random() < 0.5 && number < 5000; number++) pairs[0].set(keyOf(number), 1);
        for (let round = 0; round < 150; round++) {
          const pair = pick(random, pairs);
          const what = random();
          if (what < 0.06) {
            const copy = pair.copy();
            if (pairs.length < 5) pairs.push(copy);
            else pairs[below(random, 5)] = copy;
          } else if (what < 0.12) {
            // What is written is the state of that time, though the original changes while it is being written.
            const copy = pair.copy();
            const steps = encode(copy.tree, pages);
            let step = steps.next();
            for (; step.done !== true; step = steps.next()) if (random() < 0.3) change(random, pair, keyOf, hasValues);
            const text = JSON.stringify(step.value);
            const read = decode(JSON.parse(text), context) as Pair["tree"];
            pairs[below(random, pairs.length)] = new Pair(read, copy.map);
          } else if (what < 0.2) {
            pair.tree.unload(context.reader);
          } else {
            change(random, pair, keyOf, hasValues);
          }
          pair.probe(keyOf(below(random, 3000)), below(random, pair.map.size + 1));
          if (round % 15 === 0) for (const each of pairs) each.check();
        }
        for (const each of pairs) expect(each.tree.size).toBe(each.check());
      });
    },
  );
});

it("a tree of three levels equals a sorted map", () => {
  const pair = new Pair(new Tree(MEASURE), new Map());
  for (let number = 0; number < 6000; number++) pair.set((number * 7919) % 6007, number);
  pair.check();
  const { pages, context } = openPages();
  const json = encodeNow(pair.tree, pages);
  pair.tree.unload(context.reader);
  const read = new Pair(decode(json, context) as Pair["tree"], new Map(pair.map));
  for (const index of [0, 63, 64, 3000, 5999, 6000]) for (const each of [pair, read]) each.probe(index, index);
  for (const key of pair.keys.filter((each) => Number(each) % 3 > 0)) pair.delete(key);
  for (const each of [pair, read]) each.check();
  pair.probe(300, 300);
  for (const key of pair.keys) pair.delete(key);
  expect([pair.tree.size, pair.tree.first(), pair.tree.summarize(0)]).toEqual([0, undefined, undefined]);
  read.check();
});

const expectSame = (actual: unknown, expected: unknown): void => expect(actual).toEqual(expected);

interface Item {
  readonly id: string;
  count: number;
  readonly seen: Map<string, number>;
}

describe("a table", () => {
  it(
    "equals a list of records, and so do its copies, through any changes, writes and reads",
    { timeout: 120_000 },
    async () => {
      await forEachSeed(cases(60, 6), (random) => {
        const { pages, context } = openPages();
        const tables: [[Table<Item>, Item[]], ...[Table<Item>, Item[]][]] = [[createTable<Item>(), []]];
        let ids = 0;
        for (let round = 0; round < 120; round++) {
          const [table, list] = pick(random, tables);
          const some = list[below(random, list.length)];
          const what = random();
          if (what < 0.3) {
            for (let count = below(random, 20); count >= 0; count--) {
              const id = `item ${(ids++ * 7919) % 10_007}`;
              table.add({ id, count, seen: new Map() });
              list.push({ id, count, seen: new Map() });
            }
          } else if (what < 0.4) {
            expectSame(table.delete(some?.id ?? "none"), some !== undefined);
            if (some !== undefined) list.splice(list.indexOf(some), 1);
          } else if (what < 0.5) {
            const copy: [Table<Item>, Item[]] = [table.copy(), structuredClone(list)];
            if (tables.length < 4) tables.push(copy);
            else tables[below(random, 4)] = copy;
          } else if (what < 0.6) {
            const json = JSON.stringify(encodeNow(table.copy(), pages));
            const read = decode(JSON.parse(json), context) as Table<Item>;
            tables[below(random, tables.length)] = [read, structuredClone(list)];
            if (random() < 0.7) table.unload(context.reader, unloadValue);
          } else if (some !== undefined) {
            for (const each of [table.get(some.id), some]) {
              if (each === undefined) throw new Error(`${some.id} is missing`);
              each.count += round;
              each.seen.set(String(round % 3), round);
            }
          }
          expect(table.get(some?.id ?? "none")?.id).toBe(list.find((each) => each.id === some?.id)?.id);
          expect([table.has("none"), table.get("none"), table.size]).toEqual([false, undefined, list.length]);
          if (round % 10 === 0) for (const [each, expected] of tables) expectSame(each.values(), expected);
        }
      });
    },
  );

  it("hands out a copy of a record after it was copied itself", () => {
    const table = createTable<Item>();
    table.add({ id: "a", count: 1, seen: new Map() });
    const before = table.get("a");
    expect(table.get("a")).toBe(before);
    const copy = table.copy();
    expect(table.get("a")).not.toBe(before);
    expect(copy.get("a")).not.toBe(before);
    expect(copy.get("a")).not.toBe(table.get("a"));
    expect(copy.get("a")).toEqual(before);
  });
});

/** Prints plain data so that what JSON and `toEqual` do not distinguish differs. */
function show(value: unknown): string {
  if (Object.is(value, -0)) return "-0";
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(show).join()}]`;
  if (value instanceof Map) return `map${show([...(value as Map<unknown, unknown>)])}`;
  if (value instanceof Set) return `set${show([...(value as Set<unknown>)])}`;
  // A field that is undefined is as good as none.
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${show(field)}`).join()}}`;
}

const STRINGS = ["", "#", "##", "#12", "$", "a", "__proto__", "constructor", "\u{1f600}\ud800\n"] as const;
const NAMES = ["$", "$$", "$$$", "$a", "value", "#", "__proto__", "constructor", "toString", ""] as const;
const PRIMITIVES = [0, -0, 1.5, NaN, Infinity, -Infinity, true, false, null, undefined, 0n, -1n, 1n << 90n] as const;

function primitive(random: Random): unknown {
  return random() < 0.5 ? pick(random, STRINGS) : pick<unknown>(random, PRIMITIVES);
}

function plainData(random: Random, depth: number): unknown {
  const many = <Made>(make: () => Made): Made[] => Array.from({ length: below(random, 4) }, make);
  switch (depth === 0 ? 0 : below(random, 6)) {
    case 1:
      return many(() => plainData(random, depth - 1));
    case 2:
      return new Map(many(() => [primitive(random), plainData(random, depth - 1)]));
    case 3:
      return new Set(many(() => primitive(random)));
    case 4:
    case 5: {
      const fields = many(() => [pick(random, NAMES), plainData(random, depth - 1)] as const);
      // Unlike an assignment, this sets "__proto__" as a field.
      return Object.fromEntries(fields);
    }
    default:
      return primitive(random);
  }
}

describe("plain data", () => {
  it("is copied, written and read exactly", async () => {
    await forEachSeed(cases(3000, 300), (random) => {
      const { pages, context } = openPages();
      const value = plainData(random, 4);
      const before = show(value);
      const copy = copyValue(value);
      const json = JSON.stringify(encodeNow(value, pages));
      expect([show(copy), show(decode(JSON.parse(json), context)), show(value)]).toEqual([before, before, before]);
    });
  });

  it("is copied with everything in it", () => {
    const value = { list: [{ count: 1 }], map: new Map([["a", { count: 1 }]]), set: new Set([1]) };
    const copy = copyValue(value);
    for (const each of [copy.list[0], copy.map.get("a")]) if (each !== undefined) each.count = 2;
    copy.set.add(2);
    expect(show(value)).toBe('{"list":[{"count":1}],"map":map[["a",{"count":1}]],"set":set[1]}');
  });

  it("contains no functions and no instances of classes", () => {
    const { pages } = openPages();
    for (const wrong of [new Date(0), new URL("http://localhost"), Object.create(null) as object])
      expect(() => copyValue({ list: [wrong] })).toThrow("plain data only");
    expect(() => copyValue([() => 1])).toThrow("data only, no functions");
    expect(() => encodeNow(new Map([["a", () => 1]]), pages)).toThrow("data only, no functions");
  });
});
