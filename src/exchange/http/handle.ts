import { withFloats } from "../../wire/index.ts";
import { AmountError } from "../base/amount.ts";
import type { Monitor } from "../engine/trading/monitor.ts";
import { crash, Rejection } from "../base/rejection.ts";
import type { ExchangeState } from "../engine/state.ts";
import type { CommandEntry, RejectionEntry } from "../persistence/journal.ts";
import { issueToken } from "../engine/accounts/tokens.ts";
import { commandEntry, isLogin } from "./command.ts";
import { authenticate, createSignatureGuard, isPublic } from "./authenticate.ts";
import { receivedBody, type RawBody } from "./body.ts";
import { Call, type Caller, type Prepared } from "./call.ts";
import { addressOf, type ClientAddress } from "./clientAddress.ts";
import { createCors, type CorsOrigins } from "./cors.ts";
import { checkKey, createKeptAnswers, KEY_HEADER, REPLAYED_HEADER, type KeyedOrder } from "./idempotency.ts";
import { createRateLimiter } from "./rateLimit.ts";
import { errorReply, plainReply, type Reply } from "./reply.ts";
import { StoreError } from "../persistence/store.ts";
import type { Route } from "./route.ts";
import { decoded } from "./decoded.ts";
import { createRouter } from "./router.ts";

/** Is told of a failure that no request should cause, and which one did: as `GET /api/v1/market/prices`. */
export type ErrorObserver = (error: unknown, request: string) => void;

/** How requests are received. */
export interface Reception {
  readonly rateLimits: boolean;
  readonly requireSignatures: boolean;
  readonly corsOrigins: CorsOrigins;
  readonly clientAddress: ClientAddress | undefined;
  readonly trustProxy: boolean;
  readonly onError: ErrorObserver | undefined;
}

/** What becomes of requests. */
export interface Handler {
  readonly answer: (request: Request) => Promise<Response>;
  /** Carries out a request of the journal; gives back the status of its answer. */
  readonly repeat: (entry: CommandEntry) => number;
  /** Keeps the answer to an order of the journal that was refused. */
  readonly remember: (entry: RejectionEntry) => void;
}

// Where the paths of the journal are.
const JOURNAL = "http://journal";

/** Answers HTTP requests: reading and checking a signature take time, everything after that is one step. */
export function createHandler(
  state: ExchangeState,
  monitor: Monitor,
  routes: readonly Route[],
  reception: Reception,
): Handler {
  const router = createRouter(routes);
  const limiter = createRateLimiter(state);
  const signatures = createSignatureGuard(state);
  const kept = createKeptAnswers(state);
  const cors = createCors(reception.corsOrigins, state.quirks.pagesMaySendCredentials);

  /** Everything before routing; the outermost layer of the platform. */
  function received(request: Request, path: string): Caller | undefined | Reply {
    if (isPublic(request.method, path)) return undefined;
    try {
      return authenticate(state, request.headers);
    } catch (error) {
      return replyTo(error, `${request.method} ${path}`);
    }
  }

  /** The answer that an error means. One that means none is a failure of the exchange, and whoever runs it is told. */
  function replyTo(error: unknown, request: string): Reply {
    const meant = errorReply(error);
    if (meant !== undefined) return meant;
    reception.onError?.(error, request);
    return errorReply(crash()) as Reply;
  }

  /** A key means something to orders only. */
  function routed(
    caller: Caller | undefined,
    method: string,
    url: URL,
    body: RawBody,
    key?: string,
    prepared?: Prepared,
  ): Reply {
    const match = router.match(method, decoded(url.pathname), url);
    if ("reply" in match) return match.reply;
    const { route } = match;
    const call = new Call(state, caller, match.path, url.searchParams, body);
    call.prepared = prepared;
    const { now: time, revision } = state;
    const carryOut = (): Reply =>
      state.journal.runCommand(
        () => answered(() => (call.checkAgent(), route.answer(call)), `${method} ${url.pathname}`),
        ({ status }) => {
          const changed = state.revision !== revision;
          return commandEntry({ time, method, url, body: body.text, caller, call, status, key, changed });
        },
      );
    if (key === undefined || route.orderOf === undefined) return carryOut();
    let order: KeyedOrder | undefined;
    const early = answered(() => {
      checkKey(key);
      const agent = route.orderOf?.(call);
      order = agent && { agent, key, method, path: url.pathname, body: body.text };
      // What the journal has as carried out was not a repeat.
      return order === undefined || state.replaying ? undefined : kept.find(order);
    }, `${method} ${url.pathname}`);
    if (early !== undefined) return early;
    const reply = carryOut();
    if (order !== undefined && call.decided) kept.keep(order, reply);
    return reply;
  }

  function answered<Answer extends Reply | undefined>(run: () => Answer, request: string): Answer | Reply {
    try {
      return withFloats(run);
    } catch (error) {
      // What could not be written down has not happened, whatever is in memory.
      if (error instanceof StoreError) throw error;
      return replyTo(error instanceof AmountError ? outOfRange() : error, request);
    }
  }

  function outOfRange(): Rejection {
    if (state.quirks.absurdNumbersCrash) return crash();
    return new Rejection("VALIDATION_ERROR", "A number of the request is out of range.");
  }

  function repeat(entry: CommandEntry): number {
    const account = entry.accountId === undefined ? undefined : state.accounts.get(entry.accountId);
    if (isLogin(entry) && account !== undefined) {
      state.journal.runCommand(
        () => issueToken(state, account),
        () => entry,
      );
      return entry.status;
    }
    // An agent's key and its id in a header mean the same once the request is let in.
    const caller = account && { account, agent: undefined, agentId: entry.agentId };
    const body = { text: entry.body, contentType: null };
    return routed(caller, entry.method, new URL(entry.path, JOURNAL), body, entry.idempotencyKey).status;
  }

  /** What has to be done before a call is carried out; undefined for most, which are carried out at once. */
  function preparation(
    caller: Caller | undefined,
    method: string,
    url: URL,
    body: RawBody,
  ): Promise<Prepared> | undefined {
    const match = router.match(method, decoded(url.pathname), url);
    if ("reply" in match || match.route.prepare === undefined) return undefined;
    try {
      return match.route.prepare(new Call(state, caller, match.path, url.searchParams, body));
    } catch {
      // What is wrong with the request is told when it is carried out.
      return undefined;
    }
  }

  function answer(request: Request, url: URL, body: RawBody, key: string | undefined): Reply | Promise<Reply> {
    const path = decoded(url.pathname);
    const origin = request.headers.get("origin");
    const late = cors.headers(origin, !state.quirks.earlyAnswersWithoutCors);
    const early = state.quirks.earlyAnswersWithoutCors ? {} : late;
    const preflightReply = cors.preflight(request.method, request.headers);
    if (preflightReply !== undefined && !state.quirks.earlyAnswersWithoutCors) return preflightReply;

    const caller = received(request, path);
    if (caller !== undefined && "status" in caller) return withHeaders(caller, early);
    const budget = !reception.rateLimits
      ? undefined
      : caller === undefined
        ? limiter.forAddress(path, clientOf(request))
        : limiter.forAccount(caller.account, path);
    if (budget?.refusal !== undefined) return withHeaders(budget.refusal, { ...budget.headers, ...early });
    if (preflightReply !== undefined) return withHeaders(preflightReply, budget?.headers ?? {});
    const carryOut = (prepared?: Prepared): Reply => {
      const reply = routed(caller, request.method, url, body, key, prepared);
      // A crash of the platform passes the layers that add headers.
      return isCrash(reply) ? withHeaders(reply, early) : withHeaders(reply, { ...budget?.headers, ...late });
    };
    const work = preparation(caller, request.method, url, body);
    if (work === undefined) return carryOut();
    state.clock.hold?.(work);
    return work.then(
      (prepared) => {
        state.now = state.clock.now();
        monitor.catchUp(state.now);
        return carryOut(prepared);
      },
      (error: unknown) => withHeaders(replyTo(error, `${request.method} ${path}`), early),
    );
  }

  function clientOf(request: Request): string {
    const forwarded = reception.trustProxy ? request.headers.get("x-forwarded-for") : null;
    return addressOf(reception.clientAddress?.(request), forwarded);
  }

  /** The key of an order, where keys are honoured. */
  function keyOf(request: Request, url: URL): string | undefined {
    const key = state.quirks.idempotencyKeysIgnored ? null : request.headers.get(KEY_HEADER);
    if (key === null) return undefined;
    const match = router.match(request.method, decoded(url.pathname), url);
    return "route" in match && match.route.orderOf !== undefined ? key : undefined;
  }

  const answerTo = async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    const key = keyOf(request, url);
    // Every answer to an order with a key says that keys are honoured here.
    const respond = (reply: Reply): Response =>
      responseOf(key === undefined ? reply : { ...reply, headers: { [REPLAYED_HEADER]: "false", ...reply.headers } });
    if (reception.requireSignatures) {
      const refusal = await unsigned(request, decoded(url.pathname));
      if (refusal !== undefined) return respond(refusal);
    }
    const body = await receivedBody(request);
    state.now = state.clock.now();
    monitor.catchUp(state.now);
    if (body === undefined) return respond(plainReply(413, "Request body too large"));
    const reply = answer(request, url, body, key);
    // Most are answered at once, in the order in which they came.
    const response = respond(reply instanceof Promise ? await reply : reply);
    const written = state.journal.persisted();
    if (written !== undefined) {
      state.clock.hold?.(written);
      await written;
    }
    return response;
  };
  return { answer: answerTo, repeat, remember: (entry) => kept.remember(entry) };

  async function unsigned(request: Request, path: string): Promise<Reply | undefined> {
    state.now = state.clock.now();
    const caller = received(request, path);
    if (caller === undefined || "status" in caller) return undefined;
    try {
      await signatures.check(request, caller.account);
      return undefined;
    } catch (error) {
      const late = cors.headers(request.headers.get("origin"), true);
      const reply = replyTo(error, `${request.method} ${new URL(request.url).pathname}`);
      // With its time, by which a signer whose clock is off can do better.
      return withHeaders(reply, { ...late, date: new Date(state.clock.now()).toUTCString() });
    }
  }
}

function isCrash(reply: Reply): boolean {
  return reply.status === 500 && (reply.body?.includes('"code":"INTERNAL_ERROR"') ?? false);
}

function withHeaders(reply: Reply, headers: Readonly<Record<string, string>>): Reply {
  return { ...reply, headers: { ...reply.headers, ...headers } };
}

function responseOf({ status, body, headers }: Reply): Response {
  return new Response(body, { status, headers });
}
