// How long the built program takes from its start to its first output, and the CPU time of the whole run.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { quantile } from "./harness.ts";

const RUNS = 21;
const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));

export interface Start {
  readonly name: string;
  /** Milliseconds until the first output, median. */
  readonly first: number;
  /** Milliseconds of CPU of the process, median. */
  readonly cpu: number;
}

/** The end of a program that reports its CPU time. */
const REPORT =
  "process.on('exit',()=>{const{user,system}=process.cpuUsage();process.stderr.write(`${(user+system)/1000}`)})";
const preload = `data:text/javascript,${encodeURIComponent(REPORT)}`;

async function measure(args: readonly string[]): Promise<{ readonly first: number; readonly cpu: number }> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, ["--import", preload, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let first = Number.NaN;
  let cpu = "";
  child.stdout.once("data", () => (first = performance.now() - startedAt));
  child.stderr.on("data", (data: Buffer) => (cpu += data.toString()));
  await once(child, "close");
  return { first, cpu: Number(cpu) };
}

/** Help, and a price from a server on this machine; first an empty program for comparison. */
export async function cliBench(): Promise<readonly Start[]> {
  const server: ChildProcess = spawn(process.execPath, [main, "serve", "--port", "0", "--json"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const [line] = server.stdout === null ? [] : ((await once(server.stdout, "data")) as [Buffer]);
    const { data } = JSON.parse(String(line)) as { readonly data: { readonly url: string } };
    const programs = [
      ["an empty program", ["--eval", "process.stdout.write('x')"]],
      ["`agentexchange --help`", [main, "--help"]],
      ["`agentexchange price BTCUSDT`, from a local server", [main, "price", "BTCUSDT", "--base-url", data.url]],
    ] as const;
    const all = programs.map(([name]) => ({ name, first: [] as number[], cpu: [] as number[] }));
    // Alternating, since other programs use the same cores.
    for (let run = 0; run < RUNS; run++)
      for (const [index, [, args]] of programs.entries()) {
        const { first, cpu } = await measure(args);
        all[index]?.first.push(first);
        all[index]?.cpu.push(cpu);
      }
    return all.map(({ name, first, cpu }) => ({ name, first: quantile(first, 0.5), cpu: quantile(cpu, 0.5) }));
  } finally {
    server.kill("SIGTERM");
  }
}
