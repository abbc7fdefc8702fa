// `agentexchange serve` as a separate process.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { repository } from "./run-process.ts";

export interface Served {
  readonly child: ChildProcess;
  readonly url: string;
  readonly port: number;
  readonly apiKey: string;
  readonly demoKey: string | undefined;
  readonly curl: string;
}

const running: ChildProcess[] = [];

/** The program from this repository's sources, on the Node that runs the tests. */
export const fromSources: readonly string[] = [process.execPath, `${repository}src/cli/main.ts`];

/** Starts a server and reads its greeting. */
export async function startServe(program: readonly string[], ...args: readonly string[]): Promise<Served> {
  const [command = "", ...first] = program;
  const env = { ...process.env, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" };
  const child = spawn(command, [...first, "serve", ...args], { stdio: ["ignore", "pipe", "pipe"], env });
  running.push(child);
  let output = "";
  await new Promise<void>((resolve, reject) => {
    const take = (data: Buffer): void => {
      output += data.toString();
      if (output.includes("Press Ctrl-C to stop.\n")) resolve();
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`it ended: ${output}`)));
  });
  const found = (pattern: RegExp): string | undefined => pattern.exec(output)?.[1];
  return {
    child,
    url: found(/ on (http:\S+) /) ?? "",
    port: Number(found(/ on http:\S+:(\d+) /)),
    apiKey: found(/^Agent key: +(\S+)$/m) ?? "",
    demoKey: found(/^Demo key: +(\S+)$/m),
    curl: found(/^ +(curl .*)$/m) ?? "",
  };
}

/** Stops a server with a signal; returns its exit code and the duration in milliseconds. */
export async function endServe(
  { child }: Served,
  signal: NodeJS.Signals,
): Promise<{ readonly code: unknown; readonly ms: number }> {
  const asked = performance.now();
  const exited = once(child, "exit");
  child.kill(signal);
  const [code] = (await exited) as [unknown];
  return { code, ms: performance.now() - asked };
}

/** Stops servers that a failed test left running, and waits for their end: until then they use their files. */
export async function killServers(): Promise<void> {
  await Promise.all(
    running.splice(0).map(async (child) => {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
    }),
  );
}
