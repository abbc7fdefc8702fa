import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { ValidationError } from "../../errors/index.ts";
import { fileJournal } from "../../node/index.ts";
import { createToolbox, type JournalStore, type Toolbox } from "../../tools/index.ts";
import { defineCommand, type Command } from "../command.ts";
import type { Context } from "../context.ts";
import { serveStdio } from "../mcp/serveStdio.ts";
import { mcpOptions, readMcpSettings } from "../mcp/settings.ts";
import { stateFolder } from "../target.ts";
import { UsageError } from "../usageError.ts";

export const mcp: Command = defineCommand({
  usage: ["mcp [--symbols LIST [limits]]"],
  about: `Serves tools for an agent to an MCP client, over standard input and output. The client starts this
command: see \`agentexchange setup\`. Without --symbols, the agent can only look. Your approval of an
order is asked through the client; a client that cannot ask gets none.`,
  options: mcpOptions,
  async run(context, args) {
    const { tools, mandate, approveAbove, dryRun, journal } = readMcpSettings(args, Date.now());
    if (context.keyFile === "-")
      throw new UsageError("mcp reads messages from standard input, so --key-file needs a file.");
    if (context.io.stdin.isTerminal)
      context.notice("Waiting for an MCP client on standard input. To let a client start this: agentexchange setup.");
    const client = await context.traderClient({ onlyLooks: mandate === undefined });
    const toolbox = explainMistakes(() =>
      createToolbox(client, {
        tools,
        mandate,
        dryRun,
        actor: "mcp",
        approve: { above: approveAbove },
        journal: mandate === undefined ? undefined : openJournal(context, journal),
      }),
    );
    const resources = createToolbox(client, { tools: "look" });
    await serve(context, toolbox, resources);
    await Promise.all([toolbox.close(), resources.close()]);
  },
});

/** Serves until the client ends, or a signal comes. */
async function serve(context: Context, toolbox: Toolbox, resources: Toolbox): Promise<void> {
  context.endItself(null);
  const { signal } = context;
  const service = serveStdio(toolbox, resources, () => {});
  const stop = (): void => void service.close();
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  await service.closed;
}

/**
 * Clients start the server again and again, and the limits of a day must survive that. An exchange in memory starts anew
 * as well, so its journal may, too.
 */
function openJournal({ io, target }: Context, file: string | undefined): JournalStore | undefined {
  if (file !== undefined) return fileJournal(file);
  if (target.kind === "memory") return undefined;
  // One for each agent; the name does not reveal its key.
  const owner = createHash("sha256")
    .update(JSON.stringify([target.name, target.secrets]))
    .digest("hex");
  const path = join(stateFolder(io.env), "mcp", `${owner.slice(0, 16)}.journal`);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  return fileJournal(path);
}

/** Mistakes in options are errors of the command line. */
function explainMistakes(create: () => Toolbox): Toolbox {
  try {
    return create();
  } catch (error) {
    if (error instanceof ValidationError || error instanceof TypeError)
      throw new UsageError(error.message, { cause: error });
    throw error;
  }
}
