import { login, type Order, type WireRequest } from "../endpoints/index.ts";
import { redactor, type Redact } from "../errors/index.ts";
import { createSigner, type SignatureHeaders } from "../signing/index.ts";
import { searchAgent } from "./agent.ts";
import { call } from "./call.ts";
import { checkOptions, originOf } from "./checkOptions.ts";
import { systemClock, type Clock } from "./clock.ts";
import { keyCredentials, noCredentials, tokenCredentials, type Credentials } from "./credentials.ts";
import { closedError, type Deadline } from "./deadline.ts";
import { createLimiter, noLimiter, type Limiter } from "./limiter.ts";
import type { ClientOptions, RetryOptions } from "./options.ts";
import type { ReconcileOptions } from "./orderOutcomeUnknown.ts";
import { createPlacements, type Placement, type Placements } from "./placements.ts";
import { reconcile } from "./reconcile.ts";
import { sharedWork } from "./sharedWork.ts";
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
  /** The agent found for an account's key or a token; null when the key is an agent's; undefined before it was looked for. */
  foundAgent: string | null | undefined;
  readonly placements: Placements;
  readonly running: Set<Deadline>;
  readonly traceId: (() => string) | undefined;
  readonly onRequest: ClientOptions["onRequest"];
  readonly onResponse: ClientOptions["onResponse"];
  closed: boolean;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** The way to the stream; throws {@link ValidationError} where there is none. */
  readonly streamAccess: () => StreamAccess;
  readonly sign: ((request: WireRequest) => Promise<SignatureHeaders>) | undefined;
  /** Looks for the agent once, however many calls wait for it; sets {@link Transport.foundAgent}. */
  findAgent(deadline: Deadline): Promise<void>;
  /** Looks for the order that a lost request placed; null when it is certainly absent. */
  reconcile(placement: Placement, lostAt: number, options?: ReconcileOptions): Promise<Order | null>;
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
  const search = sharedWork(async (signal) => {
    transport.foundAgent = await searchAgent(transport, signal);
  });

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
    agentId: options.agentId,
    foundAgent: undefined,
    placements: createPlacements(),
    running: new Set(),
    traceId: typeof traceId === "string" ? () => traceId : traceId,
    onRequest: options.onRequest,
    onResponse: options.onResponse,
    closed: false,
    // Looked up at each call, and never called as a method: both break fetch somewhere.
    fetch: (url, init) => (options.fetch ?? globalThis.fetch)(url, init),
    streamAccess: () => streamAccess(options, origin),
    sign: undefined,
    findAgent: async (deadline) => (transport.foundAgent === undefined ? search(deadline) : undefined),
    reconcile: (placement, lostAt, limits) => reconcile(transport, placement, lostAt, limits),
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
