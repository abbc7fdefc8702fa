import { CLOSE_SESSION, createGuard, isSameOrigin, MIN_TOKEN, type Guard } from "./auth.ts";
import { readFields } from "./body.ts";
import { loginPage, MESSAGES, statusPage } from "./page.ts";
import { messageOf } from "./report.ts";
import { htmlResponse, HttpError, json, redirect } from "./responses.ts";
import { readAgents } from "./settings.ts";
import type { AgentStatus } from "./status.ts";
import type { Agent, AgentReport, CronBotEnv, CronBotOptions } from "./types.ts";

/** A page that was loaded on another machine may be a little ahead. */
const CLOCK_SKEW = 60_000;
const MAX_TEXT = 200;
const CHALLENGE = { "www-authenticate": "Bearer" };

/** A request that has come in. */
interface Visit<Env extends CronBotEnv> {
  readonly options: CronBotOptions<Env>;
  readonly env: Env;
  readonly request: Request;
  readonly url: URL;
  readonly guard: Guard;
  /** Whether it is answered with a page. */
  readonly isPage: boolean;
}

type Route = <Env extends CronBotEnv>(visit: Visit<Env>) => Promise<Response>;

/** Those that need a token or a session. */
const ACTIONS: Readonly<Record<string, Route>> = { "/run": run, "/halt": halt, "/resume": resume, "/settle": settle };
const READS = ["GET", "HEAD"];

const METHODS: Readonly<Record<string, readonly string[]>> = {
  "/": READS,
  "/healthz": READS,
  "/login": ["POST"],
  "/logout": ["POST"],
  ...Object.fromEntries(Object.keys(ACTIONS).map((path) => [path, ["POST"]])),
};

/** Answers a request to the Worker. */
export async function handle<Env extends CronBotEnv>(
  options: CronBotOptions<Env>,
  env: Env,
  request: Request,
): Promise<Response> {
  try {
    return await answer(options, env, request);
  } catch (error) {
    if (error instanceof HttpError) return error.toResponse();
    return new HttpError(500, "AGENT_FAILED", messageOf(env, error)).toResponse();
  }
}

async function answer<Env extends CronBotEnv>(
  options: CronBotOptions<Env>,
  env: Env,
  request: Request,
): Promise<Response> {
  const url = new URL(request.url);
  const methods = Object.hasOwn(METHODS, url.pathname) ? METHODS[url.pathname] : undefined;
  if (methods === undefined) throw new HttpError(404, "NOT_FOUND", "There is nothing at this path.");
  if (!methods.includes(request.method))
    throw new HttpError(405, "METHOD_NOT_ALLOWED", `Use ${methods.join(" or ")}.`, { allow: methods.join(", ") });
  if (url.pathname === "/healthz") return health(options, env);
  // A secret that was piped into wrangler may end with a line break.
  const token = (env.ADMIN_TOKEN ?? "").trim();
  if (token.length < MIN_TOKEN)
    throw new HttpError(
      503,
      "ADMIN_TOKEN_MISSING",
      `Set the secret ADMIN_TOKEN to at least ${MIN_TOKEN} characters: npx wrangler secret put ADMIN_TOKEN`,
    );
  const guard = createGuard(token, () => Date.now());
  const isPage = accepts(request);
  const visit = { options, env, request, url, guard, isPage };
  if (url.pathname === "/login") return login(visit);
  const caller = await guard.identify(request);
  if (caller === null) {
    if (isPage) return htmlResponse(loginPage(false), 401, CHALLENGE);
    throw new HttpError(401, "UNAUTHORIZED", "Send the header Authorization: Bearer, with the admin token.", CHALLENGE);
  }
  // A page of another origin cannot send the header, but a browser would add the cookie to a form of it.
  if (caller === "session" && request.method === "POST") requireSameOrigin(request);
  if (url.pathname === "/logout") return redirect("/", { "set-cookie": CLOSE_SESSION });
  return (ACTIONS[url.pathname] ?? show)(visit);
}

function health<Env extends CronBotEnv>({ agents }: CronBotOptions<Env>, env: Env): Response {
  try {
    readAgents(agents, env);
    return json({ status: "ok" });
  } catch {
    return json({ status: "misconfigured" }, 503);
  }
}

const accepts = (request: Request): boolean => /(^|,)\s*text\/html\b/.test(request.headers.get("accept") ?? "");

function requireSameOrigin(request: Request): void {
  if (!isSameOrigin(request)) throw new HttpError(403, "CROSS_ORIGIN", "Only pages of this Worker may send this.");
}

async function login<Env extends CronBotEnv>({ request, guard }: Visit<Env>): Promise<Response> {
  requireSameOrigin(request);
  const { token = "" } = await readFields(request, ["token"]);
  if (!(await guard.isToken(token.trim()))) return htmlResponse(loginPage(true), 401, CHALLENGE);
  return redirect("/", { "set-cookie": await guard.openSession() });
}

async function show<Env extends CronBotEnv>(visit: Visit<Env>): Promise<Response> {
  const { isPage, url } = visit;
  const agents = await statuses(visit);
  if (!isPage) return json({ agents });
  const told = url.searchParams.get("told") ?? "";
  const text = Object.hasOwn(MESSAGES, told) ? MESSAGES[told] : undefined;
  return htmlResponse(statusPage(agents, Date.now(), text === undefined ? undefined : { text, isProblem: false }));
}

function statuses<Env extends CronBotEnv>(visit: Visit<Env>): Promise<readonly AgentStatus[]> {
  return Promise.all([...stubs(visit, undefined).values()].map((agent) => agent.status()));
}

async function run<Env extends CronBotEnv>(visit: Visit<Env>): Promise<Response> {
  const { agent, tick } = await readFields(visit.request, ["agent", "tick"]);
  const manual = { scheduledTime: manualTime(tick, Date.now()), cron: "manual" };
  const reports = await Promise.all([...stubs(visit, agent).values()].map((stub) => stub.tick(manual)));
  const skipped = reports.find((report) => report.outcome === "skipped");
  if (visit.isPage) return redirect(`/?told=${skipped === undefined ? "run" : skipped.why}`);
  return json({ reports }, statusOf(reports));
}

/** The tick of a manual run. A page names it, so that its button runs once however often it is pressed. */
function manualTime(tick: string | undefined, now: number): number {
  if (tick === undefined) return now;
  const time = /^\d{1,15}$/.test(tick) ? Number(tick) : Number.NaN;
  if (!(time <= now + CLOCK_SKEW))
    throw new HttpError(400, "INVALID_BODY", "tick must be Unix milliseconds, and not in the future.");
  return time;
}

function statusOf(reports: readonly AgentReport[]): number {
  if (reports.some((report) => report.outcome !== "skipped" && report.failure !== null)) return 502;
  return reports.every(({ outcome }) => outcome === "skipped") ? 409 : 200;
}

async function halt<Env extends CronBotEnv>(visit: Visit<Env>): Promise<Response> {
  const { agent, reason = "halted by a person" } = await readFields(visit.request, ["agent", "reason"]);
  requireShort("reason", reason);
  return forEach(visit, agent, "halt", async (stub) => ({ ...(await stub.halt(reason)) }));
}

async function resume<Env extends CronBotEnv>(visit: Visit<Env>): Promise<Response> {
  const { agent, by = "a person" } = await readFields(visit.request, ["agent", "by"]);
  requireShort("by", by);
  return forEach(visit, agent, "resume", async (stub) => {
    await stub.resume(by);
    return {};
  });
}

/** An order belongs to one agent. */
async function settle<Env extends CronBotEnv>(visit: Visit<Env>): Promise<Response> {
  const {
    agent,
    call = "",
    order = "",
    by = "a person",
  } = await readFields(visit.request, ["agent", "call", "order", "by"]);
  requireShort("by", by);
  if (agent === undefined || order.trim() === "")
    throw new HttpError(400, "INVALID_BODY", 'Send agent, call, and order: the ID of the order, or "none".');
  const [stub] = stubs(visit, agent).values();
  if (stub === undefined) throw new Error("Every agent has an object.");
  const report = await stub.settle(call, order.trim().toLowerCase() === "none" ? null : order.trim(), by);
  if ("state" in report)
    return visit.isPage ? redirect(`/?told=${report.state.replace(" ", "-")}`) : json({ state: report.state });
  const { problem: text, code, status } = report;
  if (!visit.isPage) throw new HttpError(status, code, text);
  return htmlResponse(statusPage(await statuses(visit), Date.now(), { text, isProblem: true }), status);
}

type Stub = DurableObjectStub<Agent>;

async function forEach<Env extends CronBotEnv>(
  visit: Visit<Env>,
  agent: string | undefined,
  told: string,
  act: (stub: Stub) => Promise<object>,
): Promise<Response> {
  const chosen = [...stubs(visit, agent)];
  const reports = await Promise.all(
    chosen.map(async ([name, stub]) => Object.assign({ agent: name }, await act(stub))),
  );
  return visit.isPage ? redirect(`/?told=${told}`) : json({ reports });
}

/** The objects of one agent, or of all. */
function stubs<Env extends CronBotEnv>(
  { options, env }: Visit<Env>,
  agent: string | undefined,
): ReadonlyMap<string, Stub> {
  const names = [...readAgents(options.agents, env).keys()];
  const chosen = agent === undefined ? names : names.filter((name) => name === agent);
  if (chosen.length === 0)
    throw new HttpError(400, "UNKNOWN_AGENT", `There is no such agent. Expected one of: ${names.join(", ")}.`);
  return new Map(chosen.map((name) => [name, env.AGENT.getByName(name)]));
}

function requireShort(field: string, text: string): void {
  if (text.length > MAX_TEXT)
    throw new HttpError(400, "INVALID_BODY", `${field} must have at most ${MAX_TEXT} characters.`);
}
