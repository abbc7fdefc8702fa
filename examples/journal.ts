// examples/journal.ts
import { fileJournal } from "agentexchange/node";
import { exportJournal, verifyJournal } from "agentexchange/tools";

const journal = fileJournal(process.env.JOURNAL ?? "agent.journal");

const verdict = verifyJournal(await journal.read(0));
console.log(verdict.ok ? `${verdict.head.seq} entries are intact` : `entry ${verdict.seq} ${verdict.problem}`);

// JSON Lines, one entry per line.
for await (const line of exportJournal(journal)) console.log(line.trimEnd());
journal.close();
