import { randomString } from "../../base/random.ts";
import type { Account } from "../model.ts";
import { Rejection } from "../../base/rejection.ts";
import { HOUR, SECOND } from "../../time/units.ts";
import type { IssuedToken, ExchangeState } from "../state.ts";

const LIFETIME_SECONDS = HOUR / SECOND;

/** Issues a JWT-shaped token for an account, valid for an hour. */
export function issueToken(
  state: ExchangeState,
  account: Account,
): { readonly token: string; readonly expiresAt: number } {
  const issuedAt = Math.floor(state.now / SECOND);
  const expiresAt = issuedAt + LIFETIME_SECONDS;
  state.tokens.dropWhile(({ expiresAt: end }) => end <= issuedAt);
  const claims = { sub: account.id, iat: issuedAt, exp: expiresAt };
  const token = `${base64url({ alg: "HS256", typ: "JWT" })}.${base64url(claims)}.${randomString(state.keys, 43)}`;
  state.tokens.set(token, { accountId: account.id, expiresAt });
  return { token, expiresAt };
}

/** The account that a token belongs to. */
export function accountOfToken(state: ExchangeState, token: string): Account {
  const issued: IssuedToken | undefined = state.tokens.get(token);
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
