import { ConnectionError } from "../errors/index.ts";

// What runtimes call failures that happen before a connection stands, so before anything was sent.
const NEVER_SENT =
  /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ConnectionRefused|FailedToOpenSocket|DNS|connection refused|tcp connect error|failed to lookup/i;

const BROWSER_HINT =
  "Browsers hide why. If the server runs, the answer may have lacked CORS headers: the platform sends none with 401 (bad key), 429 (rate limit) and crashes, and allows only origins on its list.";
const HINT = "Check that the server runs and that baseUrl is right.";

/** Whether this is a page or a worker of one, where answers without CORS headers are hidden. */
const IN_BROWSER = "document" in globalThis || "importScripts" in globalThis;

/** A failed fetch, as an error of ours: its text only, since the objects behind it hold headers. */
export function networkError(
  error: unknown,
  name: string,
  origin: string,
  attempts: number,
  repeatable: boolean,
  redact: (text: string) => string,
): { readonly error: ConnectionError; readonly neverSent: boolean } {
  const reasons = chain(error);
  const text = redact(reasons.join(": "));
  const neverSent = reasons.some((reason) => NEVER_SENT.test(reason));
  return {
    error: new ConnectionError(`${name}: no answer from ${origin}${text === "" ? "" : ` (${text})`}.`, {
      code: "CONNECTION_FAILED",
      retryable: repeatable || neverSent,
      attempts,
      hint: IN_BROWSER ? BROWSER_HINT : HINT,
    }),
    neverSent,
  };
}

/** Code and message of an error and of its causes, without ky's own wrapping. */
function chain(error: unknown): string[] {
  const reasons: string[] = [];
  let current: unknown = error;
  for (let depth = 0; depth < 5 && typeof current === "object" && current !== null; depth++) {
    const { name, code, message, cause } = current as {
      name?: unknown;
      code?: unknown;
      message?: unknown;
      cause?: unknown;
    };
    if (name !== "NetworkError" || cause === undefined) {
      const text = [code, message].filter((part) => typeof part === "string" && part !== "").join(" ");
      if (text !== "") reasons.push(text);
    }
    current = cause;
  }
  return reasons;
}
