// Two processes append to one journal and are killed again and again.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { fileJournal, sqliteJournal } from "../../src/node/index.ts";
import { verifyJournal } from "../../src/tools/journal/verifyJournal.ts";
import { callsOf } from "../support/journals.ts";
import { bundleChild, runChild } from "../support/killChild.ts";
import { below, seeded } from "../support/seeded.ts";

const ROUNDS = 15;
const LANES = 2;

const folder = mkdtempSync(join(tmpdir(), "journal-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.for([
  ["fileJournal", "file", fileJournal],
  ["sqliteJournal", "sqlite", sqliteJournal],
] as const)(
  `%s loses nothing acknowledged and never forks, in ${ROUNDS * LANES} kills`,
  { timeout: 120_000 },
  async ([, kind, open]) => {
    const script = bundleChild(folder, "journalChild");
    const path = join(folder, `${kind}.journal`);
    const random = seeded(20260106);
    const asked = new Set<string>();
    const told = new Set<string>();
    for (let round = 0; round < ROUNDS; round++) {
      const ends = await Promise.all(
        Array.from({ length: LANES }, (_, lane) => {
          const calls = 1 + below(random, 20);
          const delay = below(random, 6);
          let count = 0;
          return runChild(script, [kind, path, `${round}-${lane}`], (line, child) => {
            const [word = "", callId = ""] = line.split(" ");
            (word === "told" ? told : asked).add(callId);
            if (word === "told" && ++count === calls) setTimeout(() => child.kill("SIGKILL"), delay);
          });
        }),
      );
      expect(ends).toEqual(Array.from({ length: LANES }, () => "SIGKILL"));
      const journal = open(path);
      const entries = await journal.read(0);
      journal.close();
      expect(verifyJournal(entries), `round ${round}`).toMatchObject({ ok: true });
      const calls = callsOf(entries);
      expect(new Set(calls).size).toBe(calls.length);
      const known = new Set(calls);
      expect([...told].filter((callId) => !known.has(callId) || !known.has(`${callId}-end`))).toEqual([]);
      // The entries of one call are there together or not at all.
      for (const callId of asked) expect(known.has(callId), callId).toBe(known.has(`${callId}-end`));
    }
    expect(told.size).toBeGreaterThan(ROUNDS * LANES);
  },
);
