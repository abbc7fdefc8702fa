import type { Arguments, Command, Options } from "./command.ts";
import { Context } from "./context.ts";
import { Interrupted, OutputClosed, systemCode, type Io } from "./io.ts";
import { selectTarget, type TargetOptions } from "./target.ts";
import { choosePaint } from "./terminal/paint.ts";
import { clean } from "./terminal/text.ts";

/** Runs a command until it ends or is interrupted; resolves to the exit code. */
export async function runCommand(name: string, command: Command, parsed: Arguments<Options>, io: Io): Promise<number> {
  const targetOptions = targetOptionsOf(parsed);
  const context: Context = new Context(io, {
    command: name,
    json: parsed.values["json"] === true,
    keyFile: targetOptions.keyFile,
    target: () =>
      selectTarget(targetOptions, {
        env: io.env,
        stdin: io.stdin,
        notice: (text) => context.notice(text),
        askSecret: (question) => context.askSecret(question),
      }),
  });
  // The embedded exchange keeps no program alive; a command does.
  const alive = setInterval(() => {}, 60_000);
  try {
    return (await untilInterrupted(context, command, parsed)) ?? 0;
  } catch (error) {
    return await report(error, context);
  } finally {
    clearInterval(alive);
    await context.close().catch((error: unknown) => report(error, context));
  }
}

/** Reports a failure before a command could start. */
export function reportFailure(
  error: unknown,
  { name, json }: { readonly name: string; readonly json: boolean },
  io: Io,
): Promise<number> {
  const target = (): never => {
    throw error;
  };
  return report(error, new Context(io, { command: name, json, target }));
}

function targetOptionsOf({ values }: Arguments<Options>): TargetOptions {
  const text = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === "string" ? value : undefined;
  };
  return {
    baseUrl: text("base-url"),
    data: text("data"),
    keyFile: text("key-file"),
    agentId: text("agent"),
    allowInsecureHttp: values["allow-insecure-http"] === true,
  };
}

/** Most commands can be left wherever they are; others say that they end by themselves. */
async function untilInterrupted(
  context: Context,
  command: Command,
  parsed: Arguments<Options>,
): Promise<number | void> {
  const { signal } = context;
  let onAbort = (): void => {};
  const interrupted = new Promise<never>((_, reject) => {
    onAbort = () => {
      if (context.endsAtOnce) reject(signal.reason);
    };
    signal.addEventListener("abort", onAbort);
    if (signal.aborted) onAbort();
  });
  try {
    return await Promise.race([command.run(context, parsed), interrupted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** Tells a failure as the envelope on stdout, or as a line on stderr; resolves to the exit code. */
async function report(error: unknown, context: Context): Promise<number> {
  // Nobody reads any more, as with `| head -1`.
  if (error instanceof OutputClosed || systemCode(error) === "EPIPE") return 0;
  if (error instanceof Interrupted && !context.json) return error.exitCode;
  const { failureOf } = await import("./failure.ts");
  const failure = failureOf(error, context.secrets);
  try {
    if (context.json) await context.write(`${context.envelope({ ok: false, error: failure })}\n`);
    else {
      const paint = choosePaint(context.io.stderr, context.io.env);
      context.quiet();
      await context.io.stderr.write(`${paint("red", clean(failure.message))}\n`);
    }
  } catch {
    // Neither can be written; the exit code still tells.
  }
  return failure.exitCode;
}
