import { loginRecord, registrationRecord, type Login } from "../../../endpoints/auth/index.ts";
import { equalInConstantTime } from "../../../signing/index.ts";
import type { Encodable } from "../../../wire/index.ts";
import { registerAccount } from "../../engine/accounts/accounts.ts";
import { amountOf, textOfAmount } from "../../base/amount.ts";
import type { Account } from "../../engine/model.ts";
import { hashPassword, isPassword } from "../../engine/accounts/password.ts";
import { Rejection } from "../../base/rejection.ts";
import { issueToken } from "../../engine/accounts/tokens.ts";
import { inForce } from "../authenticate.ts";
import { placesOf, startingBalanceOf } from "./balances.ts";
import type { Call, Prepared } from "../call.ts";
import type { FieldReader } from "../read.ts";
import { jsonReply } from "../reply.ts";
import { bareRoute, prepared, route, type Route } from "../route.ts";

const PASSWORD = { least: 8, most: 72 };
const NO_SECRET = "-".repeat(72);
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@.]+$/;

export const authRoutes: readonly Route[] = [
  prepared(
    passwordHashOf,
    route(
      "POST",
      "/api/v1/auth/register",
      registrationRecord,
      (call) => {
        const { displayName, email, password, startingBalance } = readRegistration(call);
        const account = registerAccount(call.state, {
          displayName,
          email,
          // The journal holds the hash in the password's place. Without an address nobody can log in with it.
          password: call.state.replaying ? password : call.prepared?.passwordHash,
          startingBalance: startingBalanceOf(call.state, startingBalance),
        });
        call.subject = account;
        const agent = account.agents[0];
        return {
          accountId: account.id,
          apiKey: account.key,
          apiSecret: account.secret,
          displayName: account.displayName,
          startingBalance: textOfAmount(startingBalance),
          agentId: agent?.id ?? null,
          agentApiKey: agent?.key ?? null,
          message: "Save your API secret now. It will not be shown again.",
        };
      },
      201,
    ),
  ),

  route("POST", "/api/v1/auth/login", loginRecord, (call) => {
    const { accountsByKey, quirks } = call.state;
    const body = call.body();
    const key = body.text("api_key", { least: 1 });
    const secret = body.text("api_secret", { least: 1 });
    body.done();
    const account = accountsByKey.get(key);
    // The same work for a key that nobody has.
    const isSecret = equalInConstantTime(account?.secret ?? NO_SECRET, secret);
    if (account !== undefined && isSecret) return loginOf(call, account);
    if (!quirks.loginTellsKeyFromSecret)
      throw new Rejection("INVALID_API_KEY", "The API key or the API secret is invalid.");
    if (account === undefined) throw new Rejection("ACCOUNT_NOT_FOUND", "No account found for the provided API key.");
    throw new Rejection("INVALID_API_KEY", "API secret is invalid.");
  }),

  prepared(
    knownBy,
    bareRoute("POST", "/api/v1/auth/user-login", (call) => {
      readUserLogin(call);
      const account = call.prepared?.knownBy;
      if (account === undefined) throw new Rejection("INVALID_API_KEY", "Invalid email or password.");
      return jsonReply(200, loginRecord.encode(loginOf(call, account)));
    }),
  ),

  bareRoute("POST", "/api/v1/auth/forgot-password", (call) => {
    const body = call.body();
    body.text("username", { least: 1 });
    body.done();
    return jsonReply(200, { message: "If the account exists, a reset link has been sent." });
  }),

  // No mail is ever sent, so every token is an unknown one.
  bareRoute("POST", "/api/v1/auth/reset-password", (call) => {
    const body = call.body();
    body.text("token");
    body.text("new_password", PASSWORD);
    body.done();
    throw new Rejection("VALIDATION_ERROR", "Invalid or expired reset token.");
  }),

  bareRoute("POST", "/api/v1/auth/verify-email", (call) => {
    const body = call.body();
    body.text("token");
    body.done();
    throw new Rejection("VALIDATION_ERROR", "Invalid or expired verification token.");
  }),
];

/** What a registration asks for; of the journal, it has the hash in the password's place. */
function readRegistration(call: Call) {
  const { state } = call;
  const body = call.body();
  const displayName = body.has("display_name") ? body.text("display_name", { most: 100 }) : "";
  const email = emailOf(body, "email");
  const password = body.optionalText("password", state.replaying ? {} : PASSWORD);
  const startingBalance = body.has("starting_balance")
    ? body.decimal("starting_balance", placesOf(state))
    : amountOf("10000.00");
  body.done();
  call.checkSize();
  return { displayName, email, password, startingBalance };
}

function readUserLogin(call: Call): { readonly email: string; readonly password: string } {
  const body = call.body();
  const email = emailOf(body, "email");
  if (!body.has("email")) body.text("email");
  const password = body.text("password", PASSWORD);
  body.done();
  return { email: email ?? "", password };
}

/** The hash that a registration needs; none for an address that has an account already. */
function passwordHashOf(call: Call): Promise<Prepared> | undefined {
  const { keys, accountsByEmail } = call.state;
  const { email, password } = readRegistration(call);
  if (email === undefined || password === undefined || accountsByEmail.has(email)) return undefined;
  return hashPassword(keys, email, password).then((passwordHash) => ({ passwordHash }));
}

/** Whose password it is that a login has. */
function knownBy(call: Call): Promise<Prepared> {
  const { keys, accountsByEmail } = call.state;
  const { email, password } = readUserLogin(call);
  const account = accountsByEmail.get(email);
  return isPassword(keys, email, password, account?.password).then((isIt) => (isIt ? { knownBy: account } : {}));
}

function loginOf(call: Call, account: Account): Encodable<Login> {
  call.subject = account;
  const { token, expiresAt } = issueToken(call.state, inForce(account));
  return { token, expiresAt: new Date(expiresAt * 1000), tokenType: "Bearer" };
}

/** An address with its domain in lower case. */
function emailOf(body: FieldReader, name: string): string | undefined {
  const email = body.optionalText(name);
  if (email === undefined) return undefined;
  if (EMAIL.test(email)) {
    const at = email.lastIndexOf("@");
    return email.slice(0, at) + email.slice(at).toLowerCase();
  }
  const reason = "An email address must have an @-sign.";
  body.issue(name, "value_error", `value is not a valid email address: ${reason}`, { reason });
  return undefined;
}
