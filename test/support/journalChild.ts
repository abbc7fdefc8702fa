// Appends to a journal until it is killed: `node journalChild.ts <file | sqlite> <path> <name>`.
// Prints the ID of each call before it appends and after, one per line.
import { writeSync } from "node:fs";
import { fileJournal, sqliteJournal } from "../../src/node/index.ts";
import { journalWriter, recordOf } from "./journals.ts";

const [kind = "", path = "", name = ""] = process.argv.slice(2);

// Unbuffered, so that a kill loses no output.
const say = (word: string, callId: string): void => void writeSync(1, `${word} ${callId}\n`);

const writer = journalWriter(kind === "file" ? fileJournal(path) : sqliteJournal(path));
for (let index = 0; ; index++) {
  const callId = `${name}-${index}`;
  say("asked", callId);
  // Large enough that a kill can interrupt the write.
  await writer.append(recordOf(callId, { text: "x".repeat((index % 7) * 3000) }), recordOf(`${callId}-end`));
  say("told", callId);
}
