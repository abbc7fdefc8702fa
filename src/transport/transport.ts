import { login, type Order, type WireRequest } from "../endpoints/index.ts";
import { redactor, type Redact } from "../errors/index.ts";
import { createSigner, type SignatureHeaders } from "../signing/index.ts";
import { createActing, type Acting } from "./agent.ts";
import { call } from "./call.ts";
import { canonicalAgentId, checkOptions, originOf } from "./checkOptions.ts";
import { systemClock, type Clock } from "./clock.ts";
import { keyCredentials, noCredentials, tokenCredentials, type Credentials } from "./credentials.ts";
import { closedError, type Deadline } from "./deadline.ts";
import { createLimiter, noLimiter, type Limiter } from "./limiter.ts";
import type { ClientOptions, RetryOptions } from "./options.ts";
import { createIntentLog, type IntentLog } from "./intentLog.ts";
import { checksum } from "./intents.ts";
import { createOrderClock, type OrderClock } from "./orderClock.ts";
import type { ReconcileOptions } from "./orderOutcomeUnknown.ts";
import { reconcile } from "./reconcile.ts";
import { createSubmissions, type Submission, type Submissions } from "./submissions.ts";
import { createServerTime, type ServerTime } from "./serverTime.ts";
import { streamAccess, type StreamAccess } from "./streamAccess.ts";
import { createTimestamps } from "./timestamps.ts";

/** What all calls of one client share. */
export interface Transport {
  readonly origin: string;
  readonly clock: Clock;
  readonly server: ServerTime;
  readonly timeout: number;
  readonly maxResponseBytes: number;
  readonly retry: Required<{ readonly [Key in keyof RetryOptions]: NonNullable<RetryOptions[Key]> }>;
  readonly rateLimit: "wait" | "throw" | false;
  readonly limiter: Limiter;
  readonly credentials: Credentials;
  readonly agentId: string | undefined;
  readonly acting: Acting;
  /** Tells whether two clients have one key; null without a key. */
  readonly keyChecksum: string | null;
  readonly orderClock: OrderClock;
  readonly submissions: Submissions;
  readonly intents: IntentLog;
  readonly idempotencyKeys: boolean;
  /** Whether the server has shown that it answers a repeated idempotency key with the first answer. */
  honoursKeys: boolean;
  readonly running: Set<Deadline>;
  readonly traceId: (() => string) | undefined;
  readonly onRequest: ClientOptions["onRequest"];
  readonly onResponse: ClientOptions["onResponse"];
  closed: boolean;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** The way to the stream; throws {@link ValidationError} where there is none. */
  readonly streamAccess: () => StreamAccess;
  readonly sign: ((request: WireRequest) => Promise<SignatureHeaders>) | undefined;
  /** Looks for the order that a submission placed; null when none is found. */
  reconcile(submission: Submission, options?: ReconcileOptions): Promise<Order | null>;
  /** Removes every secret known now, and those of one call, from texts and JSON. */
  redactor(ofTheCall: readonly (string | undefined)[]): Redact;
  close(): void;
}

export function createTransport(options: ClientOptions): Transport {
  checkOptions(options);
  const clock = options.clock ?? systemClock;
  const server = createServerTime(clock);
  const origin = originOf(options);
  const rateLimit = options.rateLimit ?? "wait";
  const { apiSecret, traceId } = options;
  const orderClock = createOrderClock();
  const acting = createActing(() => transport);
  const submissions = createSubmissions((one, other) => acting.isSameAgent(one, other));

  const transport: Transport = {
    origin,
    clock,
    server,
    timeout: options.timeout ?? 30_000,
    maxResponseBytes: options.maxResponseBytes ?? 64 * 1024 * 1024,
    retry: retryPolicy(options.retry),
    rateLimit,
    limiter: rateLimit === false ? noLimiter : createLimiter(rateLimit, clock, server),
    credentials: createCredentials(options, clock, () => transport),
    agentId: canonicalAgentId(options.agentId),
    acting,
    keyChecksum: options.apiKey === undefined ? null : checksum(options.apiKey),
    orderClock,
    submissions,
    intents: createIntentLog(options.intents, clock, orderClock, submissions),
    idempotencyKeys: options.idempotencyKeys ?? false,
    honoursKeys: false,
    running: new Set(),
    traceId: typeof traceId === "string" ? () => traceId : traceId,
    onRequest: options.onRequest,
    onResponse: options.onResponse,
    closed: false,
    // Looked up at each call, and never called as a method: both break fetch somewhere.
    fetch: (url, init) => (options.fetch ?? globalThis.fetch)(url, init),
    streamAccess: () => streamAccess(options, origin),
    sign: undefined,
    reconcile: (submission, limits) => reconcile(transport, submission, limits),
    redactor: (ofTheCall) => redactor([...transport.credentials.secrets(), ...ofTheCall]),
    close() {
      transport.closed = true;
      for (const deadline of transport.running) deadline.end(closedError("The call was cut off"));
      transport.limiter.close();
    },
  };
  if (options.signRequests !== true || apiSecret === undefined) return transport;
  const signer = createSigner(apiSecret);
  const timestamp = createTimestamps(clock, server);
  return Object.assign(transport, {
    sign: (request: WireRequest) => signer(request, { timestamp: timestamp() }),
  });
}

function retryPolicy(retry: RetryOptions | false = {}): Transport["retry"] {
  const {
    attempts = 3,
    baseDelay = 250,
    maxDelay = 5000,
    random = Math.random, // eslint-disable-line no-restricted-properties -- the one place where chance comes in
  } = retry === false ? { attempts: 1 } : retry;
  return { attempts, baseDelay, maxDelay, random };
}

function createCredentials(
  { apiKey, apiSecret, token }: ClientOptions,
  clock: Clock,
  transport: () => Transport,
): Credentials {
  if (token === undefined) return apiKey === undefined ? noCredentials() : keyCredentials(apiKey, apiSecret);
  if (token === "login") {
    const input = { apiKey: apiKey ?? "", apiSecret: apiSecret ?? "" };
    return tokenCredentials((signal) => call(transport(), login, input, { signal }), true, clock, [apiKey, apiSecret]);
  }
  if (typeof token === "string") return tokenCredentials(async () => token, false, clock, [token, apiSecret]);
  return tokenCredentials(async () => token(), true, clock, [apiSecret]);
}
