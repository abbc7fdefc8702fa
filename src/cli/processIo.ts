import process from "node:process";
import { Interrupted, OutputClosed, systemCode, type Input, type Interrupts, type Io, type Output } from "./io.ts";

type Stream = NodeJS.WriteStream;

/** What the runtime's process gives a program. */
export function processIo(): Io {
  const interrupts = createInterrupts();
  const stdout = createOutput(process.stdout, interrupts.abort);
  const stderr = createOutput(process.stderr, () => {});
  return { stdin: createInput(), stdout, stderr, env: process.env, interrupts: interrupts.interrupts };
}

function createOutput(stream: Stream, onClosed: (reason: OutputClosed) => void): Output {
  // Without a listener an error ends the program with a stack.
  stream.on("error", (error: Error) => {
    if (systemCode(error) === "EPIPE") onClosed(new OutputClosed("Nobody reads the output."));
  });
  return {
    isTerminal: stream.isTTY,
    get columns() {
      return stream.isTTY ? stream.columns || 80 : Number.POSITIVE_INFINITY;
    },
    get rows() {
      return stream.isTTY ? stream.rows || 24 : Number.POSITIVE_INFINITY;
    },
    write: (text) =>
      new Promise((resolve, reject) => {
        stream.write(text, (error) => (error ? reject(error) : resolve()));
      }),
  };
}

const SIGNALS = [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const;

/** On Ctrl-C both the terminal and npx send the signal, so that one can arrive twice. */
const SAME_MS = 100;

function createInterrupts(): { readonly interrupts: Interrupts; readonly abort: (reason: Error) => void } {
  const controller = new AbortController();
  const interrupts: Interrupts = { signal: controller.signal, atOnce: { code: 130, message: "" } };
  let first: number | undefined;
  for (const [signal, code] of SIGNALS)
    process.on(signal, () => {
      if (first === undefined) {
        first = performance.now();
        controller.abort(new Interrupted(code));
      } else if (performance.now() - first > SAME_MS && interrupts.atOnce !== null) {
        process.stderr.write(interrupts.atOnce.message);
        process.exit(interrupts.atOnce.code);
      }
    });
  return { interrupts, abort: (reason) => controller.abort(reason) };
}

const INTERRUPT = "\u0003";
const END = "\u0004";
const BACKSPACES: ReadonlySet<string> = new Set(["\b", "\u007f"]);

function createInput(): Input {
  const { stdin } = process;
  return {
    isTerminal: stdin.isTTY,
    async readAll() {
      let text = "";
      stdin.setEncoding("utf8");
      for await (const chunk of stdin) text += String(chunk);
      return text.replace(/\r?\n$/, "");
    },
    ask: (question, { hidden, signal }) =>
      new Promise((resolve, reject) => {
        let line = "";
        const end = (finish: () => void): void => {
          stdin.off("data", take);
          stdin.off("end", onEnd);
          signal.removeEventListener("abort", onAbort);
          if (hidden) stdin.setRawMode(false);
          stdin.pause();
          if (hidden) process.stderr.write("\n");
          finish();
        };
        const onAbort = (): void => end(() => reject(signal.reason));
        const onEnd = (): void => end(() => resolve(line));
        const take = (data: string): void => {
          for (const character of data) {
            if (character === "\r" || character === "\n") return end(() => resolve(line));
            if (character === INTERRUPT) return end(() => reject(new Interrupted(130)));
            if (character === END && line === "") return onEnd();
            line = BACKSPACES.has(character) ? line.slice(0, -1) : line + character;
          }
        };
        signal.addEventListener("abort", onAbort);
        // Raw mode shows nothing, and delivers Ctrl-C as a character.
        if (hidden) stdin.setRawMode(true);
        stdin.setEncoding("utf8");
        stdin.on("data", take);
        stdin.on("end", onEnd);
        stdin.resume();
        // Last, so that nothing is shown that is typed as soon as the question appears.
        process.stderr.write(question);
      }),
  };
}
