import { AuthenticationError } from "../errors/index.ts";
import { checkHeader } from "./checkOptions.ts";
import type { Clock } from "./clock.ts";
import type { Deadline } from "./deadline.ts";
import type { Token } from "./options.ts";
import { sharedWork } from "./sharedWork.ts";

/** Milliseconds before its expiry at which a token is renewed, so that it does not expire in flight. */
const RENEWAL_MARGIN = 30_000;

/** Characters of a key that the platform shows in lists of agents. */
const PREVIEW_LENGTH = 12;

/** Tokens to redact: a response to a request with an older token can still repeat it. */
const REMEMBERED_TOKENS = 5;

/** How a client authenticates its requests. */
export interface Credentials {
  /** The header to send; a promise of it while a login is running. */
  header(deadline: Deadline): CredentialHeader | Promise<CredentialHeader>;
  /** After 401 `INVALID_TOKEN`: discards the rejected token. Returns whether another one can be obtained. */
  renew(rejected: CredentialHeader): boolean;
  /** Whether a key is the one in use; undefined if none is. A function, so that printing a client does not reveal the key. */
  readonly isKey: ((key: string) => boolean) | undefined;
  /** Whether the preview of a key in a list of agents fits the one in use. */
  hasPreview(preview: string): boolean;
  /** Every secret known now, for redaction. */
  secrets(): readonly (string | undefined)[];
}

export type CredentialHeader = readonly [name: string, value: string];

export function keyCredentials(key: string, secret: string | undefined): Credentials {
  const header: CredentialHeader = ["X-API-Key", key];
  return {
    header: () => header,
    renew: () => false,
    isKey: (other) => other === key,
    hasPreview: (preview) => preview.slice(0, PREVIEW_LENGTH) === key.slice(0, PREVIEW_LENGTH),
    secrets: () => [key, secret],
  };
}

export function noCredentials(): Credentials {
  return {
    header() {
      const hint = "Pass apiKey or token to the client; only market data is available without one.";
      throw new AuthenticationError("This call requires an API key.", { code: "MISSING_CREDENTIALS", hint });
    },
    renew: () => false,
    isKey: undefined,
    hasPreview: () => false,
    secrets: () => [],
  };
}

/** Obtains a token. `signal` aborts when no call waits for it any more. */
export type TokenSource = (signal: AbortSignal) => Promise<string | Token>;

interface CurrentToken {
  readonly header: CredentialHeader;
  /** `clock.elapsed()` at which it is renewed. */
  readonly renewAt: number;
}

/** Credentials with a bearer token. Calls that wait for a token share one login. */
export function tokenCredentials(
  source: TokenSource,
  renewable: boolean,
  clock: Clock,
  ownSecrets: readonly (string | undefined)[],
): Credentials {
  let current: CurrentToken | undefined;
  let knownTokens: readonly string[] = [];
  const login = sharedWork(async (signal) => {
    const { token, expiresAt } = unwrapToken(await source(signal));
    const value = checkHeader("AgentExchangeClient", "token", token);
    knownTokens = [value, ...knownTokens.slice(0, REMEMBERED_TOKENS - 1)];
    current = {
      header: ["Authorization", `Bearer ${value}`],
      renewAt: clock.elapsed() + usableFor(value, expiresAt, clock.now()),
    };
    return current.header;
  });

  return {
    header(deadline) {
      if (current !== undefined && clock.elapsed() < current.renewAt) return current.header;
      return login(deadline);
    },
    renew(rejected) {
      if (!renewable) return false;
      if (current?.header === rejected) current = undefined;
      return true;
    },
    isKey: undefined,
    hasPreview: () => false,
    secrets: () => [...ownSecrets, ...knownTokens],
  };
}

/** The caller's function may return anything; the token itself is checked afterwards. */
function unwrapToken(source: unknown): { readonly token?: unknown; readonly expiresAt?: Date | undefined } {
  return typeof source === "object" && source !== null ? source : { token: source };
}

/**
 * Milliseconds for which a token can be used; Infinity means until it is rejected. Measured between the token's own two
 * timestamps if it has them: with a wrong local clock, every call would log in.
 */
function usableFor(token: string, expiresAt: Date | undefined, now: number): number {
  const claims = readClaims(token);
  const lifetime = claims === undefined ? (expiresAt?.getTime() ?? Infinity) - now : (claims.exp - claims.iat) * 1000;
  return lifetime > RENEWAL_MARGIN ? lifetime - RENEWAL_MARGIN : Infinity;
}

function readClaims(token: string): { readonly iat: number; readonly exp: number } | undefined {
  try {
    const payload = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const { iat, exp } = JSON.parse(atob(payload)) as { iat?: unknown; exp?: unknown };
    return typeof iat === "number" && typeof exp === "number" ? { iat, exp } : undefined;
  } catch {
    return undefined;
  }
}
