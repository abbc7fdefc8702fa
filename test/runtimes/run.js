// Runs the suite in Node, Deno or Bun: `node|deno run -A|bun run test/runtimes/run.js <server URL>`
import { cases } from "./suite.js";

const [serverUrl = ""] = process.argv.slice(2);
let failed = 0;
for (const [name, run] of cases) {
  try {
    await run({ serverUrl });
    console.log(`ok - ${name}`);
  } catch (error) {
    failed++;
    console.log(`not ok - ${name}: ${error?.stack ?? error}`);
  }
}
console.log(`${cases.length - failed} passed, ${failed} failed`);
if (failed > 0) process.exitCode = 1;
