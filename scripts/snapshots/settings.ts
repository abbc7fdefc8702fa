import { parseArgs } from "node:util";

export interface Settings {
  readonly symbols: readonly string[];
  /** The real service; the embedded exchange without it. */
  readonly baseUrl: string | undefined;
  readonly apiKey: string | undefined;
  readonly apiSecret: string | undefined;
  readonly once: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

/** What is wrong with the command line, in one line. */
export class UsageError extends Error {}

export const help = `Usage: npm start -- [options]

Takes price and ticker of several pairs, all at once, again every second.
Without a base URL they come from an exchange inside this program, 50 ms away.
Unless it is for --once or --json, the page of demo/ is built and served, too, and its address shown.

  --symbols A,B    pairs, by default BTCUSDT,ETHUSDT,SOLUSDT,BNBUSDT,ADAUSDT
  --base-url URL   a real service instead of the embedded exchange
  --once           one snapshot, then the end
  --json           one JSON object a snapshot, one a line
  --help           this text

AGENTEXCHANGE_BASE_URL in the environment does the same as --base-url. With AGENTEXCHANGE_API_KEY (and
AGENTEXCHANGE_API_SECRET) the value of the portfolio is shown too. NO_COLOR turns colours off.

Exit code 1 when no pair could be read; one pair that fails is a row of the table.
`;

export function readSettings(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Settings {
  const values = parse(args);
  const symbols = values.symbols.split(",").map((symbol) => symbol.trim().toUpperCase());
  if (symbols.includes("")) throw new UsageError("--symbols needs pairs with commas between: BTCUSDT,ETHUSDT");
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

function parse(args: readonly string[]): { [Name in "once" | "json" | "help"]: boolean } & {
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
    // Node's messages go on with advice about positional arguments, which there are none of.
    const [problem = ""] = (error as Error).message.split(/\.\s|\n/);
    throw new UsageError(`${problem}. Try --help.`);
  }
}
