// Journals in files: several processes, unfinished lines, damage, and that no call reads the past.
import * as fs from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import { fileJournal, sqliteJournal, type OpenJournal } from "../../src/node/index.ts";
import { verifyJournal } from "../../src/tools/journal/verifyJournal.ts";
import { testJournalStore } from "../support/journalContract.ts";
import { callsOf, journalWriter, recordOf } from "../support/journals.ts";
import { repository, run } from "../support/run-process.ts";
import { runtimes } from "../support/runtimes.ts";

const { appendFileSync, readFileSync, renameSync, statSync, truncateSync, writeFileSync } = fs;

let bytesRead = 0;
vi.mock("node:fs", async (importOriginal) => {
  const original = await importOriginal<typeof fs>();
  const readSync = (...args: Parameters<typeof original.readSync>): number => {
    const count = original.readSync(...args);
    bytesRead += count;
    return count;
  };
  return { ...original, readSync };
});

const folder = await mkdtemp(join(tmpdir(), "journal-"));
const opened: OpenJournal[] = [];
afterAll(async () => {
  for (const journal of opened) journal.close();
  await rm(folder, { recursive: true });
});

let files = 0;
const newPath = (): string => join(folder, `${files++}.journal`);
function keep<Journal extends OpenJournal>(journal: Journal): Journal {
  opened.push(journal);
  return journal;
}

for (const [name, open] of [
  ["fileJournal", fileJournal],
  ["sqliteJournal", sqliteJournal],
] as const) {
  testJournalStore(name, () => {
    const path = newPath();
    return { open: () => keep(open(path)) };
  });

  describe(`${name} in files`, () => {
    test("is readable only by its owner", async () => {
      const path = newPath();
      await journalWriter(keep(open(path))).append(recordOf("a"));
      expect(statSync(path).mode & 0o777).toBe(0o600);
    });

    test("says why a path cannot be used", async () => {
      expect(() => open(join(folder, "missing", "a"))).toThrow("does not exist. Create it first.");
      expect(() => open(folder)).toThrow("is a folder");
      const path = newPath();
      writeFileSync(path, "\nnotes of a person\t\n");
      await expect((async () => keep(open(path)).read(0))()).rejects.toThrow(/is damaged|not a database/);
    });

    test("refuses to continue if its file is removed or replaced", async () => {
      const path = newPath();
      const writer = journalWriter(keep(open(path)));
      await writer.append(recordOf("a"));
      renameSync(path, `${path}-old`);
      await expect(writer.append(recordOf("b"))).rejects.toThrow(/removed or replaced/);
      await journalWriter(keep(open(path))).append(recordOf("c"));
      await expect(writer.append(recordOf("d"))).rejects.toThrow(/removed or replaced/);
    });

    test("is over when closed, after what was appended", async () => {
      const path = newPath();
      const journal = open(path);
      const appending = journalWriter(journal).append(recordOf("a"));
      await appending;
      journal.close();
      journal.close();
      await expect((async () => journal.read(0))()).rejects.toThrow("is closed");
      await expect((async () => journal.append(1, []))()).rejects.toThrow("is closed");
      expect(callsOf(await keep(open(path)).read(0))).toEqual(["a"]);
    });

    test("works in Node, Deno and Bun at once on one file", { timeout: 60_000 }, async () => {
      const path = newPath();
      const script = `${repository}test/runtimes/journal.js`;
      const ends = await Promise.all(
        runtimes.map(([runtime, command, args]) => {
          const rights = runtime === "deno" ? [`--allow-read=${folder},${repository}`, `--allow-write=${folder}`] : [];
          return run(command, [...args, ...rights, script, name, path, runtime]);
        }),
      );
      expect(ends.map(({ code, output }) => [code, output.includes("done")])).toEqual(runtimes.map(() => [0, true]));
      const entries = await keep(open(path)).read(0);
      expect(verifyJournal(entries)).toMatchObject({ ok: true, head: { seq: 60 } });
      expect(new Set(callsOf(entries)).size).toBe(60);
    });
  });
}

describe("fileJournal", () => {
  const written = async (...calls: readonly string[]): Promise<string> => {
    const path = newPath();
    const journal = fileJournal(path);
    for (const callId of calls) await journalWriter(journal).append(recordOf(callId));
    journal.close();
    return path;
  };

  test("ignores a line that was cut off, at whichever byte, and continues", async () => {
    const path = await written("a", "b");
    const whole = readFileSync(path);
    const start = whole.indexOf("\n\n") + 1;
    for (let end = start; end <= whole.length; end += 1 + (end % 5)) {
      const copy = newPath();
      writeFileSync(copy, whole.subarray(0, end));
      const journal = keep(fileJournal(copy));
      const other = keep(fileJournal(copy));
      expect(callsOf(await journal.read(0)), String(end)).toEqual(end === whole.length ? ["a", "b"] : ["a"]);
      await journalWriter(journal).append(recordOf("c"));
      for (const reader of [journal, other, keep(fileJournal(copy))]) {
        const entries = await reader.read(0);
        expect(callsOf(entries), String(end)).toEqual(end === whole.length ? ["a", "b", "c"] : ["a", "c"]);
        expect(verifyJournal(entries)).toMatchObject({ ok: true });
      }
    }
  });

  test("ignores zeros that a power failure left at the end", async () => {
    const path = await written("a");
    appendFileSync(path, new Uint8Array(5000));
    const journal = keep(fileJournal(path));
    await journalWriter(journal).append(recordOf("b"));
    expect(callsOf(await keep(fileJournal(path)).read(0))).toEqual(["a", "b"]);
  });

  test("waits for the rest of a line that another process is writing", async () => {
    const path = await written("a");
    const longer = await written("a", "b");
    const rest = readFileSync(longer).subarray(statSync(path).size);
    const journal = keep(fileJournal(path));
    appendFileSync(path, rest.subarray(0, 40));
    expect(callsOf(await journal.read(0))).toEqual(["a"]);
    appendFileSync(path, rest.subarray(40));
    expect(callsOf(await journal.read(0))).toEqual(["a", "b"]);
  });

  test("counts only the first of two lines that continue the same entry", async () => {
    const path = await written("a");
    const rivals = [await written("a", "b"), await written("a", "c")];
    const { size } = statSync(path);
    for (const rival of rivals) appendFileSync(path, readFileSync(rival).subarray(size));
    const journal = keep(fileJournal(path));
    expect(callsOf(await journal.read(0))).toEqual(["a", "b"]);
    await journalWriter(journal).append(recordOf("d"));
    expect(callsOf(await keep(fileJournal(path)).read(0))).toEqual(["a", "b", "d"]);
  });

  test("reports a changed, damaged or missing line instead of continuing before it", async () => {
    const path = await written("a", "b", "c");
    const text = readFileSync(path, "utf8");
    const lines = text.split("\n\n");
    for (const [changed, problem] of [
      [text.replace('"b"', '"x"'), "entry 2 has been changed"],
      [text.replace('"callId":"c"', '"callId":"x"'), "entry 3 has been changed"],
      [text.replace('"kind"', '"kind'), "not valid JSON"],
      [[lines[0], lines[2]].join("\n\n"), "entry 2"],
    ] as const) {
      const copy = newPath();
      writeFileSync(copy, changed);
      const journal = keep(fileJournal(copy));
      await expect((async () => journal.read(0))()).rejects.toThrow(problem);
      await expect(journal.append(0, [])).rejects.toThrow("is damaged at byte");
    }
    const journal = keep(fileJournal(path));
    expect(await journal.read(0)).toHaveLength(3);
    truncateSync(path, 10);
    await expect((async () => journal.read(0))()).rejects.toThrow("has become shorter");
  });

  test("refuses an entry with a wrong hash, which would damage it", async () => {
    const path = await written("a");
    const journal = keep(fileJournal(path));
    const other = await keep(fileJournal(await written("a", "b"))).read(1);
    const wrong = other.map((entry) => ({ ...entry, hash: "0".repeat(64) }));
    await expect(journal.append(1, wrong)).rejects.toThrow("Entry 2 has been changed.");
    expect(await journal.append(1, other)).toBe(true);
  });

  test("reads a line longer than its buffer", async () => {
    const path = newPath();
    const journal = keep(fileJournal(path));
    const text = "x".repeat(1_500_000);
    await journalWriter(journal).append(recordOf("a", { text }), recordOf("b"));
    await journalWriter(journal).append(recordOf("c"));
    const entries = await keep(fileJournal(path)).read(0);
    expect(callsOf(entries)).toEqual(["a", "b", "c"]);
    expect(entries[0]?.data).toEqual({ text });
  });

  test("reads as much for the thousandth entry as for the first, also of another process", async () => {
    const path = newPath();
    const [journal, other] = [keep(fileJournal(path)), keep(fileJournal(path))];
    const writer = journalWriter(journal);
    const counts: (readonly [own: number, others: number, old: number])[] = [];
    for (let index = 0; index < 1000; index++) {
      const callId = String(1000 + index);
      bytesRead = 0;
      await writer.append(recordOf(callId));
      const own = bytesRead;
      bytesRead = 0;
      expect(callsOf(await other.read(index))).toEqual([callId]);
      const others = bytesRead;
      bytesRead = 0;
      await journal.read(0, 1);
      counts.push([own, others, bytesRead]);
    }
    const size = statSync(path).size / 1000;
    for (const amounts of counts) for (const amount of amounts) expect(amount).toBeLessThan(size * 1.2);
  });
});
