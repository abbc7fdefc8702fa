import { verifyRequest } from "../../signing/index.ts";
import { Rejection } from "../base/rejection.ts";
import type { Account, Agent } from "../engine/model.ts";
import type { ExchangeState } from "../engine/state.ts";
import { findSecret } from "../engine/accounts/secrets.ts";
import { accountOfToken } from "../engine/accounts/tokens.ts";
import { partOf, type Part } from "../engine/parts.ts";
import { accountOf } from "../engine/scope.ts";
import { MINUTE } from "../time/units.ts";
import type { Caller } from "./call.ts";

const PUBLIC_PATHS = /^\/(?:health$|docs|redoc|openapi\.json$|metrics|api\/v1\/market\/)/;
const PUBLIC_POSTS = /^\/api\/v1\/auth\/(?:register|login|user-login|forgot-password|reset-password|verify-email)$/;

/** Whether a request needs no credentials. */
export function isPublic(method: string, path: string): boolean {
  return method === "OPTIONS" || PUBLIC_PATHS.test(path) || (method === "POST" && PUBLIC_POSTS.test(path));
}

/** The caller of a request. A key takes precedence over a bearer token, even if the key is wrong. */
export function authenticate(state: ExchangeState, headers: Headers): Caller {
  const key = headers.get("x-api-key")?.trim() ?? "";
  const agentHeader = headers.get("x-agent-id")?.trim() || undefined;
  if (key !== "") return authenticateKey(state, key, agentHeader);
  const [, token] = /^bearer\s+(\S.*)$/i.exec(headers.get("authorization")?.trim() ?? "") ?? [];
  if (token === undefined) throw new Rejection("INVALID_API_KEY", "Authentication credentials are required.");
  return callerOf(accountOfToken(state, token.trim()), undefined, agentHeader);
}

/** The caller of an agent's or an account's key. */
export function authenticateKey(state: ExchangeState, key: string, agentHeader: string | undefined): Caller {
  const agent = state.agents.get(findSecret(state.agentsByKey, key) ?? "");
  if (agent !== undefined && agent.status !== "archived") return callerOf(accountOf(state, agent), agent, agentHeader);
  const account = state.accounts.get(findSecret(state.accountsByKey, key) ?? "");
  if (agent !== undefined || account === undefined) throw new Rejection("INVALID_API_KEY", "Invalid API key.");
  return callerOf(account, undefined, agentHeader);
}

function callerOf(account: Account, agent: Agent | undefined, agentHeader: string | undefined): Caller {
  return { accountId: requireActive(account).id, agentId: agent?.id, agentHeader };
}

export function requireActive(account: Account): Account {
  if (account.status !== "active")
    throw new Rejection("ACCOUNT_SUSPENDED", "This account is not active.", { account_id: account.id });
  return account;
}

/** Rejects requests whose signature is missing, wrong or used before. */
export interface SignatureGuard {
  check(request: Request, account: Account): Promise<void>;
}

// A signature is valid for 30 s before and after its timestamp, so it cannot be used again after a minute.
const REMEMBERED_MS = MINUTE;

/** Used signatures, oldest first, with the time until which they are remembered. */
const USED_SIGNATURES: Part<Map<string, number>> = { name: "signatures", create: () => new Map() };

export function createSignatureGuard(state: ExchangeState): SignatureGuard {
  const used = partOf(state, USED_SIGNATURES);
  return {
    async check(request, account) {
      const now = state.clock.now();
      for (const [signature, until] of used) {
        if (until > now) break;
        used.delete(signature);
      }
      const signature = `${account.id} ${request.headers.get("x-signature")?.toLowerCase()}`;
      if (!(await verifyRequest(request, account.secret, { now })))
        throw new Rejection("INVALID_SIGNATURE", "The request is not signed with the account's secret.");
      // Repeating a read is harmless, and two equal reads of the same millisecond have equal signatures.
      if (request.method === "GET") return;
      if (used.has(signature)) throw new Rejection("INVALID_SIGNATURE", "This signed request was sent before.");
      used.set(signature, now + REMEMBERED_MS);
    },
  };
}
