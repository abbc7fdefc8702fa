// Measures the calls in the runtime that runs it: `bun run|deno run bench/callIn.js <origin> <rounds>`. Prints JSON.
import { callGroups } from "./clientCalls.ts";
import { compare } from "./harness.ts";

const [origin = "", rounds = "40"] = process.argv.slice(2);
const tables = [];
for (const { title, contenders, batch } of callGroups(origin))
  tables.push({ title, rows: await compare(contenders, { rounds: Number(rounds), batch, clock: "cpu" }) });
console.log(JSON.stringify(tables));
process.exit();
