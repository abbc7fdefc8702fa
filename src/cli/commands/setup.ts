import { homedir } from "node:os";
import process from "node:process";
import { defineCommand, type Command } from "../command.ts";
import { CommandError } from "../exits.ts";
import { checkMcpArguments } from "../mcp/settings.ts";
import { CLIENT_NAMES, type ClientName } from "../setup/clients.ts";
import { setup as setUp, SetupError, type SetupReport } from "../setup/setup.ts";
import { UsageError } from "../usageError.ts";

const SENTENCES: Readonly<Record<SetupReport["outcome"], string>> = {
  unchanged: "The client knows the server already; nothing was changed.",
  shown: "Nothing was written: --dry-run.",
  written: "Written.",
};

export const setup: Command = defineCommand({
  usage: [`setup --client ${CLIENT_NAMES.join("|")} [--dry-run | --yes] [-- OPTIONS]`],
  about:
    "Tells an MCP client on this machine to start `agentexchange mcp`. Shows the change of the client's\n" +
    "configuration file, and writes it after a yes; a backup is kept. What follows -- are options of\n" +
    "`agentexchange mcp`, such as -- --symbols BTCUSDT --max-order 500. No key is written to the file: the client\n" +
    "takes AGENTEXCHANGE_API_KEY and AGENTEXCHANGE_BASE_URL from its environment.",
  options: {
    client: { type: "string", value: "NAME", choices: CLIENT_NAMES, about: "claude is Claude Code" },
    "dry-run": { type: "boolean", about: "only show the change" },
    yes: { type: "boolean", short: "y", about: "write it without asking" },
  },
  usesExchange: false,
  async run(context, { values, positionals }) {
    const client = clientNamed(values.client);
    checkArguments(positionals);
    try {
      const report = await setUp({
        client,
        args: positionals,
        dryRun: values["dry-run"],
        machine: { platform: process.platform, home: homedir(), env: context.io.env },
        show: (text) => void context.io.stderr.write(`${text}\n`),
        confirm: (question) =>
          values.yes ? Promise.resolve() : context.confirm(question, "Pass --yes, or --dry-run to see the change."),
      });
      await context.result(report, () => [SENTENCES[report.outcome], ...report.notes], report.outcome === "written");
    } catch (error) {
      if (error instanceof SetupError) throw new CommandError(error.message, "SETUP_REFUSED", "refused");
      throw error;
    }
  },
});

function clientNamed(name: string | undefined): ClientName {
  const known = CLIENT_NAMES.find((candidate) => candidate === name);
  if (known !== undefined) return known;
  const expected = `Expected ${CLIENT_NAMES.slice(0, -1).join(", ")} or ${CLIENT_NAMES.at(-1)}.`;
  throw new UsageError(
    name === undefined ? `setup needs --client. ${expected}` : `Unknown client "${name}". ${expected}`,
  );
}

/** They must be options of the server. A key would be readable in the file and in the list of processes. */
function checkArguments(args: readonly string[]): void {
  checkMcpArguments(args);
  if (args.some((arg) => /\b[as]k_live_/.test(arg)))
    throw new UsageError("Do not pass a key: set AGENTEXCHANGE_API_KEY in the client's environment instead.");
}
