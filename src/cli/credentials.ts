import { readFileSync, statSync } from "node:fs";
import process from "node:process";
import { systemCode, variable, type Environment, type Input } from "./io.ts";
import { UsageError } from "./usageError.ts";

/** What identifies the caller. */
export interface Credentials {
  /** The key of an agent, or of an account. */
  readonly apiKey: string | undefined;
  /** The key of an account, if `apiKey` is that of an agent. */
  readonly accountKey: string | undefined;
  readonly apiSecret: string | undefined;
  readonly token: string | undefined;
}

const NAMES = [
  ["apiKey", "AGENTEXCHANGE_API_KEY"],
  ["accountKey", "AGENTEXCHANGE_ACCOUNT_KEY"],
  ["apiSecret", "AGENTEXCHANGE_API_SECRET"],
  ["token", "AGENTEXCHANGE_TOKEN"],
] as const satisfies readonly (readonly [keyof Credentials, string])[];

const NONE: Credentials = { apiKey: undefined, accountKey: undefined, apiSecret: undefined, token: undefined };

/** The credentials of environment variables. */
export function credentialsOfEnvironment(env: Environment): Credentials {
  const given = NAMES.map(([field, name]) => [field, variable(env, name)] as const);
  return { ...NONE, ...Object.fromEntries(given) };
}

/**
 * Reads credentials from a file: lines such as `AGENTEXCHANGE_API_KEY=…`, or a key alone. `-` is stdin.
 *
 * @param warn called if other users can read the file
 */
export async function readKeyFile(path: string, stdin: Input, warn: (text: string) => void): Promise<Credentials> {
  if (path === "-") {
    if (stdin.isTerminal) throw new UsageError("--key-file - needs a key on stdin, such as from a pipe.");
    return parseKeyFile(await stdin.readAll(), "stdin");
  }
  try {
    const text = readFileSync(path, "utf8");
    if (process.platform !== "win32" && (statSync(path).mode & 0o077) !== 0)
      warn(`Other users can read ${path}. Run: chmod 600 ${path}`);
    return parseKeyFile(text, path);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const reason = systemCode(error) === "ENOENT" ? "it does not exist" : "no permission, or it is not a file";
    throw new UsageError(`--key-file ${path} cannot be read: ${reason}.`, { cause: error });
  }
}

function parseKeyFile(text: string, source: string): Credentials {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  const [only = ""] = lines;
  if (lines.length === 1 && !only.includes("=")) return { ...NONE, apiKey: only };
  const values = Object.fromEntries(
    lines.map((line) => {
      const [name = "", ...rest] = line.replace(/^export\s+/, "").split("=");
      return [
        name.trim(),
        rest
          .join("=")
          .trim()
          .replaceAll(/^(["'])(.*)\1$/g, "$2"),
      ] as const;
    }),
  );
  const found = credentialsOfEnvironment(values);
  if (found.apiKey !== undefined || found.token !== undefined) return found;
  throw new UsageError(`${source} contains no key. Expected a key alone, or a line AGENTEXCHANGE_API_KEY=…`);
}

/** The content of a key file that {@link readKeyFile} reads. */
export function formatKeyFile(credentials: Partial<Credentials>, comment: string): string {
  const lines = NAMES.flatMap(([field, name]) =>
    credentials[field] === undefined ? [] : [`${name}=${credentials[field]}`],
  );
  return `# ${comment}\n${lines.join("\n")}\n`;
}
