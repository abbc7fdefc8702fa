import { login, type WireRequest } from "../endpoints/index.ts";
import { redactor, type Redact } from "../errors/index.ts";
import type { SignatureHeaders } from "../signing/index.ts";
import { createAgentLookup, type AgentLookup } from "./agentLookup.ts";
import { held, type Clock } from "./clock.ts";
import type { TransportConfig } from "./config.ts";
import { keyCredentials, noCredentials, tokenCredentials, type Credentials } from "./credentials.ts";
import { closedError, startDeadline, type Deadline, type DeadlineOptions } from "./deadline.ts";
import { createLimiter, noLimiter, type Limiter } from "./limiter.ts";
import { lazyCode } from "./loadCode.ts";
import type { ClientOptions } from "./options.ts";
import { createOrderClock, type OrderClock } from "./orderClock.ts";
import type { RequestFunction } from "./requestFunction.ts";
import { createServerTime, type ServerTime } from "./serverTime.ts";
import type { OrderTracker } from "./orderTracker.ts";
import { createTimestamps } from "./timestamps.ts";

/** The mutable state of a client, shared by all its calls. */
export interface Session {
  readonly serverTime: ServerTime;
  readonly limiter: Limiter;
  readonly credentials: Credentials;
  readonly agents: AgentLookup;
  readonly orderClock: OrderClock;
  /** Undefined until the first operation about orders. */
  orders: OrderTracker | undefined;
  /** Signs requests; undefined unless the option `signRequests` is set. */
  readonly sign: ((request: WireRequest) => Promise<SignatureHeaders>) | undefined;
  /** Whether the server has shown that it honors idempotency keys: it repeated its first response to one. */
  honorsIdempotencyKeys: boolean;
  readonly isClosed: boolean;
  /** Starts a deadline that also ends when the client is closed. */
  readonly startDeadline: (options: DeadlineOptions) => Deadline;
  /** Creates a redactor for every secret known now, and for these secrets of one call. */
  createRedactor(secretsOfCall?: readonly (string | undefined)[]): Redact;
  close(): void;
}

/** @param request calls an endpoint with this session, to log in and to look up agents */
export function createSession(options: ClientOptions, config: TransportConfig, request: RequestFunction): Session {
  const { clock, rateLimit } = config;
  const serverTime = createServerTime(clock);
  const limiter = connectLimiter(rateLimit, clock, serverTime);
  const credentials = createCredentials(options, config, request);
  const agents = createAgentLookup(request, credentials);
  const orderClock = createOrderClock();
  const activeDeadlines = new Set<Deadline>();
  let isClosed = false;
  return {
    serverTime,
    limiter,
    credentials,
    agents,
    orderClock,
    orders: undefined,
    sign: createSign(options, config, serverTime),
    honorsIdempotencyKeys: false,
    get isClosed() {
      return isClosed;
    },
    startDeadline: (deadlineOptions) => startDeadline(deadlineOptions, clock, activeDeadlines),
    createRedactor: (secretsOfCall = []) => redactor([...credentials.secrets(), ...secretsOfCall]),
    close() {
      isClosed = true;
      for (const deadline of activeDeadlines) deadline.end(closedError("The call was cancelled"));
      limiter.close();
    },
  };
}

function connectLimiter(rateLimit: TransportConfig["rateLimit"], clock: Clock, serverTime: ServerTime): Limiter {
  if (rateLimit === false) return noLimiter;
  return typeof rateLimit === "string"
    ? createLimiter(rateLimit, clock, serverTime)
    : rateLimit.connect(clock, serverTime);
}

function createCredentials(
  { apiKey, apiSecret, token }: ClientOptions,
  { clock }: TransportConfig,
  request: RequestFunction,
): Credentials {
  if (token === undefined) return apiKey === undefined ? noCredentials() : keyCredentials(apiKey, apiSecret);
  if (token === "login") {
    const input = { apiKey: apiKey ?? "", apiSecret: apiSecret ?? "" };
    return tokenCredentials((signal) => request(login, input, { signal }), true, clock, [apiKey, apiSecret]);
  }
  if (typeof token === "string") return tokenCredentials(async () => token, false, clock, [token, apiSecret]);
  return tokenCredentials(async () => token(), true, clock, [apiSecret]);
}

function createSign(
  { signRequests, apiSecret }: ClientOptions,
  { clock }: TransportConfig,
  serverTime: ServerTime,
): Session["sign"] {
  if (signRequests !== true || apiSecret === undefined) return undefined;
  const load = lazyCode(clock, "signing", async () => (await import("../signing/index.ts")).createSigner(apiSecret));
  // The first call needs it soon, and reports if it cannot be loaded.
  load().catch(() => {});
  const nextTimestamp = createTimestamps(clock, serverTime);
  const sign = async (request: WireRequest): Promise<SignatureHeaders> =>
    (await load())(request, { timestamp: nextTimestamp() });
  return (request) => held(clock, sign(request));
}
