import { getBalance } from "../endpoints/index.ts";
import {
  AuthenticationError,
  ConnectionError,
  isAgentExchangeError,
  type AgentExchangeError,
} from "../errors/index.ts";
import type { StreamContext } from "./context.ts";

/** Milliseconds for which a failed attempt is examined before it is reported as far as it is known. */
const TOLD_AFTER = 500;
/** Milliseconds for the request that examines. */
const TIMEOUT = 10_000;

/** How an attempt to open a connection failed. */
export interface FailedAttempt {
  readonly kind:
    /** No connection came about. */
    | "failed"
    /** The server accepted a connection and did not answer the upgrade. */
    | "unanswered"
    /** The connection opened, and ended before any channel was acknowledged. */
    | "ended"
    /** The connection is open, and no channel was acknowledged in time. */
    | "unconfirmed";
  /** Of the close frame, or the HTTP status of a refused upgrade. */
  readonly code?: number | undefined;
}

/** What is told of failed attempts. */
export interface FailureListener {
  /** There is no connection now; the next attempt may succeed. */
  failed(error: ConnectionError): void;
  /** The key is refused: no attempt will succeed. */
  refused(error: AuthenticationError): void;
}

/** Examines failed attempts, one at a time. */
export interface Examiner {
  examine(attempt: FailedAttempt): void;
  close(): void;
}

export function createExaminer(context: StreamContext, listener: FailureListener): Examiner {
  const { clock } = context;
  const controller = new AbortController();
  let running = false;

  /** A refused upgrade looks like a broken network in most runtimes; a request with the same key tells them apart. */
  async function work(attempt: FailedAttempt): Promise<void> {
    let told = false;
    const tell = (rest?: "answers" | AgentExchangeError): void => {
      if (told || controller.signal.aborted) return;
      told = true;
      const byFetch = context.access.socket() === "fetch";
      listener.failed(errorOf(attempt, context.origin, byFetch, rest));
    };
    const timer = clock.setTimeout(() => tell(), TOLD_AFTER);
    try {
      await context.request(getBalance, {}, { signal: controller.signal, timeout: TIMEOUT });
      tell("answers");
    } catch (error) {
      if (controller.signal.aborted) return;
      if (isAgentExchangeError(error) && (error.status === 401 || error.status === 403)) {
        const { code, status, hint } = error;
        listener.refused(
          new AuthenticationError("The key was refused, and so was the stream.", {
            code,
            status,
            hint: hint ?? undefined,
          }),
        );
      } else tell(isAgentExchangeError(error) ? error : undefined);
    } finally {
      clock.clearTimeout(timer);
    }
  }

  return {
    examine(attempt) {
      if (running || controller.signal.aborted) return;
      running = true;
      void work(attempt).finally(() => (running = false));
    },
    close: () => controller.abort(),
  };
}

/** The error of a failed attempt, with what a request by REST has shown, if it was answered yet. */
function errorOf(
  attempt: FailedAttempt,
  origin: string,
  byFetch: boolean,
  rest?: "answers" | AgentExchangeError,
): ConnectionError {
  const { code } = attempt;
  const status = code !== undefined && code < 1000 ? code : undefined;
  return new ConnectionError(messageOf(attempt, `${origin}/ws/v1`, status), {
    code: status === undefined && code !== 4401 ? CODES[attempt.kind] : "STREAM_REFUSED",
    status,
    retryable: true,
    hint: `${byFetch && rest === "answers" && (status ?? 0) < 400 ? FETCH_HINT : hintOf(status, rest)} The stream keeps trying.`,
    cause: typeof rest === "object" ? rest : undefined,
  });
}

const CODES = {
  failed: "NO_CONNECTION",
  unanswered: "NO_CONNECTION",
  ended: "NOT_ACKNOWLEDGED",
  unconfirmed: "NOT_ACKNOWLEDGED",
} as const;

function messageOf({ kind, code }: FailedAttempt, address: string, status: number | undefined): string {
  if (status !== undefined) return `The stream at ${address} was refused with HTTP ${status}.`;
  const messages = {
    failed: "could not be opened",
    unanswered: "does not open: the server has not answered for 5 s",
    ended: `was closed${code === undefined ? "" : ` (${code})`} before it acknowledged a subscription`,
    unconfirmed: "acknowledged no subscription within 10 s",
  };
  return `The stream at ${address} ${messages[kind]}.`;
}

const FETCH_HINT =
  'WebSocket: "fetch" needs a fetch that upgrades, as that of Workers does; leave the option out elsewhere.';

function hintOf(status: number | undefined, rest: "answers" | AgentExchangeError | undefined): string {
  if (status === 404) return "Check baseUrl: there is no stream at this address.";
  if (status === 429) return "There are too many connections or requests from here.";
  if (status !== undefined && status >= 500) return "The server, or a proxy in front of it, is unavailable.";
  if (status !== undefined && status < 400)
    return "Check baseUrl: the server did not upgrade; redirects are not followed.";
  if (rest === "answers")
    return "The REST API answers and accepts the key; check that nothing on the way, such as a proxy, blocks WebSockets.";
  if (rest === undefined || rest.status === null)
    return "Check that the server runs, that baseUrl is right, and that this machine is online.";
  return `The REST API answers with HTTP ${rest.status}, too; check baseUrl and the server.`;
}
