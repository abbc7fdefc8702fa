import { tool } from "./run-process.ts";

/** Command and arguments to which the path of a script is added; Deno gets no more rights than the suite needs. */
export const runtimes = [
  ["node", process.execPath, []],
  ["deno", tool("deno"), ["run", "--no-prompt", "--cached-only", "--allow-net=127.0.0.1"]],
  ["bun", tool("bun"), ["run"]],
] as const;

/** What test/runtimes/run.js prints last if at least one case ran and none failed. */
export const allPassed: RegExp = /^[1-9]\d* passed, 0 failed$/m;
