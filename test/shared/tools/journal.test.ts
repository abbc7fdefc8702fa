// The journal: canonical JSON, hashes, the stores that work everywhere, and that a changed journal shows.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson } from "../../../src/tools/journal/canonicalJson.ts";
import { chainEntries, EMPTY_JOURNAL, hashEntry } from "../../../src/tools/journal/chain.ts";
import type { JournalEntry } from "../../../src/tools/journal/journalStore.ts";
import { memoryJournal } from "../../../src/tools/journal/memoryJournal.ts";
import { verifyJournal } from "../../../src/tools/journal/verifyJournal.ts";
import { webJournal, type LocksLike } from "../../../src/tools/journal/webJournal.ts";
import type { JsonValue } from "../../../src/tools/json.ts";
import { ValidationError } from "../../../src/errors/index.ts";
import { testJournalStore } from "../../support/journalContract.ts";
import { callsOf, journalWriter, recordOf } from "../../support/journals.ts";
import { cases } from "../../support/runtime.ts";
import { webTabs } from "../../support/webTabs.ts";

describe("canonical JSON", () => {
  test("sorts keys by code units at every depth and has no spaces", () => {
    expect(
      canonicalJson({ b: [{ z: 1, a: null }], a: "ü\n", "\u20ac": true, "\ud83d\ude00": 1, "\ufb33": 2, 10: 0, 9: 0 }),
    ).toBe('{"10":0,"9":0,"a":"ü\\n","b":[{"a":null,"z":1}],"€":true,"😀":1,"\ufb33":2}');
    expect(canonicalJson([-0, 1e21, 1e-7, 0.1])).toBe("[0,1e+21,1e-7,0.1]");
    expect(canonicalJson(JSON.parse('{"__proto__":{"a":1}}') as JsonValue)).toBe('{"__proto__":{"a":1}}');
  });

  test("does not depend on the order of keys and survives JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "binary" }), (value) => {
        const text = canonicalJson(value as JsonValue);
        expect(canonicalJson(JSON.parse(text) as JsonValue)).toBe(text);
        const reversed = JSON.parse(JSON.stringify(value), (_, part: unknown) =>
          typeof part === "object" && part !== null && !Array.isArray(part)
            ? Object.fromEntries(Object.entries(part).toReversed())
            : part,
        ) as JsonValue;
        expect(canonicalJson(reversed)).toBe(text);
      }),
      { numRuns: cases(200, 50) },
    );
  });

  test("refuses what JSON cannot express, and leaves out undefined fields", () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, undefined, () => 1, 1n, [undefined]])
      expect(() => canonicalJson(value as unknown as JsonValue), String(value)).toThrow(TypeError);
    expect(canonicalJson({ a: 1, b: undefined } as unknown as JsonValue)).toBe('{"a":1}');
  });
});

describe("entries", () => {
  test("have the SHA-256 of the entry without its hash", async () => {
    const [entry] = chainEntries(EMPTY_JOURNAL, [recordOf("a", { value: "1" })]) as [JournalEntry];
    const { hash, ...rest } = entry;
    const bytes = new TextEncoder().encode(canonicalJson(rest));
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    expect(hash).toBe(Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join(""));
    expect(hashEntry(entry)).toBe(hash);
    expect(entry).toMatchObject({ seq: 1, previous: "0".repeat(64) });
  });
});

describe("verifyJournal", () => {
  const entries = chainEntries(
    EMPTY_JOURNAL,
    ["a", "b", "c", "d"].map((callId) => recordOf(callId, { value: "1" })),
  );
  const changed = (seq: number, fields: object): readonly JournalEntry[] =>
    entries.map((entry) => (entry.seq === seq ? { ...entry, ...fields } : entry));

  test("accepts a journal, and a part of one after its head", () => {
    expect(verifyJournal([])).toEqual({ ok: true, head: EMPTY_JOURNAL });
    expect(verifyJournal(entries)).toEqual({ ok: true, head: { seq: 4, hash: entries[3]?.hash } });
    expect(verifyJournal(entries.slice(2), entries[1])).toMatchObject({ ok: true, head: { seq: 4 } });
    expect(verifyJournal(JSON.parse(JSON.stringify(entries)) as JournalEntry[])).toMatchObject({ ok: true });
  });

  test("finds each change of each entry", () => {
    for (const seq of [1, 2, 3, 4]) {
      for (const fields of [
        { time: "2026-03-05T14:00:00.001Z" },
        { toolbox: "t2" },
        { kind: "settled" },
        { callId: null },
        { data: { value: "2" } },
        { data: { value: 1 } },
        { data: undefined },
        { note: "" },
        { hash: "0".repeat(64) },
        { previous: "1".repeat(64) },
        { seq: 7 },
      ])
        expect(verifyJournal(changed(seq, fields)), JSON.stringify(fields)).toMatchObject({ ok: false, seq });
    }
  });

  test("finds missing, moved, repeated and invented entries", () => {
    const [a, b, c, d] = entries as [JournalEntry, JournalEntry, JournalEntry, JournalEntry];
    const [other] = chainEntries(a, [recordOf("x")]) as [JournalEntry];
    for (const [list, seq] of [
      [[b, c, d], 1],
      [[a, c, d], 2],
      [[a, c, b, d], 2],
      [[a, b, b], 3],
      [[a, other, c], 3],
      [[a, null, c], 2],
      [[a, 5], 2],
    ] as [JournalEntry[], number][])
      expect(verifyJournal(list)).toMatchObject({ ok: false, seq });
  });
});

const memory = () => {
  const journal = memoryJournal();
  return { open: () => journal };
};
testJournalStore("memoryJournal", memory);

testJournalStore("webJournal", () => {
  const tabs = webTabs();
  return { open: () => webJournal(tabs.open().storage, { locks: tabs.locks }) };
});

testJournalStore("webJournal of a single tab", () => {
  const { storage } = webTabs().open();
  return { open: () => webJournal(storage, { locks: null }) };
});

const ownLocks = (navigator as { readonly locks?: LocksLike }).locks;

describe("webJournal", () => {
  test("in tabs that see each other's changes late never forks", async () => {
    const tabs = webTabs(true);
    const views = [tabs.open(), tabs.open(), tabs.open()];
    const journals = views.map(({ storage }) => webJournal(storage, { locks: tabs.locks }));
    const writers = journals.map((journal) => journalWriter(journal));
    const state = { running: true };
    const deliveries = (async () => {
      for (let turn = 0; state.running; turn++) {
        for (let wait = 0; wait < 50; wait++) await Promise.resolve();
        views[turn % views.length]?.deliver();
      }
    })();
    await Promise.all(
      writers.map(async (writer, tab) => {
        for (let index = 0; index < 20; index++) await writer.append(recordOf(`${tab}-${index}`));
      }),
    );
    state.running = false;
    await deliveries;
    for (const [at, journal] of journals.entries()) {
      views[at]?.deliver();
      const entries = await journal.read(0);
      expect(verifyJournal(entries)).toMatchObject({ ok: true, head: { seq: 60 } });
      expect(new Set(callsOf(entries)).size).toBe(60);
    }
  });

  test("ignores entries of a call that was interrupted before it ended", async () => {
    const { storage } = webTabs().open();
    const journal = webJournal(storage, { locks: null });
    await journalWriter(journal).append(recordOf("a"));
    const failing = webJournal(
      {
        ...storage,
        setItem(key, value) {
          if (key.endsWith("head")) throw new Error("QuotaExceededError");
          storage.setItem(key, value);
        },
      },
      { locks: null },
    );
    await expect(journalWriter(failing).append(recordOf("b"))).rejects.toThrow("QuotaExceededError");
    expect(callsOf(await journal.read(0))).toEqual(["a"]);
    await journalWriter(journal).append(recordOf("c"));
    expect(callsOf(await journal.read(0))).toEqual(["a", "c"]);
  });

  test("keeps journals of different names apart", async () => {
    const tabs = webTabs();
    const { storage } = tabs.open();
    const one = webJournal(storage, { name: "one", locks: tabs.locks });
    await journalWriter(one).append(recordOf("a"));
    expect(await webJournal(storage, { name: "two", locks: tabs.locks }).read(0)).toEqual([]);
  });

  test("needs locks, unless told that nothing else writes", () => {
    const { storage } = webTabs().open();
    expect(() => webJournal({} as never)).toThrow(ValidationError);
    const error = (() => {
      try {
        webJournal(storage);
        return "";
      } catch (reason) {
        return String(reason);
      }
    })();
    expect(error.includes("navigator.locks")).toBe(ownLocks === undefined);
  });

  test("works with the locks of the runtime, where it has some", async () => {
    const tabs = webTabs();
    const { storage } = tabs.open();
    const options = { name: `test-${crypto.randomUUID()}`, locks: ownLocks ?? tabs.locks };
    const writers = [0, 1].map(() => journalWriter(webJournal(storage, options)));
    await Promise.all(
      writers.map(async (writer, tab) => {
        for (let index = 0; index < 10; index++) await writer.append(recordOf(`${tab}-${index}`));
      }),
    );
    expect(verifyJournal(await webJournal(storage, options).read(0))).toMatchObject({ ok: true, head: { seq: 20 } });
  });

  test("reads and writes as much for the thousandth entry as for the first", async () => {
    const { storage } = webTabs().open();
    let calls = 0;
    const counting = {
      length: 0,
      key: () => null,
      getItem: (key: string) => (calls++, storage.getItem(key)),
      setItem: (key: string, value: string) => (calls++, storage.setItem(key, value)),
      removeItem: (key: string) => storage.removeItem(key),
    };
    const writer = journalWriter(webJournal(counting, { locks: null }));
    const counts: number[] = [];
    for (let index = 0; index < 1000; index++) {
      calls = 0;
      await writer.append(recordOf(String(index)));
      counts.push(calls);
    }
    expect(counts[999]).toBe(counts[1]);
  });
});
