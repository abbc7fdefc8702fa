import { randomString } from "../../base/random.ts";
import type { Account } from "../model.ts";
import { Rejection } from "../../base/rejection.ts";
import { HOUR, SECOND } from "../../time/units.ts";
import type { ExchangeState } from "../state.ts";
import { addSecret, deleteSecret, findSecret } from "./secrets.ts";

const LIFETIME_SECONDS = HOUR / SECOND;

/** Issues a JWT-shaped token for an account, valid for an hour. */
export function issueToken(
  state: ExchangeState,
  account: Account,
): { readonly token: string; readonly expiresAt: number } {
  const issuedAt = Math.floor(state.now / SECOND);
  const expiresAt = issuedAt + LIFETIME_SECONDS;
  dropExpired(state, issuedAt);
  const claims = { sub: account.id, iat: issuedAt, exp: expiresAt };
  const header = { alg: "HS256", typ: "JWT", kid: state.shard || undefined };
  const token = `${base64url(header)}.${base64url(claims)}.${randomString(state.keys, 43)}`;
  addSecret(state.tokens, token, { accountId: account.id, expiresAt });
  state.tokensByAge.set((state.tokensByAge.last()?.[0] ?? -1) + 1, token);
  return { token, expiresAt };
}

/** Tokens expire in the order in which they were issued. */
function dropExpired({ tokens, tokensByAge }: ExchangeState, now: number): void {
  for (;;) {
    const [age, token] = tokensByAge.first() ?? [];
    if (age === undefined || token === undefined) return;
    const issued = findSecret(tokens, token);
    if (issued !== undefined && issued.expiresAt > now) return;
    tokensByAge.delete(age);
    deleteSecret(tokens, token);
  }
}

/** The account that a token belongs to. */
export function accountOfToken(state: ExchangeState, token: string): Account {
  const issued = findSecret(state.tokens, token);
  if (issued === undefined) throw new Rejection("INVALID_TOKEN", `JWT token is invalid: ${describeProblem(token)}`);
  if (issued.expiresAt <= state.now / SECOND) throw new Rejection("INVALID_TOKEN", "JWT token has expired.");
  const account = state.accounts.get(issued.accountId);
  if (account === undefined) throw new Rejection("INVALID_API_KEY", "Account not found.");
  return account;
}

function base64url(value: object): string {
  return btoa(JSON.stringify(value)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function describeProblem(token: string): string {
  const [header = "", ...rest] = token.split(".");
  if (rest.length < 2) return "Not enough segments";
  return header.length % 4 === 1 ? "Invalid header padding" : "Signature verification failed";
}
