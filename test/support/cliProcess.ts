// The built program as a separate process, with pipes or in a pseudo-terminal.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { repository, tool } from "./run-process.ts";

/** The built program in each runtime. */
export const programs = [
  ["node", [process.execPath, `${repository}dist/cli/main.js`]],
  ["deno", [tool("deno"), "run", "--allow-all", "--no-check", "--cached-only", `${repository}dist/cli/main.js`]],
  ["bun", [tool("bun"), "--bun", `${repository}dist/cli/main.js`]],
] as const satisfies readonly (readonly [name: string, program: readonly string[]])[];

export const [[, onNode]] = programs;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running program. */
export interface Started {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves when the output of either stream matches. */
  until(pattern: RegExp): Promise<void>;
  readonly ended: Promise<Ended>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of a program: nothing of the tests' own that changes what it does. */
function environment(env: Environment): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR } = process.env;
  return { PATH, HOME, TMPDIR, TERM: "xterm-256color", DENO_NO_UPDATE_CHECK: "1", ...env };
}

/** Starts a program with pipes. */
export function startProgram(program: readonly string[], args: readonly string[], env: Environment = {}): Started {
  const [command = "", ...first] = program;
  return follow(spawn(command, [...first, ...args], { env: environment(env), stdio: ["pipe", "pipe", "pipe"] }));
}

/** Runs a program with pipes and an empty stdin. */
export function runProgram(
  program: readonly string[],
  args: readonly string[],
  env: Environment = {},
  stdin = "",
): Promise<Ended> {
  const started = startProgram(program, args, env);
  started.child.stdin?.end(stdin);
  return started.ended;
}

/** Starts a shell command in a pseudo-terminal, which `script` of util-linux makes. Its output is in stdout. */
export function startInTerminal(command: string, columns: number, env: Environment = {}): Started {
  if (!existsSync("/usr/bin/script")) throw new Error("These tests need script of util-linux in /usr/bin.");
  const inside = `stty cols ${columns} rows 40; ${command}`;
  const args = ["--quiet", "--return", "--command", inside, "/dev/null"];
  return follow(spawn("/usr/bin/script", args, { env: environment(env), stdio: ["pipe", "pipe", "pipe"] }));
}

/** A command line for a shell. */
export function shellLine(program: readonly string[], args: readonly string[]): string {
  return [...program, ...args].map((part) => `'${part.replaceAll("'", `'\\''`)}'`).join(" ");
}

function follow(child: ChildProcess): Started {
  let stdout = "";
  let stderr = "";
  const checks = new Set<() => void>();
  // A character can arrive in two parts.
  child.stdout?.setEncoding("utf8");
  child.stderr?.setEncoding("utf8");
  const take = (add: (text: string) => void) => (data: string) => {
    add(data);
    for (const check of checks) check();
  };
  child.stdout?.on(
    "data",
    take((text) => (stdout += text)),
  );
  child.stderr?.on(
    "data",
    take((text) => (stderr += text)),
  );
  // The program may end without reading.
  child.stdin?.on("error", () => {});
  const ended = once(child, "close").then(([code]): Ended => ({ code: code as number | null, stdout, stderr }));
  return {
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    ended,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          if (!pattern.test(stdout) && !pattern.test(stderr)) return;
          checks.delete(check);
          resolve();
        };
        checks.add(check);
        check();
        void ended.then(() => reject(new Error(`It ended before ${String(pattern)}: ${stdout}${stderr}`)));
      }),
  };
}
