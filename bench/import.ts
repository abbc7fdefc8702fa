// What `import "agentexchange"` costs a program: CPU time of a Node that imports an entry, less that of an empty one.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { quantile } from "./harness.ts";

const RUNS = 15;
const repository = fileURLToPath(new URL("../", import.meta.url));

export interface Imports {
  /** Milliseconds of CPU. */
  readonly root: number;
  readonly core: number;
  readonly exchange: number;
  /** The root from its 250 single files, as without bundled entries. */
  readonly files: number;
}

/** User and system time of a new process, in milliseconds. */
function cpuOf(code: string): number {
  const report = "const { user, system } = process.cpuUsage(); console.log((user + system) / 1000);";
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "--eval", code + report], {
    cwd: repository,
    encoding: "utf8",
  });
  return Number(stdout);
}

export function importBench(): Imports {
  const codes = {
    empty: "",
    root: 'await import("agentexchange");',
    core: 'await import("agentexchange/core");',
    exchange: 'await import("agentexchange/exchange");',
    files: 'await import("./dist/index.js");',
  };
  const names = ["empty", "root", "core", "exchange", "files"] as const;
  const measured = new Map<string, number[]>(names.map((name) => [name, []]));
  // Alternating, since other programs use the same cores.
  for (let round = 0; round < RUNS; round++) for (const name of names) measured.get(name)?.push(cpuOf(codes[name]));
  const of = (name: string): number =>
    quantile(measured.get(name) ?? [], 0.5) - quantile(measured.get("empty") ?? [], 0.5);
  return { root: of("root"), core: of("core"), exchange: of("exchange"), files: of("files") };
}
