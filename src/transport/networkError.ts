import { ConnectionError } from "../errors/index.ts";

// Codes of failures that happen only before a connection is established, so before anything was sent.
const NEVER_SENT_CODES: ReadonlySet<unknown> = new Set([
  "ENOTFOUND",
  "EAI_AGAIN",
  "UND_ERR_CONNECT_TIMEOUT",
  "ConnectionRefused",
  "FailedToOpenSocket",
]);
// The same as messages, of Deno, Bun, and of Node for a port that fetch blocks.
const NEVER_SENT_MESSAGES = /client error \(Connect\)|Unable to connect|^bad port$/;

const BROWSER_HINT =
  "Browsers hide the cause. If the server is running, its response may have lacked CORS headers: the platform sends none with 401 (invalid key), 429 (rate limit) and crashes, and allows only configured origins.";
const HINT = "Check that the server is running and that baseUrl is correct.";

/** Whether this is a page or a web worker, where responses without CORS headers are hidden. */
const IN_BROWSER = "document" in globalThis || "importScripts" in globalThis;

interface FailedRequest {
  readonly name: string;
  readonly origin: string;
  readonly attempts: number;
  readonly repeatable: boolean;
  readonly redact: (text: string) => string;
}

interface NetworkFailure {
  readonly error: ConnectionError;
  readonly neverSent: boolean;
}

/** The error of a failed fetch. It contains only the text of its causes, since the objects themselves hold headers. */
export function networkError(
  cause: unknown,
  { name, origin, attempts, repeatable, redact }: FailedRequest,
): NetworkFailure {
  const causes = causeChain(cause);
  const text = redact(causes.map(describe).filter(Boolean).join(": "));
  const neverSent = causes.some(isBeforeConnection);
  return {
    error: new ConnectionError(`${name}: no response from ${origin}${text === "" ? "" : ` (${text})`}.`, {
      code: "CONNECTION_FAILED",
      retryable: repeatable || neverSent,
      attempts,
      hint: IN_BROWSER ? BROWSER_HINT : HINT,
    }),
    neverSent,
  };
}

interface Cause {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly syscall?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
}

/** An error and its causes, without the wrapper that ky adds. */
function causeChain(error: unknown): readonly Cause[] {
  const causes: Cause[] = [];
  let current: unknown = error;
  for (let depth = 0; depth < 5 && typeof current === "object" && current !== null; depth++) {
    const each: Cause = current;
    if (each.name !== "NetworkError" || each.cause === undefined) causes.push(each);
    current = each.cause;
  }
  return causes;
}

function describe({ code, message }: Cause): string {
  return [code, message].filter((part) => typeof part === "string" && part !== "").join(" ");
}

function isBeforeConnection({ code, syscall, message, errors }: Cause): boolean {
  if (NEVER_SENT_CODES.has(code) || (typeof message === "string" && NEVER_SENT_MESSAGES.test(message))) return true;
  // Established connections can fail with the same codes. Several addresses are tried only before one is established.
  return (
    /^E(CONNREFUSED|HOSTUNREACH|NETUNREACH)$/.test(String(code)) && (syscall === "connect" || Array.isArray(errors))
  );
}
