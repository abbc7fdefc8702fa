import { AmountError } from "../engine/amount.ts";
import type { Monitor } from "../engine/monitor.ts";
import { Refusal } from "../engine/refusal.ts";
import type { World } from "../engine/world.ts";
import { commandEntry } from "./command.ts";
import { authenticate, createSignatureGuard, isPublic } from "./authenticate.ts";
import { MOST_BODY_BYTES, type RawBody } from "./body.ts";
import { Call, type Caller } from "./call.ts";
import { corsHeaders, preflight, type CorsOrigins } from "./cors.ts";
import { createRateLimiter } from "./rateLimit.ts";
import { errorReply, plainReply, type Reply } from "./reply.ts";
import type { Route } from "./route.ts";
import { createRouter } from "./router.ts";

/** How requests are received. */
export interface Reception {
  readonly rateLimits: boolean;
  readonly requireSignatures: boolean;
  readonly corsOrigins: CorsOrigins;
}

const NO_BODY: RawBody = { text: "", contentType: null };

/** Answers HTTP requests: reading and checking a signature take time, everything after that is one step. */
export function createHandler(
  world: World,
  monitor: Monitor,
  routes: readonly Route[],
  reception: Reception,
): (request: Request) => Promise<Response> {
  const router = createRouter(routes);
  const limiter = createRateLimiter(world);
  const signatures = createSignatureGuard(world);

  /** Everything before routing; the outermost layer of the platform. */
  function received(request: Request, path: string): Caller | undefined | Reply {
    if (isPublic(request.method, path)) return undefined;
    try {
      return authenticate(world, request.headers);
    } catch (error) {
      return errorReply(error) ?? crash();
    }
  }

  function routed(call: Caller | undefined, request: Request, path: string, url: URL, body: RawBody): Reply {
    const match = router.match(request.method, path, url);
    if ("reply" in match) return match.reply;
    try {
      return world.journal.during(
        () => match.route.answer(new Call(world, call, match.path, url.searchParams, body)),
        (reply) => commandEntry(world.now, request.method, url, call, body.text, reply.status),
      );
    } catch (error) {
      if (error instanceof AmountError && !world.quirks.absurdNumbersCrash) {
        return errorReply(new Refusal("VALIDATION_ERROR", "A number of the request is out of range.")) as Reply;
      }
      return errorReply(error) ?? crash();
    }
  }

  function answer(request: Request, url: URL, body: RawBody): Reply {
    const path = decoded(url.pathname);
    const origin = request.headers.get("origin");
    const late = corsHeaders(reception.corsOrigins, origin, !world.quirks.earlyAnswersWithoutCors);
    const early = world.quirks.earlyAnswersWithoutCors ? {} : late;
    const preflightReply = preflight(reception.corsOrigins, request.method, request.headers);
    if (preflightReply !== undefined && !world.quirks.earlyAnswersWithoutCors) return preflightReply;

    const caller = received(request, path);
    if (caller !== undefined && "status" in caller) return withHeaders(caller, early);
    const budget = !reception.rateLimits
      ? undefined
      : caller === undefined
        ? limiter.forAddress(path, addressOf(request))
        : limiter.forAccount(caller.account, path);
    if (budget?.refusal !== undefined) return withHeaders(budget.refusal, { ...budget.headers, ...early });
    if (preflightReply !== undefined) return withHeaders(preflightReply, budget?.headers ?? {});
    const reply = routed(caller, request, path, url, body);
    // A crash of the platform passes the layers that add headers.
    if (isCrash(reply)) return withHeaders(reply, early);
    return withHeaders(reply, { ...budget?.headers, ...late });
  }

  return async (request) => {
    const url = new URL(request.url);
    if (reception.requireSignatures) {
      const refusal = await unsigned(request, decoded(url.pathname));
      if (refusal !== undefined) return responseOf(refusal);
    }
    const body = await bodyOf(request);
    world.now = world.clock.now();
    monitor.catchUp(world.now);
    if (body === undefined) return responseOf(plainReply(413, "Request body too large"));
    return responseOf(answer(request, url, body));
  };

  async function unsigned(request: Request, path: string): Promise<Reply | undefined> {
    world.now = world.clock.now();
    const caller = received(request, path);
    if (caller === undefined || "status" in caller) return undefined;
    try {
      await signatures.check(request, caller.account);
      return undefined;
    } catch (error) {
      const late = corsHeaders(reception.corsOrigins, request.headers.get("origin"), true);
      return withHeaders(errorReply(error) ?? crash(), late);
    }
  }
}

/** The text of a body, undefined when it is too large. */
async function bodyOf(request: Request): Promise<RawBody | undefined> {
  if (request.method === "GET" || request.method === "HEAD") return NO_BODY;
  if (Number(request.headers.get("content-length") ?? 0) > MOST_BODY_BYTES) return undefined;
  const text = await request.text();
  return text.length > MOST_BODY_BYTES ? undefined : { text, contentType: request.headers.get("content-type") };
}

/** The path as the platform routes it: decoded, so an encoded slash separates segments too. */
function decoded(path: string): string {
  if (!path.includes("%")) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function addressOf(request: Request): string {
  return request.headers.get("x-forwarded-for")?.split(",")[0]?.trim() ?? "";
}

function crash(): Reply {
  return errorReply(new Refusal("INTERNAL_ERROR", "An unexpected error occurred.")) as Reply;
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
