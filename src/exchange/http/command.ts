import { maskSecrets, type CommandEntry } from "../persistence/journal.ts";
import type { Call, Caller } from "./call.ts";
import { decoded } from "./decoded.ts";

const REGISTER = "/api/v1/auth/register";
// No route reads these from its query, but clients put them there.
const SECRET_NAME = /key|token|secret|passw|auth/i;
const SECRET_VALUE = /[as]k_live_/;
const LOGINS: ReadonlySet<string> = new Set(["/api/v1/auth/login", "/api/v1/auth/user-login"]);

/** A request that was carried out. */
export interface Executed {
  readonly time: number;
  readonly method: string;
  readonly url: URL;
  readonly body: string;
  readonly caller: Caller | undefined;
  readonly call: Call;
  readonly status: number;
  readonly key: string | undefined;
  /** Whether it drew from the exchange's chance, or said that it changed something. */
  readonly changed: boolean;
}

/** The journal's entry of a request; undefined when it changed nothing. */
export function commandEntry(executed: Executed): CommandEntry | undefined {
  const { time, method, url, body, caller, call, status, key, changed } = executed;
  const path = decoded(url.pathname);
  if (!changed && (method === "GET" || status >= 300)) return undefined;
  const account = LOGINS.has(path) ? call.subject : caller?.account;
  return {
    kind: "command",
    time,
    method,
    path: url.pathname + withoutSecrets(url),
    accountId: account?.id,
    agentId: caller?.agent?.id ?? caller?.agentId,
    body: path.startsWith("/api/v1/auth/") ? maskSecrets(body, call.subject?.password) : body,
    status,
    ...(key === undefined ? {} : { idempotencyKey: key }),
  };
}

/** The query of a request, if there is one, without keys and passwords. */
function withoutSecrets({ search, searchParams }: URL): string {
  if (search === "") return "";
  const isSecret = (name: string, value: string): boolean => SECRET_NAME.test(name) || SECRET_VALUE.test(value);
  const all = [...searchParams];
  const kept = all.filter(([name, value]) => !isSecret(name, value));
  if (kept.length === all.length) return search;
  return kept.length === 0 ? "" : `?${new URLSearchParams(kept).toString()}`;
}

/** Whether an entry is that of a login: the secrets that it came with are not in it. */
export function isLogin({ path }: CommandEntry): boolean {
  const [pathname = ""] = path.split("?");
  return LOGINS.has(decoded(pathname));
}

/** The entry of an account that the program itself opened: as if it had been a request. */
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
