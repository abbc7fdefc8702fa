import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export const repository: string = fileURLToPath(new URL("../../", import.meta.url));

/** Path of a binary installed by npm. */
export const tool = (name: string): string => `${repository}node_modules/.bin/${name}`;

export interface Finished {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a program until it exits, at most a minute by default; collects stdout and stderr. */
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
