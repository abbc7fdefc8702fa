import { withFloats } from "../../wire/index.ts";
import { DecimalRangeError } from "../base/amount.ts";
import { crash, Rejection } from "../base/rejection.ts";
import type { Monitor } from "../engine/trading/monitor.ts";
import { accountOf } from "../engine/scope.ts";
import type { ExchangeState } from "../engine/state.ts";
import { issueToken } from "../engine/accounts/tokens.ts";
import type { CommandEntry, RejectionEntry } from "../persistence/journal.ts";
import { StoreError } from "../persistence/store.ts";
import { authenticate, createSignatureGuard, isPublic } from "./authenticate.ts";
import { readBody, type RawBody } from "./body.ts";
import { Call, type Caller, type Prepared } from "./call.ts";
import { clientAddressOf, type ClientAddress } from "./clientAddress.ts";
import { commandEntry, isLogin } from "./command.ts";
import { createCors, type CorsOrigins } from "./cors.ts";
import { checkKey, createKeyedReplies, KEY_HEADER, REPLAYED_HEADER, type KeyedOrder } from "./idempotency.ts";
import { createRateLimiter, type Budget } from "./rateLimit.ts";
import { errorReply, plainReply, rejectionReply, withHeaders, type Reply } from "./reply.ts";
import type { AnyCall, Route } from "./route.ts";
import { createRouter, decodePath } from "./router.ts";

/** Called for errors that are bugs of the exchange or of a market, with the request, as `GET /api/v1/market/prices`. */
export type ErrorObserver = (error: unknown, request: string) => void;

export interface HandlerOptions {
  readonly rateLimits: boolean;
  readonly requireSignatures: boolean;
  readonly corsOrigins: CorsOrigins;
  readonly clientAddress: ClientAddress | undefined;
  readonly trustProxy: boolean;
  readonly onError: ErrorObserver | undefined;
}

export interface Handler {
  readonly handle: (request: Request) => Promise<Response>;
  /** Runs a command of the journal again; returns the status of its reply. */
  readonly replay: (entry: CommandEntry) => number;
  /** Restores the reply to an order of the journal that was rejected. */
  readonly restoreRejection: (entry: RejectionEntry) => void;
}

/** A request as it arrived, or as the journal has it. */
interface Incoming {
  readonly method: string;
  readonly url: URL;
  readonly body: RawBody;
  /** The idempotency key of an order. */
  readonly key: string | undefined;
}

// The host of the journal's paths; it is never looked at.
const JOURNAL_ORIGIN = "http://journal";

/**
 * Answers a request in this order: read its body, authenticate, count against the rate limits, match a route, run it,
 * reply once its command has been persisted. Reading a body, verifying a signature and a route's preparation take time;
 * everything else is one synchronous step, so that requests run in the order of their arrival.
 *
 * The CORS quirk: the platform's CORS layer lies below authentication and rate limits. Replies that never reach it, and
 * crashes that bypass it, have no CORS headers, so pages cannot read them; and a pre-flight counts against the limits.
 * Without the quirk, CORS comes first, and every reply has its headers.
 */
export function createHandler(
  state: ExchangeState,
  monitor: Monitor,
  routes: readonly Route[],
  options: HandlerOptions,
): Handler {
  const router = createRouter(routes);
  const limiter = createRateLimiter(state);
  const signatures = createSignatureGuard(state);
  const keyedReplies = createKeyedReplies(state);
  const corsComesLast = state.quirks.earlyAnswersWithoutCors;
  const cors = createCors(options.corsOrigins, state.quirks.pagesMaySendCredentials);

  return { handle, replay, restoreRejection: (entry) => keyedReplies.restore(entry) };

  async function handle(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const key = idempotencyKeyOf(request, url);
    const badSignature = options.requireSignatures ? await held(checkSignature(request, url)) : undefined;
    if (badSignature !== undefined) return toResponse(badSignature, key);
    const body = await held(readBody(request));
    setTime();
    if (body === undefined) return toResponse(plainReply(413, "Request body too large"), key);
    const reply = answer(request, { method: request.method, url, body, key });
    const response = toResponse(reply instanceof Promise ? await reply : reply, key);
    const written = state.journal.persisted();
    if (written !== undefined) await held(written);
    return response;
  }

  /** Work of this machine, however slow it is: it takes no time of the exchange. */
  function held<T>(work: Promise<T>): Promise<T> {
    state.clock.hold?.(work);
    return work;
  }

  function answer(request: Request, incoming: Incoming): Reply | Promise<Reply> {
    const lateHeaders = cors.headers(request.headers.get("origin"), !corsComesLast);
    const earlyHeaders = corsComesLast ? {} : lateHeaders;
    const preflight = cors.preflight(request.method, request.headers);
    if (preflight !== undefined && !corsComesLast) return preflight;

    const caller = authenticateRequest(request, incoming.url);
    if (caller !== undefined && "status" in caller) return withHeaders(caller, earlyHeaders);

    const budget = options.rateLimits ? countRequest(request, incoming.url, caller) : undefined;
    if (budget?.rejection !== undefined) return withHeaders(budget.rejection, { ...budget.headers, ...earlyHeaders });
    if (preflight !== undefined) return withHeaders(preflight, budget?.headers ?? {});

    const respond = (reply: Reply): Reply =>
      withHeaders(reply, isCrash(reply) ? earlyHeaders : { ...budget?.headers, ...lateHeaders });
    const preparation = prepare(incoming, caller);
    if (preparation === undefined) return respond(dispatch(incoming, caller));
    return held(preparation).then(
      (prepared) => {
        setTime();
        return respond(dispatch(incoming, caller, prepared));
      },
      (error: unknown) => withHeaders(replyToError(error, incoming), earlyHeaders),
    );
  }

  /** The key of an order, if the exchange honours keys. */
  function idempotencyKeyOf(request: Request, url: URL): string | undefined {
    const key = state.quirks.idempotencyKeysIgnored ? null : request.headers.get(KEY_HEADER);
    if (key === null) return undefined;
    const match = router.match(request.method, url);
    return "route" in match && match.route.orderOf !== undefined ? key : undefined;
  }

  /** The reply to a request whose signature is missing or wrong. */
  async function checkSignature(request: Request, url: URL): Promise<Reply | undefined> {
    state.now = state.clock.now();
    const caller = authenticateRequest(request, url);
    if (caller === undefined || "status" in caller) return undefined;
    try {
      await signatures.check(request, accountOf(state, caller));
      return undefined;
    } catch (error) {
      const headers = cors.headers(request.headers.get("origin"), true);
      const reply = replyToError(error, { method: request.method, url });
      // The date lets a signer whose clock is wrong correct it.
      return withHeaders(reply, { ...headers, date: new Date(state.clock.now()).toUTCString() });
    }
  }

  function setTime(): void {
    state.now = state.clock.now();
    monitor.catchUp(state.now);
  }

  /** The caller, the reply to wrong credentials, or `undefined` for a path that needs none. */
  function authenticateRequest(request: Request, url: URL): Caller | Reply | undefined {
    if (isPublic(request.method, decodePath(url.pathname))) return undefined;
    try {
      return authenticate(state, request.headers);
    } catch (error) {
      return replyToError(error, { method: request.method, url });
    }
  }

  function countRequest(request: Request, url: URL, caller: Caller | undefined): Budget | undefined {
    const path = decodePath(url.pathname);
    if (caller !== undefined) return limiter.countForAccount(caller.accountId, path);
    const forwarded = options.trustProxy ? request.headers.get("x-forwarded-for") : null;
    return limiter.countForAddress(clientAddressOf(options.clientAddress?.(request), forwarded), path);
  }

  /** The route's slow work; `undefined` for most routes. */
  function prepare(incoming: Incoming, caller: Caller | undefined): Promise<Prepared> | undefined {
    const match = router.match(incoming.method, incoming.url);
    if ("reply" in match || match.route.prepare === undefined) return undefined;
    try {
      return match.route.prepare(callOf(match.route, match.parameters, incoming, caller));
    } catch {
      // Running the route will report what is wrong with the request.
      return undefined;
    }
  }

  function dispatch(incoming: Incoming, caller: Caller | undefined, prepared?: Prepared): Reply {
    const match = router.match(incoming.method, incoming.url);
    if ("reply" in match) return match.reply;
    const { route, parameters } = match;
    const call = callOf(route, parameters, incoming, caller, prepared);
    return route.orderOf === undefined || incoming.key === undefined
      ? runRoute(route, call, incoming, caller)
      : runKeyedOrder(route, call, incoming, caller, incoming.key);
  }

  function callOf(
    { schemas }: Route,
    parameters: Readonly<Record<string, string>>,
    { url, body }: Incoming,
    caller: Caller | undefined,
    prepared?: Prepared,
  ): AnyCall {
    return new Call(state, caller, schemas, { parameters, query: url.searchParams, body }, prepared);
  }

  /** Runs the route as a command and journals its changes. */
  function runRoute(route: Route, call: AnyCall, incoming: Incoming, caller: Caller | undefined): Reply {
    const { now: time, revision } = state;
    return state.journal.runCommand(
      () =>
        withErrorReplies(incoming, () => {
          call.checkAgentHeader();
          return route.run(call);
        }),
      ({ status }) =>
        commandEntry({ ...incoming, time, caller, call, status, hasChanged: state.revision !== revision }),
    );
  }

  /** Runs an order once: a repetition of it gets the reply to the first one. */
  function runKeyedOrder(
    route: Route,
    call: AnyCall,
    incoming: Incoming,
    caller: Caller | undefined,
    key: string,
  ): Reply {
    const { method, url, body } = incoming;
    let order: KeyedOrder | undefined;
    const earlier = withErrorReplies(incoming, () => {
      checkKey(key);
      const agent = route.orderOf?.(call);
      order = agent && { agent, key, method, path: url.pathname, body: body.text };
      // The journal has only orders that were executed, not their repetitions.
      return order === undefined || state.replaying ? undefined : keyedReplies.find(order);
    });
    if (earlier !== undefined) return earlier;
    const reply = runRoute(route, call, incoming, caller);
    if (order !== undefined && call.isDecided) keyedReplies.keep(order, reply);
    return reply;
  }

  function withErrorReplies<Result extends Reply | undefined>(
    request: Pick<Incoming, "method" | "url">,
    run: () => Result,
  ): Result | Reply {
    try {
      return withFloats(run);
    } catch (error) {
      // A change that could not be persisted must not be confirmed.
      if (error instanceof StoreError) throw error;
      return replyToError(error instanceof DecimalRangeError ? outOfRange() : error, request);
    }
  }

  /** Maps an error to a reply. Unknown errors are reported to `onError` and answered with 500. */
  function replyToError(error: unknown, { method, url }: Pick<Incoming, "method" | "url">): Reply {
    const known = errorReply(error);
    if (known !== undefined) return known;
    options.onError?.(error, `${method} ${url.pathname}`);
    return rejectionReply(crash());
  }

  function outOfRange(): Rejection {
    if (state.quirks.absurdNumbersCrash) return crash();
    return new Rejection("VALIDATION_ERROR", "A number of the request is out of range.");
  }

  function replay(entry: CommandEntry): number {
    const account = entry.accountId === undefined ? undefined : state.accounts.get(entry.accountId);
    // The journal has no passwords, so a login is replayed by its effect.
    if (isLogin(entry) && account !== undefined) {
      state.journal.runCommand(
        () => issueToken(state, account),
        () => entry,
      );
      return entry.status;
    }
    // The entry's agent may come from an agent's key or from a header. Both mean the same once access has been granted.
    const caller = account && { accountId: account.id, agentId: undefined, agentHeader: entry.agentId };
    const url = new URL(entry.path, JOURNAL_ORIGIN);
    const body = { text: entry.body, contentType: null };
    return dispatch({ method: entry.method, url, body, key: entry.idempotencyKey }, caller).status;
  }
}

function isCrash(reply: Reply): boolean {
  return reply.status === 500 && (reply.body?.includes('"code":"INTERNAL_ERROR"') ?? false);
}

/** Every reply to an order with a key tells that the exchange honours keys. */
function toResponse({ status, body, headers }: Reply, key: string | undefined): Response {
  return new Response(body, {
    status,
    headers: key === undefined ? headers : { [REPLAYED_HEADER]: "false", ...headers },
  });
}
