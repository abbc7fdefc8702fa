// Appends 20 entries to a journal that other runtimes share: `node|deno run|bun run journal.js <store> <path> <name>`
import process from "node:process";
import { fileJournal, sqliteJournal } from "agentexchange/node";
import { hashEntry } from "agentexchange/tools";

const [store, path, name] = process.argv.slice(2);
const journal = store === "fileJournal" ? fileJournal(path) : sqliteJournal(path);
let head = { seq: 0, hash: "0".repeat(64) };
for (let count = 0; count < 20;) {
  head = (await journal.read(head.seq)).at(-1) ?? head;
  const entry = {
    seq: head.seq + 1,
    time: "2026-03-05T14:00:00.000Z",
    toolbox: name,
    kind: "reserved",
    callId: `${name}-${count}`,
    data: {},
    previous: head.hash,
  };
  if (await journal.append(head.seq, [{ ...entry, hash: hashEntry(entry) }])) count++;
}
journal.close();
console.log("done");
