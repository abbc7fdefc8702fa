import { mostSimilar } from "../wire/similar.ts";
import { COMMANDS, type CommandEntry } from "./commands.ts";
import { COMMON_OPTIONS, EXCHANGE_OPTIONS, PROGRAM_OPTIONS } from "./globals.ts";
import type { Io } from "./io.ts";
import { parse, splitCommand } from "./parse.ts";
import { UsageError } from "./usageError.ts";

/** Runs a command line; resolves to the exit code. Only what the command needs is loaded. */
export async function runProgram(args: readonly string[], io: Io, version: () => string): Promise<number> {
  const { name, rest } = splitCommand(args, PROGRAM_OPTIONS);
  try {
    if (name === undefined || name === "help") return await printProgramHelp(rest, io, version);
    const command = await findCommand(name).load();
    const exchangeOptions = command.usesExchange === false ? {} : EXCHANGE_OPTIONS;
    const parsed = parse(rest, { ...command.options, ...exchangeOptions, ...COMMON_OPTIONS });
    if (parsed.values["help"] === true || parsed.values["version"] === true) {
      const { commandHelp } = await import("./help.ts");
      await io.stdout.write(parsed.values["help"] === true ? commandHelp(command) : `${version()}\n`);
      return 0;
    }
    const { runCommand } = await import("./commands/clientCommands.ts");
    return await runCommand(name, command, parsed, io);
  } catch (error) {
    // An invalid command line, which is answered in JSON as well.
    const { reportFailure } = await import("./commands/clientCommands.ts");
    return reportFailure(error, { name: name ?? "", json: rest.includes("--json") }, io);
  }
}

async function printProgramHelp(rest: readonly string[], io: Io, version: () => string): Promise<number> {
  const { values, positionals } = parse(rest, PROGRAM_OPTIONS);
  if (values["version"] === true) {
    await io.stdout.write(`${version()}\n`);
    return 0;
  }
  const { commandHelp, programHelp } = await import("./help.ts");
  const [topic] = positionals;
  await io.stdout.write(topic === undefined ? programHelp() : commandHelp(await findCommand(topic).load()));
  return 0;
}

/** @throws UsageError that names the most similar command */
function findCommand(name: string): CommandEntry {
  const entry = COMMANDS.find((command) => command.name === name);
  if (entry !== undefined) return entry;
  const similar = mostSimilar(
    name,
    COMMANDS.map((command) => command.name),
  );
  const hint = similar === undefined ? "" : ` Did you mean "${similar}"?`;
  throw new UsageError(`Unknown command "${name}".${hint} Try --help.`);
}
