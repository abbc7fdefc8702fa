import { once } from "node:events";
import { defineCommand, type Command } from "../command.ts";
import { CommandError } from "../exits.ts";
import { systemCode } from "../io.ts";
import { serve as startService } from "../serve/serve.ts";
import { readServeSettings, serveOptions, type ServeSettings } from "../serve/settings.ts";

export const serve: Command = defineCommand({
  usage: ["serve [options]"],
  about: `Runs a simulated exchange with virtual money on this machine, wire-compatible with AgentExchange.
Everything is kept in memory and lost on exit, unless --data names a file.`,
  options: serveOptions,
  usesExchange: false,
  async run(context, args) {
    const settings = readServeSettings(args);
    const { signal } = context;
    const stopped = signal.aborted ? Promise.resolve() : once(signal, "abort");
    // On Ctrl-C both the terminal and npx send the signal; a second one must not cut off responses.
    context.endItself(null);
    const service = await startService(settings).catch((error: unknown) => {
      throw explainFailure(error, settings);
    });
    await context.item(service.facts, () => [service.greeting.trimEnd()]);
    await stopped;
    await service.close();
  },
});

/** Explains why the server could not be started. */
function explainFailure(error: unknown, { host, port }: ServeSettings): unknown {
  const problem = problemOf(systemCode(error), host, port);
  return problem === undefined ? error : new CommandError(problem, "SERVER_NOT_STARTED", "failed", { cause: error });
}

function problemOf(code: string | undefined, host: string, port: number): string | undefined {
  if (code === "EADDRINUSE") return `Port ${port} on ${host} is in use. Choose another one with --port.`;
  if (code === "EACCES") return `No permission to use port ${port} on ${host}. Choose 1024 or higher with --port.`;
  if (code === "ENOTFOUND" || code === "EADDRNOTAVAIL") return `${host} is not an address of this machine. See --host.`;
  return undefined;
}
