import { getBalance } from "../endpoints/index.ts";
import {
  AuthenticationError,
  ConnectionError,
  isAgentExchangeError,
  type AgentExchangeError,
} from "../errors/index.ts";
import type { StreamContext } from "./context.ts";

/** Milliseconds after which a failure is reported even if the request has not been answered. */
const REPORT_AFTER = 500;
/** Timeout of the request, in milliseconds. */
const TIMEOUT = 10_000;

/** How an attempt to connect failed. */
export interface FailedAttempt {
  readonly kind:
    /** No connection was established. */
    | "failed"
    /** The server accepted a connection and did not answer the upgrade. */
    | "unanswered"
    /** The connection opened and was closed before any channel was acknowledged. */
    | "ended"
    /** The connection is open, but no channel was acknowledged in time. */
    | "unconfirmed";
  /** Code of the close frame, or HTTP status of a refused upgrade. */
  readonly code?: number | undefined;
}

export interface FailureListener {
  /** Called when the attempt failed; a later one may succeed. */
  failed(error: ConnectionError): void;
  /** Called when the key was refused; no attempt will succeed. */
  refused(error: AuthenticationError): void;
}

/** Finds out why attempts fail, one at a time. */
export interface FailureDiagnosis {
  diagnose(attempt: FailedAttempt): void;
  close(): void;
}

/**
 * In most runtimes a refused upgrade looks like a broken network. A REST request with the same key tells them apart.
 */
export function createFailureDiagnosis(context: StreamContext, listener: FailureListener): FailureDiagnosis {
  const { clock } = context;
  const controller = new AbortController();
  const { signal } = controller;
  let isRunning = false;

  async function run(attempt: FailedAttempt): Promise<void> {
    let isReported = false;
    const report = (rest?: RestResult): void => {
      if (isReported || signal.aborted) return;
      isReported = true;
      listener.failed(connectionError(context, attempt, rest));
    };
    const timer = clock.setTimeout(() => report(), REPORT_AFTER);
    try {
      await context.request(getBalance, {}, { signal, timeout: TIMEOUT });
      report("ok");
    } catch (error) {
      if (signal.aborted) return;
      if (!isAgentExchangeError(error)) report();
      else if (error.status !== 401 && error.status !== 403) report(error);
      else listener.refused(refusedKey(error));
    } finally {
      clock.clearTimeout(timer);
    }
  }

  return {
    diagnose(attempt) {
      if (isRunning || signal.aborted) return;
      isRunning = true;
      void run(attempt).finally(() => (isRunning = false));
    },
    close: () => controller.abort(),
  };
}

/** Result of the REST request: it succeeded, or failed with this error. */
type RestResult = "ok" | AgentExchangeError;

function refusedKey({ code, status, hint }: AgentExchangeError): AuthenticationError {
  return new AuthenticationError("The platform refused the API key of the stream.", {
    code,
    status: status ?? undefined,
    hint: hint ?? undefined,
  });
}

/** The error of a failed attempt; `rest` is undefined while the request is not answered. */
function connectionError(context: StreamContext, attempt: FailedAttempt, rest?: RestResult): ConnectionError {
  const { kind, code } = attempt;
  const status = code !== undefined && code < 1000 ? code : undefined;
  const isFetch = context.access.socket() === "fetch" && rest === "ok" && (status ?? 0) < 400;
  return new ConnectionError(messageFor(attempt, `${context.origin}/ws/v1`, status), {
    code: status === undefined && code !== 4401 ? CODES[kind] : "STREAM_REFUSED",
    status,
    retryable: true,
    hint: `${isFetch ? FETCH_HINT : hintFor(status, rest)} The stream keeps trying.`,
    cause: typeof rest === "object" ? rest : undefined,
  });
}

const CODES = {
  failed: "NO_CONNECTION",
  unanswered: "NO_CONNECTION",
  ended: "NOT_ACKNOWLEDGED",
  unconfirmed: "NOT_ACKNOWLEDGED",
} as const;

function messageFor({ kind, code }: FailedAttempt, url: string, status: number | undefined): string {
  if (status !== undefined) return `The stream at ${url} was refused with HTTP ${status}.`;
  const messages = {
    failed: "could not be opened",
    unanswered: "did not open: the server has not answered for 5 s",
    ended: `was closed${code === undefined ? "" : ` (${code})`} before it acknowledged a subscription`,
    unconfirmed: "did not acknowledge a subscription within 10 s",
  };
  return `The stream at ${url} ${messages[kind]}.`;
}

const FETCH_HINT =
  'WebSocket: "fetch" requires a fetch that can upgrade, such as that of Cloudflare Workers; omit the option elsewhere.';

function hintFor(status: number | undefined, rest: RestResult | undefined): string {
  if (status === 404) return "Check baseUrl: this address has no stream.";
  if (status === 429) return "There are too many connections or requests from this address.";
  if (status !== undefined && status >= 500) return "The server, or a proxy in front of it, is unavailable.";
  if (status !== undefined && status < 400)
    return "Check baseUrl: the server did not upgrade the connection; redirects are not followed.";
  if (rest === "ok") return "The REST API accepts the key. Check that no proxy or firewall blocks WebSockets.";
  if (rest === undefined || rest.status === null)
    return "Check that the server is running, that baseUrl is correct, and that this machine is online.";
  return `The REST API responds with HTTP ${rest.status} as well; check baseUrl and the server.`;
}
