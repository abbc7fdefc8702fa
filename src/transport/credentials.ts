import { AuthenticationError } from "../errors/index.ts";
import { checkHeader } from "./checkOptions.ts";
import type { Clock } from "./clock.ts";
import type { Deadline } from "./deadline.ts";
import type { Token } from "./options.ts";
import { sharedWork } from "./sharedWork.ts";

/** A token is renewed this much before its end, so that it does not end under way. */
const MARGIN = 30_000;

/** Characters of a key that the platform shows in lists of agents. */
const PREVIEW = 12;

/** Answers to requests with a token that was renewed meanwhile can still repeat it. */
const REMEMBERED = 5;

/** Whose name the requests go in. */
export interface Credentials {
  /** The header that says so; a promise of it while a login is under way. */
  header(deadline: Deadline): Header | Promise<Header>;
  /** After 401 `INVALID_TOKEN`: whether another token can be had in place of this one. */
  renew(refused: Header): boolean;
  /** Where a key is in use: whether it is this one. A function, so that nothing that prints a client finds it. */
  readonly isKey: ((key: string) => boolean) | undefined;
  /** Whether a list of agents shows a key like the one in use. */
  hasPreview(preview: string): boolean;
  readonly present: boolean;
  /** Every secret known now, for redaction. */
  secrets(): readonly (string | undefined)[];
}

/** Name and value of a credential header. */
export type Header = readonly [name: string, value: string];

export function keyCredentials(key: string, secret: string | undefined): Credentials {
  const header: Header = ["X-API-Key", key];
  return {
    header: () => header,
    renew: () => false,
    isKey: (other) => other === key,
    hasPreview: (preview) => preview.slice(0, PREVIEW) === key.slice(0, PREVIEW),
    present: true,
    secrets: () => [key, secret],
  };
}

export function noCredentials(): Credentials {
  return {
    header() {
      const hint = "Pass apiKey (or token) to the client; market data alone needs none.";
      throw new AuthenticationError("This call needs a key.", { code: "MISSING_CREDENTIALS", hint });
    },
    renew: () => false,
    isKey: undefined,
    hasPreview: () => false,
    present: false,
    secrets: () => [],
  };
}

/** Gets a token; `signal` says that nobody waits for it any more. */
export type TokenSource = (signal: AbortSignal) => Promise<string | Token>;

interface Held {
  readonly header: Header;
  /** `clock.elapsed()` at which it is renewed. */
  readonly until: number;
}

/** One login at a time, however many calls wait for it. */
export function tokenCredentials(
  source: TokenSource,
  renewable: boolean,
  clock: Clock,
  own: readonly (string | undefined)[],
): Credentials {
  let held: Held | undefined;
  let known: readonly string[] = [];
  const login = sharedWork(async (signal) => {
    const answer: unknown = await source(signal);
    const { token, expiresAt } = (
      typeof answer === "object" && answer !== null ? answer : { token: answer }
    ) as Partial<Token>;
    const text = checkHeader("AgentExchangeClient", "token", token);
    known = [text, ...known.slice(0, REMEMBERED - 1)];
    held = {
      header: ["Authorization", `Bearer ${text}`],
      until: clock.elapsed() + lifetime(text, expiresAt, clock.now()),
    };
    return held.header;
  });

  return {
    header(deadline) {
      if (held !== undefined && clock.elapsed() < held.until) return held.header;
      return login(deadline);
    },
    renew(refused) {
      if (!renewable) return false;
      if (held?.header === refused) held = undefined;
      return true;
    },
    isKey: undefined,
    hasPreview: () => false,
    present: true,
    secrets: () => [...own, ...known],
  };
}

/**
 * Milliseconds that a token can be used. Measured between its own two times where it has them, since a
 * local clock that is wrong would otherwise log in at every call; Infinity means until it is refused.
 */
function lifetime(token: string, expiresAt: Date | undefined, now: number): number {
  const claims = readClaims(token);
  const whole = claims === undefined ? (expiresAt?.getTime() ?? Infinity) - now : (claims.exp - claims.iat) * 1000;
  return whole > MARGIN ? whole - MARGIN : Infinity;
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
