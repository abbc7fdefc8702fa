// Runs scripts in processes that are killed. They are bundled: importing the sources takes longer than what is tested.
import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { repository } from "./run-process.ts";

/** Bundles `test/support/NAME.ts` into a folder; returns the bundle's path. */
export function bundleChild(folder: string, name: string): string {
  const outfile = join(folder, `${name}.mjs`);
  buildSync({
    entryPoints: [`${repository}test/support/${name}.ts`],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "error",
  });
  return outfile;
}

/** Runs a script until it is killed or exits; returns what ended it, as `SIGKILL` or its exit code. */
export function runChild(
  script: string,
  args: readonly string[],
  take: (line: string, child: ChildProcess) => void,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--no-warnings", script, ...args], { stdio: ["ignore", "pipe", "inherit"] });
    let rest = "";
    child.stdout.setEncoding("utf8");
    child.stdout.on("data", (data: string) => {
      const lines = (rest + data).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) take(line, child);
    });
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(signal ?? String(code)));
  });
}
