import { masked, type CommandEntry } from "../journal.ts";
import type { Caller } from "./call.ts";

/** The journal's entry of a request that was carried out; undefined when it changed nothing. */
export function commandEntry(
  time: number,
  method: string,
  { pathname, search }: URL,
  caller: Caller | undefined,
  body: string,
  status: number,
): CommandEntry | undefined {
  if (method === "GET" || status >= 300) return undefined;
  return {
    kind: "command",
    time,
    method,
    path: pathname + search,
    accountId: caller?.account.id,
    agentId: caller?.agent?.id ?? caller?.agentId,
    body: pathname.startsWith("/api/v1/auth/") ? masked(body) : body,
    status,
  };
}

/** The entry of an account that the program itself opened: as if it had been a request. */
export function registrationEntry(time: number, displayName: string, startingBalance: string): CommandEntry {
  const body = JSON.stringify({ display_name: displayName, starting_balance: startingBalance });
  const path = "/api/v1/auth/register";
  return { kind: "command", time, method: "POST", path, accountId: undefined, agentId: undefined, body, status: 201 };
}
