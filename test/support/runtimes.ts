import { repository, tool } from "./run-process.ts";

/** Commands to run a script with; Deno gets only the permissions the suite needs. */
export const runtimes = [
  ["node", process.execPath, []],
  ["deno", tool("deno"), ["run", "--no-prompt", "--cached-only", "--allow-net=127.0.0.1"]],
  // A tsconfig without `paths`: with those of the tests, Bun would run the sources instead of the built package.
  ["bun", tool("bun"), ["run", `--tsconfig-override=${repository}tsconfig.json`]],
] as const;

/** The same, and Node over `nodeFetch`: each has its own HTTP. */
export const httpClients = [
  ...runtimes,
  ["node over nodeFetch", process.execPath, ["--import", `${repository}test/runtimes/overNodeFetch.js`]],
] as const;

/** The last line of test/runtimes/run.js if at least one case ran and none failed. */
export const allPassed: RegExp = /^[1-9]\d* passed, 0 failed$/m;
