import { loginRecord, registrationRecord, type Login } from "../../../endpoints/auth/index.ts";
import { equalInConstantTime } from "../../../signing/index.ts";
import type { Encodable } from "../../../wire/index.ts";
import { registerAccount } from "../../engine/accounts/accounts.ts";
import { toDecimal28, formatDecimal } from "../../base/amount.ts";
import type { Account } from "../../engine/model.ts";
import { hashPassword, verifyPassword } from "../../engine/accounts/password.ts";
import { Rejection } from "../../base/rejection.ts";
import { findSecret } from "../../engine/accounts/secrets.ts";
import { issueToken } from "../../engine/accounts/tokens.ts";
import { requireActive } from "../authenticate.ts";
import type { Call, Prepared } from "../call.ts";
import { jsonReply } from "../reply.ts";
import { replyRoute, route, type Route } from "../route.ts";
import { amount, object, optional, string, withDefault, type Field, type Values } from "../schema/index.ts";
import { toStartingBalance } from "./startingBalance.ts";

const NO_SECRET = "-".repeat(72);
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@.]+$/;

/** An email address, its domain in lower case. */
const email: Field<string> = (input) => {
  const text = string()(input);
  if (typeof text !== "string") return text;
  if (EMAIL.test(text)) {
    const at = text.lastIndexOf("@");
    return text.slice(0, at) + text.slice(at).toLowerCase();
  }
  const reason = "An email address must have an @-sign.";
  return input.issue("value_error", `value is not a valid email address: ${reason}`, { reason });
};

const password = string({ min: 8, max: 72 });
/** The journal has the hash in the password's place. */
const passwordOrHash: Field<string> = (input) => (input.state.replaying ? string()(input) : password(input));

const registerBody = object({
  displayName: withDefault(string({ max: 100 }), ""),
  email: optional(email),
  password: optional(passwordOrHash),
  startingBalance: withDefault(amount, toDecimal28("10000.00")),
});
const loginBody = object({ apiKey: string({ min: 1 }), apiSecret: string({ min: 1 }) });
const userLoginBody = object({ email, password });

export const authRoutes: readonly Route[] = [
  route(
    "POST /api/v1/auth/register",
    { body: registerBody, output: registrationRecord, status: 201, prepare: hashNewPassword },
    (call) => {
      const { displayName, email: address, password: hash, startingBalance } = readRegistration(call);
      const account = registerAccount(call.state, {
        displayName,
        email: address,
        // Without an address, the password cannot be used to log in.
        password: call.state.replaying ? hash : call.prepared?.passwordHash,
        startingBalance: toStartingBalance(call.state, startingBalance),
      });
      call.authenticated = account;
      const agent = call.state.agents.get(account.agentIds[0] ?? "");
      return {
        accountId: account.id,
        apiKey: account.key,
        apiSecret: account.secret,
        displayName: account.displayName,
        startingBalance: formatDecimal(startingBalance),
        agentId: agent?.id ?? null,
        agentApiKey: agent?.key ?? null,
        message: "Save your API secret now. It will not be shown again.",
      };
    },
  ),

  route("POST /api/v1/auth/login", { body: loginBody, output: loginRecord }, (call) => {
    const { accounts, accountsByKey, quirks } = call.state;
    const { apiKey, apiSecret } = call.readBody();
    const account = accounts.get(findSecret(accountsByKey, apiKey) ?? "");
    // An unknown key takes the same time.
    const isSecret = equalInConstantTime(account?.secret ?? NO_SECRET, apiSecret);
    if (account !== undefined && isSecret) return logIn(call, account);
    if (!quirks.loginTellsKeyFromSecret)
      throw new Rejection("INVALID_API_KEY", "The API key or the API secret is invalid.");
    if (account === undefined) throw new Rejection("ACCOUNT_NOT_FOUND", "No account found for the provided API key.");
    throw new Rejection("INVALID_API_KEY", "API secret is invalid.");
  }),

  replyRoute("POST /api/v1/auth/user-login", { body: userLoginBody, prepare: findPasswordOwner }, (call) => {
    call.readBody();
    const account = call.state.accounts.get(call.prepared?.passwordOwner ?? "");
    if (account === undefined) throw new Rejection("INVALID_API_KEY", "Invalid email or password.");
    return jsonReply(200, loginRecord.encode(logIn(call, account)));
  }),

  replyRoute("POST /api/v1/auth/forgot-password", { body: object({ username: string({ min: 1 }) }) }, (call) => {
    call.readBody();
    return jsonReply(200, { message: "If the account exists, a reset link has been sent." });
  }),

  // No mail is ever sent, so no token is valid.
  replyRoute(
    "POST /api/v1/auth/reset-password",
    { body: object({ token: string(), newPassword: password }) },
    (call) => {
      call.readBody();
      throw new Rejection("VALIDATION_ERROR", "Invalid or expired reset token.");
    },
  ),

  replyRoute("POST /api/v1/auth/verify-email", { body: object({ token: string() }) }, (call) => {
    call.readBody();
    throw new Rejection("VALIDATION_ERROR", "Invalid or expired verification token.");
  }),
];

function readRegistration(call: Call<never, unknown, Values<typeof registerBody>>): Values<typeof registerBody> {
  const registration = call.readBody();
  call.checkSize();
  return registration;
}

/** Hashes the password of a registration, unless its address is already taken. */
function hashNewPassword(call: Call<never, unknown, Values<typeof registerBody>>): Promise<Prepared> | undefined {
  const { keys, accountsByEmail } = call.state;
  const { email: address, password: secret } = readRegistration(call);
  if (address === undefined || secret === undefined || accountsByEmail.has(address)) return undefined;
  return hashPassword(keys, address, secret).then((passwordHash) => ({ passwordHash }));
}

function findPasswordOwner(call: Call<never, unknown, Values<typeof userLoginBody>>): Promise<Prepared> {
  const { keys, accounts, accountsByEmail } = call.state;
  const { email: address, password: secret } = call.readBody();
  const account = accounts.get(accountsByEmail.get(address) ?? "");
  return verifyPassword(keys, address, secret, account?.password).then((isOwner) =>
    isOwner ? { passwordOwner: account?.id } : {},
  );
}

function logIn(call: Call, account: Account): Encodable<Login> {
  call.authenticated = account;
  const { token, expiresAt } = issueToken(call.state, requireActive(account));
  return { token, expiresAt: new Date(expiresAt * 1000), tokenType: "Bearer" };
}
