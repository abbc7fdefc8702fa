import type { Fidelity } from "../../exchange/index.ts";
import type { Arguments } from "../command.ts";
import { UsageError } from "../usageError.ts";
import { isHostName } from "./admission.ts";

/** Settings of the `serve` command. */
export interface ServeSettings {
  readonly port: number;
  /** `localhost` means both loopback addresses. */
  readonly host: string;
  /** The file in which the exchange is kept; undefined for memory. */
  readonly data: string | undefined;
  /** Undefined: the seed in the file, or a random one. */
  readonly seed: number | undefined;
  /** Whether keys are derived from the seed, so that anyone who has one can compute all others; undefined: as in the file. */
  readonly insecureKeys: boolean | undefined;
  readonly fidelity: Fidelity;
  /** Speed of simulated time; 1 is real time. */
  readonly speed: number;
  readonly demo: boolean;
  /** Milliseconds. */
  readonly latency: number;
  /** Host names that are accepted in addition to its own. */
  readonly allowHosts: readonly string[];
  /** Origins of pages that are accepted in addition to those on this machine; `*` for all. */
  readonly allowOrigins: readonly string[];
  /** Whether clients' addresses are read from `X-Forwarded-For`. */
  readonly trustProxy: boolean;
}

/** Options of the `serve` command. */
export const serveOptions = {
  port: { type: "string", default: "8000", value: "N", about: "port to listen on (default: 8000; 0 picks a free one)" },
  host: {
    type: "string",
    default: "localhost",
    value: "NAME",
    about: "host to listen on (default: localhost, which is 127.0.0.1 and ::1)",
  },
  data: {
    type: "string",
    value: "FILE",
    about: "keep everything in a file and continue from it on the next start; all keys are derived from the file",
  },
  seed: { type: "string", value: "N", about: "seed of prices and ids (default: random)" },
  "insecure-keys": {
    type: "boolean",
    about:
      "derive keys from the seed, too; anyone who has one can compute all others, so this works on loopback addresses only",
  },
  fidelity: {
    type: "string",
    default: "declared",
    value: "KIND",
    about:
      "declared (default): behave as the platform's documentation says; observed: behave as the platform does, defects included",
  },
  fast: { type: "string", default: "1", value: "N", about: "run simulated time N times as fast" },
  latency: { type: "string", default: "0", value: "N", about: "delay every response by N milliseconds" },
  "allow-host": { type: "string", multiple: true, value: "NAME", about: "also accept requests for this host name" },
  "allow-origin": {
    type: "string",
    multiple: true,
    value: "URL",
    about: 'also accept pages of this origin (https://app.example); "*" accepts all pages',
  },
  "trust-proxy": {
    type: "boolean",
    about: "apply limits to the client addresses that a proxy in front adds to X-Forwarded-For",
  },
  demo: { type: "boolean", about: "add an account with a day of trades, positions and pending orders" },
} as const;

/** Reads the settings of `serve`; throws a `UsageError` if one is invalid. */
export function readServeSettings({ values, positionals }: Arguments<typeof serveOptions>): ServeSettings {
  const [extra] = positionals;
  if (extra !== undefined) throw new UsageError(`serve accepts options only, received "${extra}". Try --help.`);
  return {
    port: parseNumber("port", values.port, { min: 0, max: 65_535, whole: true }),
    host: values.host,
    data: parseDataPath(values.data),
    seed: values.seed === undefined ? undefined : parseNumber("seed", values.seed, { min: 0, whole: true }),
    insecureKeys: resolveInsecureKeys(values["insecure-keys"], values.host, values["trust-proxy"]),
    fidelity: parseFidelity(values.fidelity),
    speed: parseNumber("fast", values.fast, { min: 0.001, max: 1_000_000 }),
    latency: parseNumber("latency", values.latency, { min: 0, max: 600_000 }),
    demo: values.demo,
    allowHosts: values["allow-host"].map(parseHost),
    allowOrigins: values["allow-origin"].map(parseOrigin),
    trustProxy: values["trust-proxy"],
  };
}

interface NumberRange {
  readonly min: number;
  readonly max?: number;
  readonly whole?: true;
}

function parseNumber(name: string, text: string, { min, max = Number.MAX_SAFE_INTEGER, whole }: NumberRange): number {
  const value = Number(text);
  const fits = /^\d+(\.\d+)?$/.test(text) && value >= min && value <= max;
  if (fits && (whole !== true || Number.isSafeInteger(value))) return value;
  const kind = whole === true ? "whole number" : "number";
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  throw new UsageError(`--${name} must be a ${kind} ${range}, received "${text}". Try --help.`);
}

/** Keys that can be computed from one another must not be reachable from other machines, nor must those of an older file. */
function resolveInsecureKeys(wanted: boolean, host: string, behindProxy: boolean): boolean | undefined {
  if (behindProxy) {
    if (!wanted) return false;
    throw new UsageError("--insecure-keys cannot be used behind a proxy. Omit --trust-proxy.");
  }
  const isLoopback = host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
  if (isLoopback) return wanted || undefined;
  if (!wanted) return false;
  throw new UsageError(
    `--insecure-keys needs a loopback address as --host (localhost, 127.0.0.1, ::1), received "${host}". Omit one of them.`,
  );
}

function parseDataPath(path: string | undefined): string | undefined {
  if (path !== "") return path;
  throw new UsageError("--data needs the name of a file, received an empty string. Try --help.");
}

function parseHost(text: string): string {
  if (isHostName(text)) return text;
  throw new UsageError(
    `--allow-host must be a host name without a port, such as app.example, received "${text}". Try --help.`,
  );
}

function parseOrigin(text: string): string {
  if (text === "*" || text === "null") return text;
  const url = text.replace(/:\*$/, "");
  if (/^https?:\/\//.test(text) && URL.canParse(url) && new URL(url).origin === url) return text;
  throw new UsageError(
    `--allow-origin must be an origin, such as https://app.example, received "${text}". Try --help.`,
  );
}

function parseFidelity(text: string): Fidelity {
  if (text === "declared" || text === "observed") return text;
  throw new UsageError(`--fidelity must be declared or observed, received "${text}". Try --help.`);
}
