import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import type { Fidelity } from "../exchange/index.ts";
import { isHostName } from "./admission.ts";

/** What `serve` was asked for. */
export interface ServeSettings {
  readonly port: number;
  /** `localhost` stands for both loopback addresses. */
  readonly host: string;
  /** The file that keeps the exchange; undefined for memory. */
  readonly data: string | undefined;
  /** When undefined, that of the file, or a random one. */
  readonly seed: number | undefined;
  /** Whether keys come from the seed, so that whoever has one can compute all others; undefined as the file has it. */
  readonly insecureKeys: boolean | undefined;
  readonly fidelity: Fidelity;
  /** How many times as fast as the real one simulated time runs. */
  readonly speed: number;
  readonly demo: boolean;
  /** Milliseconds. */
  readonly latency: number;
  /** Names that it answers for beside its own. */
  readonly allowHosts: readonly string[];
  /** Origins of pages that may use it beside those on this machine; `*` for all. */
  readonly allowOrigins: readonly string[];
  /** Whether clients' addresses are read from `X-Forwarded-For`. */
  readonly trustProxy: boolean;
}

/** What a command line asks for. */
export type Command =
  | { readonly name: "help" | "version" }
  | { readonly name: "serve"; readonly settings: ServeSettings };

/** What is wrong with a command line, in one line. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const help = `Usage: agentexchange serve [options]

Serves a whole exchange with virtual money on this machine, wire-compatible with AgentExchange.
Everything is in memory and begins anew with each start, unless a file keeps it.

  --port N            default 8000; 0 takes a free one
  --host NAME         default localhost: 127.0.0.1 and ::1
  --data FILE         keeps everything in a file, and goes on where it ended; all keys
                      come from the file
  --seed N            prices and ids are those of the seed; default a random one
  --insecure-keys     keys are those of the seed, too: whoever has one can compute all
                      others; on this machine's own addresses only
  --fidelity KIND     declared (default): the platform as it was meant;
                      observed: as it behaves, quirks and all
  --fast N            simulated time runs N times as fast
  --latency N         milliseconds that every answer takes longer
  --allow-host NAME   answers for this host name, too; may be repeated
  --allow-origin URL  pages of this origin may use it, too (https://app.example); may be
                      repeated; "*" lets all pages
  --trust-proxy       limits clients by the address that a proxy in front adds to
                      X-Forwarded-For
  --demo              one more account, with a day of trades, positions and pending orders

  --help, --version
`;

const options = {
  port: { type: "string", default: "8000" },
  host: { type: "string", default: "localhost" },
  data: { type: "string" },
  seed: { type: "string" },
  "insecure-keys": { type: "boolean", default: false },
  fidelity: { type: "string", default: "declared" },
  fast: { type: "string", default: "1" },
  latency: { type: "string", default: "0" },
  "allow-host": { type: "string", multiple: true, default: [] },
  "allow-origin": { type: "string", multiple: true, default: [] },
  "trust-proxy": { type: "boolean", default: false },
  demo: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
  version: { type: "boolean", short: "v", default: false },
} as const satisfies ParseArgsOptionsConfig;
const config = { options, allowPositionals: true } as const;

/** Reads a command line; throws a `UsageError` when it makes no sense. */
export function readCommand(args: readonly string[]): Command {
  const { values, positionals } = parse(args);
  if (values.help) return { name: "help" };
  if (values.version) return { name: "version" };
  const [command, ...more] = positionals;
  if (command === undefined) return { name: "help" };
  if (command !== "serve") throw new UsageError(`There is no command "${command}". Try: agentexchange serve`);
  if (more.length > 0) throw new UsageError(`serve takes options only, not "${more[0]}". Try --help.`);
  return {
    name: "serve",
    settings: {
      port: numberOf("port", values.port, { least: 0, most: 65_535, whole: true }),
      host: values.host,
      data: dataOf(values.data),
      seed: values.seed === undefined ? undefined : numberOf("seed", values.seed, { least: 0, whole: true }),
      insecureKeys: insecureKeysOf(values["insecure-keys"], values.host, values["trust-proxy"]),
      fidelity: fidelityOf(values.fidelity),
      speed: numberOf("fast", values.fast, { least: 0.001, most: 1_000_000 }),
      latency: numberOf("latency", values.latency, { least: 0, most: 600_000 }),
      demo: values.demo,
      allowHosts: values["allow-host"].map(hostOf),
      allowOrigins: values["allow-origin"].map(originOf),
      trustProxy: values["trust-proxy"],
    },
  };
}

function parse(args: readonly string[]): ReturnType<typeof parseArgs<typeof config>> {
  try {
    return parseArgs({ ...config, args: [...args] });
  } catch (error) {
    // Node's messages go on with advice on positional arguments, which there are none of.
    const [problem = ""] = (error as Error).message.split(/\.\s|\n/);
    const [, option] = /^Option '(--[\w-]+)' argument is ambiguous/.exec(problem) ?? [];
    if (option !== undefined)
      throw new UsageError(
        `${option} needs a value; write one that begins with a dash as ${option}=VALUE. Try --help.`,
        {
          cause: error,
        },
      );
    throw new UsageError(`${problem}. Try --help.`, { cause: error });
  }
}

interface Bounds {
  readonly least: number;
  readonly most?: number;
  readonly whole?: true;
}

function numberOf(name: string, text: string, { least, most = Number.MAX_SAFE_INTEGER, whole }: Bounds): number {
  const value = Number(text);
  const fits = /^\d+(\.\d+)?$/.test(text) && value >= least && value <= most;
  if (fits && (whole !== true || Number.isSafeInteger(value))) return value;
  const kind = whole === true ? "whole number" : "number";
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new UsageError(`--${name} needs a ${kind} ${range}, not "${text}". Try --help.`);
}

/** Strangers must not get at keys that can be computed from one another, nor at those that an older file has. */
function insecureKeysOf(wanted: boolean, host: string, behindProxy: boolean): boolean | undefined {
  if (behindProxy) {
    if (!wanted) return false;
    throw new UsageError("--insecure-keys is for this machine alone, not behind a proxy. Leave --trust-proxy out.");
  }
  const isLoopback = host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
  if (isLoopback) return wanted || undefined;
  if (!wanted) return false;
  throw new UsageError(
    `--insecure-keys needs an address that only this machine reaches (localhost, 127.0.0.1, ::1), not "${host}". Leave one of them out.`,
  );
}

function dataOf(path: string | undefined): string | undefined {
  if (path !== "") return path;
  throw new UsageError("--data needs the name of a file, not an empty one. Try --help.");
}

function hostOf(text: string): string {
  if (isHostName(text)) return text;
  throw new UsageError(`--allow-host needs a host name without a port, as app.example, not "${text}". Try --help.`);
}

function originOf(text: string): string {
  if (text === "*" || text === "null") return text;
  const url = text.replace(/:\*$/, "");
  if (/^https?:\/\//.test(text) && URL.canParse(url) && new URL(url).origin === url) return text;
  throw new UsageError(`--allow-origin needs an origin, as https://app.example, not "${text}". Try --help.`);
}

function fidelityOf(text: string): Fidelity {
  if (text === "declared" || text === "observed") return text;
  throw new UsageError(`--fidelity is declared or observed, not "${text}". Try --help.`);
}
