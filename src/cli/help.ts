import type { Command, Options } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { EXIT_HELP } from "./exits.ts";
import { COMMON_OPTIONS, EXCHANGE_OPTIONS } from "./globals.ts";

const WIDTH = 90;

/** The list of commands. */
export function programHelp(): string {
  return [
    "Usage: agentexchange COMMAND [arguments] [options]",
    "",
    "Trades on AgentExchange, a simulated exchange with virtual money, and runs one on this machine.",
    "",
    "Commands:",
    ...list(COMMANDS.map(({ name, summary }) => [name, summary])),
    "",
    "Which exchange:",
    ...list([
      ["--base-url URL", "a server; also AGENTEXCHANGE_BASE_URL"],
      ["--data FILE", "an exchange in a file, without a server"],
      ["neither", "an exchange in memory, which is gone when the command ends"],
    ]),
    "",
    "Options of all commands:",
    ...optionList({ ...EXCHANGE_OPTIONS, ...COMMON_OPTIONS }),
    "",
    "Environment:",
    ...list([
      ["AGENTEXCHANGE_BASE_URL", "the server"],
      ["AGENTEXCHANGE_API_KEY", "the key of an agent or an account"],
      ["AGENTEXCHANGE_API_SECRET", "the secret of an account, for `keys login`"],
      ["AGENTEXCHANGE_TOKEN", "a bearer token instead of a key"],
      ["AGENTEXCHANGE_STATE_DIR", "where orders with an unknown outcome are recorded"],
      ["NO_COLOR, FORCE_COLOR", "colours: never, always"],
    ]),
    "",
    "Exit codes:",
    ...list(EXIT_HELP),
    "",
    "Examples:",
    "  agentexchange snapshot BTCUSDT ETHUSDT",
    "  agentexchange order buy BTCUSDT --usdt 100 --data my.db",
    "  agentexchange price BTCUSDT --json",
    "",
    "`agentexchange COMMAND --help` explains a command.",
    "",
  ].join("\n");
}

/** The help of one command. */
export function commandHelp({ usage, about, options, usesExchange = true }: Command): string {
  return [
    ...usage.map((line, index) => `${index === 0 ? "Usage:" : "      "} agentexchange ${line}`),
    "",
    about.trim(),
    "",
    ...optionList(options),
    ...(Object.keys(options).length === 0 ? [] : [""]),
    ...optionList(usesExchange ? { ...EXCHANGE_OPTIONS, ...COMMON_OPTIONS } : COMMON_OPTIONS),
    "",
  ].join("\n");
}

function optionList(options: Options): string[] {
  return list(
    Object.entries(options).map(([name, { short, value, about, choices, multiple }]) => {
      const names = short === undefined ? `--${name}` : `-${short}, --${name}`;
      const text = choices === undefined ? about : `${about}: ${choices.join(", ")}`;
      return [value === undefined ? names : `${names} ${value}`, multiple === true ? `${text}; may be repeated` : text];
    }),
  );
}

/** Names and texts in two columns. */
function list(rows: readonly (readonly [name: string, text: string])[]): string[] {
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  return rows.flatMap(([name, text]) => {
    const lines: string[] = [];
    let line = "";
    for (const word of text.split(" ")) {
      if (line !== "" && line.length + 1 + word.length > WIDTH - width - 2) {
        lines.push(line);
        line = word;
      } else line = line === "" ? word : `${line} ${word}`;
    }
    return [...lines, line].map((part, index) => `  ${(index === 0 ? name : "").padEnd(width)}${part}`);
  });
}
