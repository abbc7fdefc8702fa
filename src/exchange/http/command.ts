import { maskSecrets, type CommandEntry } from "../persistence/journal.ts";
import type { RawBody } from "./body.ts";
import type { Caller } from "./call.ts";
import type { AnyCall } from "./route.ts";
import { decodePath } from "./router.ts";

const REGISTER = "/api/v1/auth/register";
const LOGINS: ReadonlySet<string> = new Set(["/api/v1/auth/login", "/api/v1/auth/user-login"]);
// No route reads secrets from the query, but clients may put them there.
const SECRET_NAME = /key|token|secret|passw|auth/i;
const SECRET_VALUE = /[as]k_live_/;

/** A request that has been run. */
export interface ExecutedRequest {
  readonly time: number;
  readonly method: string;
  readonly url: URL;
  readonly body: RawBody;
  readonly caller: Caller | undefined;
  readonly call: AnyCall;
  readonly status: number;
  readonly key: string | undefined;
  /** Whether it changed `state.revision`: a rejected request, or even a read, can draw ids. */
  readonly hasChanged: boolean;
}

/** The journal entry of a request; undefined if it changed nothing. */
export function commandEntry(executed: ExecutedRequest): CommandEntry | undefined {
  const { time, method, url, body, caller, call, status, key, hasChanged } = executed;
  if (!hasChanged && (method === "GET" || status >= 300)) return undefined;
  const path = decodePath(url.pathname);
  const accountId = LOGINS.has(path) ? call.authenticated?.id : caller?.accountId;
  return {
    kind: "command",
    time,
    method,
    path: url.pathname + publicQuery(url),
    accountId,
    agentId: caller?.agentId ?? caller?.agentHeader,
    body: path.startsWith("/api/v1/auth/") ? maskSecrets(body.text, call.authenticated?.password) : body.text,
    status,
    ...(key === undefined ? {} : { idempotencyKey: key }),
  };
}

/** The query without keys and passwords. */
function publicQuery({ search, searchParams }: URL): string {
  if (search === "") return "";
  const all = [...searchParams];
  const shown = all.filter(([name, value]) => !SECRET_NAME.test(name) && !SECRET_VALUE.test(value));
  if (shown.length === all.length) return search;
  return shown.length === 0 ? "" : `?${new URLSearchParams(shown).toString()}`;
}

/** Whether an entry is a login. Its credentials are not in the journal. */
export function isLogin({ path }: CommandEntry): boolean {
  const [pathname = ""] = path.split("?");
  return LOGINS.has(decodePath(pathname));
}

/** The journal entry of an account registered by the program itself, as if it had been requested. */
export function registrationEntry(time: number, displayName: string, startingBalance: string): CommandEntry {
  const body = JSON.stringify({ display_name: displayName, starting_balance: startingBalance });
  return {
    kind: "command",
    time,
    method: "POST",
    path: REGISTER,
    accountId: undefined,
    agentId: undefined,
    body,
    status: 201,
  };
}
