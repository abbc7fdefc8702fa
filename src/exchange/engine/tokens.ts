import { randomText } from "../base/random.ts";
import type { Account } from "./model.ts";
import { Refusal } from "../base/rejection.ts";
import type { IssuedToken, World } from "./world.ts";

const LIFETIME_SECONDS = 3600;

/** A token of three parts that stands for an account, for an hour. */
export function issueToken(world: World, account: Account): { readonly token: string; readonly expiresAt: number } {
  const issuedAt = Math.floor(world.now / 1000);
  const expiresAt = issuedAt + LIFETIME_SECONDS;
  world.tokens.dropWhile(({ expiresAt: end }) => end <= issuedAt);
  const claims = { sub: account.id, iat: issuedAt, exp: expiresAt };
  const token = `${base64url({ alg: "HS256", typ: "JWT" })}.${base64url(claims)}.${randomText(world.keys, 43)}`;
  world.tokens.set(token, { accountId: account.id, expiresAt });
  return { token, expiresAt };
}

/** The account that a token stands for. */
export function accountOfToken(world: World, token: string): Account {
  const issued: IssuedToken | undefined = world.tokens.get(token);
  if (issued === undefined) throw new Refusal("INVALID_TOKEN", `JWT token is invalid: ${problemOf(token)}`);
  if (issued.expiresAt <= world.now / 1000) throw new Refusal("INVALID_TOKEN", "JWT token has expired.");
  const account = world.accounts.get(issued.accountId);
  if (account === undefined) throw new Refusal("INVALID_API_KEY", "Account not found.");
  return account;
}

function base64url(value: object): string {
  return btoa(JSON.stringify(value)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function problemOf(token: string): string {
  const [header = "", ...rest] = token.split(".");
  if (rest.length < 2) return "Not enough segments";
  return header.length % 4 === 1 ? "Invalid header padding" : "Signature verification failed";
}
