import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export const repository: string = fileURLToPath(new URL("../../", import.meta.url));

/** Path of a tool that npm installed. */
export const tool = (name: string): string => `${repository}node_modules/.bin/${name}`;

export interface Finished {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a program to its end, for a minute at most by default; what it prints on either stream is its output. */
export function run(
  command: string,
  args: readonly string[],
  cwd: string = repository,
  timeout = 60_000,
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" };
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], timeout });
    let output = "";
    const take = (data: Buffer): void => {
      output += data.toString();
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });
}
