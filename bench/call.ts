// Cost of one call: the process's CPU time for calls over loopback HTTP, in Node, Bun and Deno.
import { execFile, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { nodeFetch } from "agentexchange/node";
import { peers } from "./callPeers.ts";
import { callGroups, type CallGroup } from "./clientCalls.ts";
import { compare, type Measured } from "./harness.ts";

export interface CallTable {
  readonly title: string;
  readonly rows: readonly Measured[];
}

const tool = (name: string): string => fileURLToPath(new URL(`../node_modules/.bin/${name}`, import.meta.url));
const OTHER_RUNTIMES = [
  // A tsconfig without `paths`, so that Bun runs the built package as the others do, and not the sources.
  ["Bun", tool("bun"), ["run", `--tsconfig-override=${fileURLToPath(new URL("../tsconfig.json", import.meta.url))}`]],
  ["Deno", tool("deno"), ["run", "--no-prompt", "--cached-only", "--allow-net=127.0.0.1"]],
] as const;

export async function callBench(rounds = 40): Promise<readonly CallTable[]> {
  const server = fork(new URL("server.ts", import.meta.url));
  try {
    const port = await new Promise<number>((resolve) =>
      server.once("message", (message) => resolve(message as number)),
    );
    const origin = `http://127.0.0.1:${port}`;
    const [price, ...others] = callGroups(origin, { name: "nodeFetch", fetch: nodeFetch });
    const groups: readonly CallGroup[] =
      price === undefined ? [] : [{ ...price, contenders: [...price.contenders, ...peers(origin)] }, ...others];
    const tables: CallTable[] = [];
    for (const { title, contenders, batch } of groups)
      tables.push({ title: `${title}, Node`, rows: await compare(contenders, { rounds, batch, clock: "cpu" }) });
    const script = fileURLToPath(new URL("callIn.js", import.meta.url));
    for (const [runtime, command, args] of OTHER_RUNTIMES) {
      const { stdout } = await promisify(execFile)(command, [...args, script, origin, String(rounds)]);
      for (const { title, rows } of JSON.parse(stdout) as readonly CallTable[])
        tables.push({ title: `${title}, ${runtime}`, rows });
    }
    return tables;
  } finally {
    server.disconnect();
  }
}
