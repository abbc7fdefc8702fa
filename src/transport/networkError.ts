import { ConnectionError } from "../errors/index.ts";

// What runtimes call failures that can only happen before a connection stands, so before anything was sent.
const NEVER_SENT: ReadonlySet<unknown> = new Set([
  "ENOTFOUND",
  "EAI_AGAIN",
  "UND_ERR_CONNECT_TIMEOUT",
  "ConnectionRefused",
  "FailedToOpenSocket",
]);
// The same in words: Deno's, Bun's, and of a port that fetch refuses (Node).
const NEVER_SENT_WORDS = /client error \(Connect\)|Unable to connect|^bad port$/;

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
  const links = chain(error);
  const text = redact(links.map(wordsOf).filter(Boolean).join(": "));
  const neverSent = links.some(isBeforeConnection);
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

interface Link {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly syscall?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
}

/** An error and its causes, without ky's own wrapping. */
function chain(error: unknown): readonly Link[] {
  const links: Link[] = [];
  let current: unknown = error;
  for (let depth = 0; depth < 5 && typeof current === "object" && current !== null; depth++) {
    const link = current as Link;
    if (link.name !== "NetworkError" || link.cause === undefined) links.push(link);
    current = link.cause;
  }
  return links;
}

function wordsOf({ code, message }: Link): string {
  return [code, message].filter((part) => typeof part === "string" && part !== "").join(" ");
}

function isBeforeConnection({ code, syscall, message, errors }: Link): boolean {
  if (NEVER_SENT.has(code) || (typeof message === "string" && NEVER_SENT_WORDS.test(message))) return true;
  // Connections that stood can fail with the same codes; several addresses are only tried before one stands.
  return (
    /^E(CONNREFUSED|HOSTUNREACH|NETUNREACH)$/.test(String(code)) && (syscall === "connect" || Array.isArray(errors))
  );
}
