import { canonicalJson } from "../tools/journal/canonicalJson.ts";
import { EMPTY_JOURNAL, type JournalHead } from "../tools/journal/chain.ts";
import type { JournalEntry } from "../tools/journal/journalStore.ts";
import { problemOf } from "../tools/journal/verifyJournal.ts";

/**
 * Where the entries of a journal's file are. A line contains what one call appended. It begins and ends with a line feed,
 * so that it stays apart from an unfinished line before it, and has a tab before its end, which JSON text never contains:
 * a line without it was cut off.
 */
export interface JournalIndex {
  readonly head: JournalHead;
  /** Where the first line that has not been read begins. */
  readonly end: number;
  /** The line that a writer appends. */
  format(writer: string, entries: readonly JournalEntry[]): Uint8Array;
  /** Reads bytes from `end` on. Returns false if they contain no whole line. */
  add(bytes: Uint8Array): boolean;
  /** Whether the last line formatted, that of `writer`, was the first to continue the journal. */
  accepted(writer: string): boolean;
  /** The start and length of the line with an entry. */
  place(seq: number): readonly [start: number, length: number];
  parse(line: Uint8Array): readonly JournalEntry[];
  /** The entries of the line with an entry, if it has been read lately. */
  recent(seq: number): readonly JournalEntry[] | undefined;
}

interface Line {
  readonly writer: string;
  readonly entries: readonly JournalEntry[];
}

interface Place {
  readonly seq: number;
  readonly start: number;
  readonly length: number;
}

const LINE_FEED = 10;
const TAB = 9;
/** Lines that stay in memory, so that reading what is new does not read the file twice. */
const RECENT = 256;

/** @param path of the file, for messages */
export function createJournalIndex(path: string): JournalIndex {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  const places: Place[] = [];
  let latest: (readonly JournalEntry[])[] = [];
  let head = EMPTY_JOURNAL;
  let end = 0;
  let awaited = "";
  let isAccepted = false;

  function damaged(start: number, problem: string): Error {
    return new Error(`The journal ${path} is damaged at byte ${start}: ${problem}. Restore it from a copy.`);
  }

  function parse(line: Uint8Array): Line {
    return JSON.parse(decoder.decode(line)) as Line;
  }

  function take(line: Uint8Array, start: number): void {
    // Empty, or cut off by a crash.
    if (line.at(-1) !== TAB) return;
    let writer: string;
    let entries: readonly JournalEntry[];
    try {
      ({ writer, entries } = parse(line));
    } catch {
      throw damaged(start, "a line is not valid JSON");
    }
    const first = entries[0]?.seq ?? 0;
    // Somebody else was first.
    if (first <= head.seq) return;
    let { seq, hash } = head;
    for (const entry of entries) {
      const problem = problemOf(entry, ++seq, hash);
      if (problem !== undefined) throw damaged(start, `entry ${seq} ${problem}`);
      ({ hash } = entry);
    }
    head = { seq, hash };
    places.push({ seq: first, start, length: line.length });
    latest.push(entries);
    if (latest.length >= 2 * RECENT) latest = latest.slice(-RECENT);
    if (writer === awaited) isAccepted = true;
  }

  return {
    get head() {
      return head;
    },
    get end() {
      return end;
    },
    format(writer, entries) {
      awaited = writer;
      isAccepted = false;
      const texts = entries.map((entry) => canonicalJson({ ...entry }));
      return encoder.encode(`\n{"writer":${JSON.stringify(writer)},"entries":[${texts.join(",")}]}\t\n`);
    },
    add(bytes) {
      const base = end;
      let start = 0;
      for (let stop = bytes.indexOf(LINE_FEED); stop !== -1; stop = bytes.indexOf(LINE_FEED, start)) {
        take(bytes.subarray(start, stop), base + start);
        start = stop + 1;
        end = base + start;
      }
      return start > 0;
    },
    accepted: (writer) => isAccepted && writer === awaited,
    place(seq) {
      const { start, length } = places[findLast(places, (place) => place.seq <= seq)] as Place;
      return [start, length];
    },
    parse: (line) => parse(line).entries,
    recent: (seq) => latest[findLast(latest, ([first]) => first !== undefined && first.seq <= seq)],
  };
}

/** The index of the last item that a condition holds for, which holds for all items before it too; -1 if there is none. */
function findLast<T>(items: readonly T[], holds: (item: T) => boolean): number {
  let from = 0;
  let to = items.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (holds(items[middle] as T)) from = middle + 1;
    else to = middle;
  }
  return from - 1;
}
