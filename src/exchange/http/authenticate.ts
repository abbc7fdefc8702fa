import { verifyRequest } from "../../signing/index.ts";
import type { Account, Agent } from "../engine/model.ts";
import { Rejection } from "../base/rejection.ts";
import { accountOfToken } from "../engine/accounts/tokens.ts";
import type { ExchangeState } from "../engine/state.ts";
import type { Caller } from "./call.ts";

const PUBLIC_PATHS = /^\/(?:health$|docs|redoc|openapi\.json$|metrics|api\/v1\/market\/)/;
const PUBLIC_POSTS = /^\/api\/v1\/auth\/(?:register|login|user-login|forgot-password|reset-password|verify-email)$/;

/** Whether a path is answered without a look at credentials. */
export function isPublic(method: string, path: string): boolean {
  return method === "OPTIONS" || PUBLIC_PATHS.test(path) || (method === "POST" && PUBLIC_POSTS.test(path));
}

/** Who sent a request: a key alone decides, otherwise a bearer token. */
export function authenticate(state: ExchangeState, headers: Headers): Caller {
  const key = headers.get("x-api-key")?.trim() ?? "";
  const agentId = headers.get("x-agent-id")?.trim() || undefined;
  if (key !== "") return byKey(state, key, agentId);
  const bearer = /^bearer\s+(\S.*)$/i.exec(headers.get("authorization")?.trim() ?? "");
  if (bearer === null) throw new Rejection("INVALID_API_KEY", "Authentication credentials are required.");
  return { account: inForce(accountOfToken(state, (bearer[1] as string).trim())), agent: undefined, agentId };
}

/** Whose key it is: an agent's or an account's. */
export function byKey(state: ExchangeState, key: string, agentId: string | undefined): Caller {
  const agent: Agent | undefined = state.agentsByKey.get(key);
  if (agent !== undefined && agent.status !== "archived") return { account: inForce(agent.account), agent, agentId };
  const account = state.accountsByKey.get(key);
  if (agent !== undefined || account === undefined) throw new Rejection("INVALID_API_KEY", "Invalid API key.");
  return { account: inForce(account), agent: undefined, agentId };
}

/** The account, unless it may not act. */
export function inForce(account: Account): Account {
  if (account.status !== "active")
    throw new Rejection("ACCOUNT_SUSPENDED", "This account is not active.", { account_id: account.id });
  return account;
}

/** Demands a fresh signature of every request that needs credentials. */
export interface SignatureGuard {
  check(request: Request, account: Account): Promise<void>;
}

// A signature holds for 30 s before and after its time, so one remembered for a minute cannot come again.
const REMEMBERED_MS = 60_000;

export function createSignatureGuard(state: ExchangeState): SignatureGuard {
  const seen = new Map<string, number>();
  return {
    async check(request, account) {
      const now = state.clock.now();
      for (const [signature, until] of seen) {
        if (until > now) break; // oldest first
        seen.delete(signature);
      }
      const signature = `${account.id} ${request.headers.get("x-signature")?.toLowerCase()}`;
      if (!(await verifyRequest(request, account.secret, { now })))
        throw new Rejection("INVALID_SIGNATURE", "The request is not signed with the account's secret.");
      // Reading twice harms nobody, and two equal reads of one millisecond have one signature.
      if (request.method === "GET") return;
      if (seen.has(signature)) throw new Rejection("INVALID_SIGNATURE", "This signed request was sent before.");
      seen.set(signature, now + REMEMBERED_MS);
    },
  };
}
