import { parseArgs } from "node:util";

export interface Settings {
  readonly symbols: readonly string[];
  /** Origin of a real service; without it the embedded exchange is used. */
  readonly baseUrl: string | undefined;
  readonly apiKey: string | undefined;
  readonly apiSecret: string | undefined;
  readonly once: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

/** Invalid command-line arguments. The message is one line. */
export class UsageError extends Error {}

export const help = `Usage: npm start -- [options]

Requests price and ticker of several symbols concurrently, once a second.
Without a base URL it uses an exchange inside this program, with a latency of 50 ms.
Without --once and --json it also builds and serves the demo page and prints its address.

  --symbols A,B    symbols (default BTCUSDT,ETHUSDT,SOLUSDT,BNBUSDT,ADAUSDT)
  --base-url URL   use a real service instead of the embedded exchange
  --once           take one snapshot and exit
  --json           print one JSON object per snapshot and line
  --help           print this text

Environment: AGENTEXCHANGE_BASE_URL replaces --base-url. With AGENTEXCHANGE_API_KEY (and
AGENTEXCHANGE_API_SECRET) the portfolio is shown, too. NO_COLOR disables colours.

The exit code is 1 if every symbol failed; a single symbol that fails is shown in its row.
`;

export function readSettings(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Settings {
  const values = parseOptions(args);
  const symbols = values.symbols.split(",").map((symbol) => symbol.trim().toUpperCase());
  if (symbols.includes(""))
    throw new UsageError("--symbols must be symbols separated by commas, such as BTCUSDT,ETHUSDT");
  return {
    symbols,
    baseUrl: values["base-url"] ?? (environment["AGENTEXCHANGE_BASE_URL"] || undefined),
    apiKey: environment["AGENTEXCHANGE_API_KEY"] || undefined,
    apiSecret: environment["AGENTEXCHANGE_API_SECRET"] || undefined,
    once: values.once,
    json: values.json,
    help: values.help,
  };
}

function parseOptions(args: readonly string[]): { [Name in "once" | "json" | "help"]: boolean } & {
  symbols: string;
  "base-url"?: string | undefined;
} {
  try {
    return parseArgs({
      args: [...args],
      options: {
        symbols: { type: "string", default: "BTCUSDT,ETHUSDT,SOLUSDT,BNBUSDT,ADAUSDT" },
        "base-url": { type: "string" },
        once: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    // Only the first sentence: Node's advice about positional arguments does not apply here.
    const [problem = ""] = (error as Error).message.split(/\.\s|\n/);
    throw new UsageError(`${problem}. Try --help.`);
  }
}
