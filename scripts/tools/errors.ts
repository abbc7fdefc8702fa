// The catalogue of errors: codes and their meanings from src/errors/codes.ts, classes from where the errors are created.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fromResponse } from "../../src/errors/index.ts";

const root = join(import.meta.dirname, "../..");

/** A code, the class of its error, its meaning, whether the same call may succeed later, and what to do. */
type ErrorText = readonly [
  code: string,
  error: string,
  meaning: string,
  retryable: boolean | "reads",
  nextStep: string,
];

/** The statuses of the platform's responses, where the name of the code does not tell. */
const STATUSES: Readonly<Record<string, number>> = {
  ACCOUNT_SUSPENDED: 403,
  CACHE_ERROR: 500,
  DAILY_LOSS_LIMIT: 403,
  DATABASE_ERROR: 500,
  DUPLICATE_ACCOUNT: 409,
  IDEMPOTENCY_KEY_REUSED: 422,
  INTERNAL_ERROR: 500,
  INVALID_API_KEY: 401,
  INVALID_SIGNATURE: 401,
  INVALID_TOKEN: 401,
  NOT_IMPLEMENTED: 501,
  PERMISSION_DENIED: 403,
  PRICE_NOT_AVAILABLE: 503,
  RATE_LIMIT_EXCEEDED: 429,
  SERVICE_UNAVAILABLE: 503,
  VALIDATION_ERROR: 422,
};

/** Codes that are not written where their error is created. */
const STREAM_CODES = new Set(["NOT_ACKNOWLEDGED", "STREAM_REFUSED"]);

/** The file src/tools/errors/texts.ts. */
export function errorTextsFile(): string {
  const errors = readErrors();
  const steps = errors.map(([code, , , , nextStep]) => `  ${code}: ${JSON.stringify(nextStep)},`);
  const rows = errors.map(
    ([code, error, meaning, retryable]) => `  ${JSON.stringify([code, error, meaning, retryable])},`,
  );
  return `${HEAD}${steps.join("\n")}\n};\n${ROWS}${rows.join("\n")}\n];\n`;
}

const HEAD = `// Written by "npm run tools" from src/errors/codes.ts and from where the errors are created.

/** What to do about a code. Apart from the rest, because every result of a tool needs it. */
export const nextSteps: Readonly<Record<string, string>> = {
`;

const ROWS = `
/** A code, the class of its error, its meaning, and whether the same call may succeed later. */
export type ErrorText = readonly [code: string, error: string, meaning: string, retryable: boolean | "reads"];

export const errorTexts: readonly ErrorText[] = [
`;

function readErrors(): readonly ErrorText[] {
  const source = readFileSync(join(root, "src/errors/codes.ts"), "utf8");
  const [platform = "", client = ""] = source.split("export type ClientErrorCode");
  return [...readCodes(platform, ofPlatform), ...readCodes(client, ofClient)];
}

type Origin = (code: string) => readonly [error: string, retryable: boolean | "reads"];

function readCodes(source: string, originOf: Origin): readonly ErrorText[] {
  return [...source.matchAll(/\/\*\* (.*) \*\/\n {2}\| "([A-Z_]+)"/g)].map(([, comment = "", code = ""]) => {
    const sentences = comment.split(/(?<=\.) /);
    const [error, retryable] = originOf(code);
    return [code, error, sentences.slice(0, -1).join(" "), retryable, sentences.at(-1) ?? ""];
  });
}

/** The class that a response with this code becomes, and whether reads and writes may be repeated. */
function ofPlatform(code: string): ReturnType<Origin> {
  const status = STATUSES[code] ?? (code.endsWith("_NOT_FOUND") ? 404 : code.endsWith("_INVALID_STATE") ? 409 : 400);
  const body = JSON.stringify({ error: { code, message: "It failed.", details: { symbol: "BTCUSDT" } } });
  const [read, write] = [true, false].map((repeatable) =>
    fromResponse(
      { status, body, header: () => null },
      { name: "call", attempts: 1, repeatable, now: 0, redact: (value) => value },
    ),
  );
  return [read?.name ?? "", read?.retryable === write?.retryable ? (read?.retryable ?? false) : "reads"];
}

const sources = globSync("src/{client,endpoints,stream,transport}/**/*.ts", { cwd: root })
  .toSorted()
  .map((path) => readFileSync(join(root, path), "utf8"));

/** The class that the client creates with this code, and whether it says that the call may be repeated. */
function ofClient(code: string): ReturnType<Origin> {
  if (STREAM_CODES.has(code)) return ["ConnectionError", true];
  if (code === "INVALID_WEBHOOK") return ["WebhookError", false];
  for (const source of sources) {
    const at = source.indexOf(`code: "${code}"`);
    if (at === -1) continue;
    const [, error = ""] = [...source.slice(0, at).matchAll(/new (\w+Error)\(/g)].at(-1) ?? [];
    const fields = source.slice(at, source.indexOf("}", at));
    const retryable = /retryable: (\w+)/.exec(fields)?.[1];
    return [error, retryable === undefined ? false : retryable === "true" ? true : "reads"];
  }
  throw new Error(`No error has the code ${code}.`);
}
