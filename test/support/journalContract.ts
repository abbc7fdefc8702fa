// What every store of a journal does.
import { describe, expect, test } from "vitest";
import { chainEntries, EMPTY_JOURNAL } from "../../src/tools/journal/chain.ts";
import { exportJournal } from "../../src/tools/journal/exportJournal.ts";
import type { JournalEntry, JournalStore } from "../../src/tools/journal/journalStore.ts";
import { verifyJournal } from "../../src/tools/journal/verifyJournal.ts";
import { callsOf, journalWriter, recordOf } from "./journals.ts";

/** Tests a store. `open` opens the same new journal again at each call, as another process would. */
export function testJournalStore(name: string, create: () => { readonly open: () => JournalStore }): void {
  describe(`${name}, a store of journals`, () => {
    test("returns what was appended, from any entry on and up to a limit, also to others", async () => {
      const { open } = create();
      const journal = open();
      const writer = journalWriter(journal);
      expect(await journal.read(0)).toEqual([]);
      await writer.append(
        recordOf("a"),
        recordOf("b", { reason: "Größe \u2028 \ud800 \t\n\0 💶", list: [1, null, { x: -0.5 }] }),
      );
      await writer.append(recordOf("c"));
      const entries = await journal.read(0);
      expect(callsOf(entries)).toEqual(["a", "b", "c"]);
      expect(verifyJournal(entries)).toEqual({ ok: true, head: { seq: 3, hash: entries[2]?.hash } });
      for (const other of [journal, open()]) {
        expect(await other.read(0)).toEqual(entries);
        expect(await other.read(1)).toEqual(entries.slice(1));
        expect(await other.read(1, 1)).toEqual(entries.slice(1, 2));
        expect(await other.read(0, 0)).toEqual([]);
        expect(await other.read(3)).toEqual([]);
        expect(await other.read(9)).toEqual([]);
      }
    });

    test("appends all entries or none, and none if somebody was first", async () => {
      const { open } = create();
      const [one, two] = [open(), open()];
      const first = chainEntries(EMPTY_JOURNAL, [recordOf("a"), recordOf("b")]);
      const rival = chainEntries(EMPTY_JOURNAL, [recordOf("c")]);
      expect(await Promise.all([one.append(0, first), two.append(0, rival)])).toEqual([true, false]);
      expect(await two.append(1, chainEntries(first[0] ?? EMPTY_JOURNAL, [recordOf("d")]))).toBe(false);
      expect(await two.append(2, [])).toBe(true);
      expect(await two.append(0, [])).toBe(false);
      expect(await two.read(0)).toEqual(first);
    });

    test("refuses entries that do not continue the journal", async () => {
      const journal = create().open();
      const entries = chainEntries(EMPTY_JOURNAL, [recordOf("a"), recordOf("b"), recordOf("c")]);
      const [a, b, c] = entries as [JournalEntry, JournalEntry, JournalEntry];
      const append = async (...list: readonly JournalEntry[]): Promise<unknown> => journal.append(0, list);
      await expect(append(b)).rejects.toThrow("does not continue");
      await expect(append(a, c)).rejects.toThrow("does not continue");
      await expect(append({ ...a, previous: b.hash })).rejects.toThrow("does not continue");
      expect(await journal.read(0)).toEqual([]);
      expect(await append(a)).toBe(true);
      expect(await journal.append(1, [b, c])).toBe(true);
      expect(await journal.read(0)).toEqual(entries);
    });

    test("never forks: of writers that append at once, each appends everything, once", async () => {
      const { open } = create();
      const writers = Array.from({ length: 8 }, () => journalWriter(open()));
      await Promise.all(
        writers.map(async (writer, lane) => {
          for (let index = 0; index < 10; index++)
            await writer.append(
              ...Array.from({ length: 1 + (index % 3) }, (_, part) => recordOf(`${lane}-${index}-${part}`)),
            );
        }),
      );
      const entries = await open().read(0);
      expect(verifyJournal(entries)).toMatchObject({ ok: true, head: { seq: 8 * 19 } });
      expect(new Set(callsOf(entries)).size).toBe(8 * 19);
      // The entries of one call stay together.
      for (const [at, { callId, seq }] of entries.entries())
        expect(entries[callId?.endsWith("-2") === true ? at - 2 : at]?.callId, String(seq)).toBe(
          callId?.replace(/-2$/, "-0"),
        );
    });

    test("exports as JSON Lines that verify", async () => {
      const journal = create().open();
      const writer = journalWriter(journal);
      for (let index = 0; index < 30; index++) await writer.append(recordOf(`call\n${index}`));
      let text = "";
      for await (const line of exportJournal(journal)) text += line;
      expect(text.endsWith("}\n")).toBe(true);
      const entries = text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as JournalEntry);
      expect(entries).toEqual(await journal.read(0));
      expect(verifyJournal(entries)).toMatchObject({ ok: true, head: { seq: 30 } });
    });
  });
}
