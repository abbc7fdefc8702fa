// examples/service.ts
import { toPlain, type AgentExchangeClient } from "agentexchange";
import { Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { timingSafeEqual } from "hono/utils/buffer";
import { createEvents } from "./service/events.ts";
import { openApi } from "./service/openapi.ts";
import { createOrders } from "./service/orders.ts";
import { HttpProblem, problemOf, respond } from "./service/problems.ts";

export interface Service {
  readonly fetch: (request: Request) => Promise<Response>;
  /** Lets requests in flight finish, ends event streams, and closes the client. Later requests are answered with 503. */
  close(): Promise<void>;
}

/** All requests share one client: its connections, its rate limit and its stream. Callers need the token. */
export function createService(client: AgentExchangeClient, token: string): Service & { readonly app: Hono } {
  const orders = createOrders(client);
  const events = createEvents(client);
  const app = new Hono();

  const authorize: MiddlewareHandler = async ({ req }, next) => {
    if (!(await timingSafeEqual(req.header("authorization") ?? "", `Bearer ${token}`)))
      throw new HttpProblem(401, "UNAUTHORIZED", "Send the service's token: Authorization: Bearer …", {
        "WWW-Authenticate": "Bearer",
      });
    await next();
  };
  const symbolsOf = (query: string | undefined): string[] => (query ?? "").split(",").filter((symbol) => symbol !== "");
  const tooLarge = new HttpProblem(413, "TOO_LARGE", "The body must have at most 16 KiB.");
  const limit = bodyLimit({ maxSize: 16_384, onError: () => respond(tooLarge.problem) });

  app.get("/healthz", (context) => context.json({ status: "ok" }));
  app.get("/openapi.json", (context) => context.json(openApi));

  app.get("/portfolio", authorize, async ({ req, json }) =>
    json(toPlain(await client.getPortfolio({ signal: req.raw.signal }))),
  );

  app.get("/snapshot", authorize, async ({ req, json }) => {
    const symbols = symbolsOf(req.query("symbols"));
    if (symbols.length === 0 || symbols.length > 20)
      throw new HttpProblem(422, "VALIDATION_ERROR", "symbols must be 1 to 20 pairs, such as BTCUSDT,ETHUSDT");
    const { startedAt, took, entries } = await client.marketSnapshot(symbols, { signal: req.raw.signal });
    const shown = entries.map(({ symbol, price, ticker, error }) => ({
      symbol,
      price: toPlain(price),
      ticker: toPlain(ticker),
      error: error === null ? null : problemOf(error),
    }));
    return json({ startedAt: startedAt.toISOString(), took, entries: shown });
  });

  // Not aborted with its request: an order that is on its way must not be given up.
  app.post("/order", authorize, limit, async ({ req, json }) => {
    const placed = await orders.place(await readJson(req.raw), req.header("idempotency-key"));
    if ("unknown" in placed) return json(placed, 202, { Location: placed.outcome });
    return json(placed, 201, { Location: `/order/${placed.orderId}` });
  });
  app.get("/order/outcome/:id", authorize, async ({ req, json }) =>
    json(toPlain(await orders.outcome(req.param("id"), req.raw.signal))),
  );
  app.get("/order/:orderId", authorize, async ({ req, json }) =>
    json(toPlain(await client.getOrder(req.param("orderId"), { signal: req.raw.signal }))),
  );

  app.get("/events", authorize, ({ req }) => events.open(symbolsOf(req.query("symbols"))));

  app.notFound(() => respond(new HttpProblem(404, "NOT_FOUND", "See /openapi.json for what there is.").problem));
  app.onError((error) => respond(problemOf(error), error instanceof HttpProblem ? error.headers : {}));

  const inFlight = new Set<Promise<Response>>();
  let open = true;
  return {
    app,
    async fetch(request) {
      if (!open) return respond(new HttpProblem(503, "SHUTTING_DOWN", "The service is shutting down.").problem);
      const response = Promise.resolve(app.fetch(request));
      inFlight.add(response);
      return response.finally(() => inFlight.delete(response));
    },
    async close() {
      open = false;
      await Promise.allSettled([events.close(), ...inFlight]);
      await client.close();
    },
  };
}

async function readJson(request: Request): Promise<unknown> {
  try {
    return await request.json();
  } catch {
    throw new HttpProblem(400, "INVALID_JSON", "The request body is not valid JSON.");
  }
}
