import { createDigests, equalInConstantTime, type Digests } from "../signing/index.ts";
import { held, type Clock } from "../transport/index.ts";

const MIN_SECRET = 32;

/** What a token says. */
export interface Claims {
  /** The caller's id. */
  readonly caller: string;
  /** Unix milliseconds. */
  readonly until: number;
}

/** A ticket opens one stream, once. */
export interface Ticket extends Claims {
  readonly id: string;
  /** Unix milliseconds until which the stream may stay open. */
  readonly streamUntil: number;
}

/** Signs tokens and tickets, and checks them. Both are JSON Web Tokens in form, so that a client can read their times. */
export interface Tokens {
  issue(claims: Claims): Promise<string>;
  issueTicket(ticket: Ticket): Promise<string>;
  /** Undefined if the token is wrong, has expired or was made for another purpose. */
  verify(token: string): Promise<Claims | undefined>;
  verifyTicket(ticket: string): Promise<Ticket | undefined>;
}

type Purpose = "token" | "ticket";

/** @param audience the gateway's first host, so that another gateway with the same secret refuses the token */
export function createTokens(secrets: readonly string[], audience: string, clock: Clock): Tokens {
  if (secrets.some((secret) => secret.length < MIN_SECRET))
    throw new TypeError(`tokenSecret must have at least ${MIN_SECRET} characters.`);
  let digests: Promise<readonly Digests[]> | undefined;
  const load = (): Promise<readonly Digests[]> => (digests ??= Promise.all(secrets.map(createDigests)));

  async function sign(purpose: Purpose, { caller, until, ...rest }: Claims): Promise<string> {
    const [first] = await load();
    if (first === undefined) throw new TypeError("The gateway needs tokenSecret to issue tokens.");
    // Whole seconds, as the standard says. Rounded down, so that the token says no more than it may.
    const times = { iat: Math.floor(clock.now() / 1000), exp: Math.floor(until / 1000) };
    const text = `${HEADER}.${encode({ sub: caller, aud: audience, use: purpose, ...times, ...rest })}`;
    return `${text}.${await first.hmac(signedText(purpose, text))}`;
  }

  async function verify(purpose: Purpose, token: string): Promise<Readonly<Record<string, unknown>> | undefined> {
    const [header, payload, signature, ...rest] = token.split(".");
    if (header !== HEADER || payload === undefined || signature === undefined || rest.length > 0) return undefined;
    let isRight = false;
    for (const one of await load())
      if (equalInConstantTime(await one.hmac(signedText(purpose, `${header}.${payload}`)), signature)) isRight = true;
    if (!isRight) return undefined;
    const claims = decode(payload);
    const isValid =
      claims["aud"] === audience && claims["use"] === purpose && Number(claims["exp"]) * 1000 > clock.now();
    return isValid ? claims : undefined;
  }

  return {
    issue: (claims) => held(clock, sign("token", claims)),
    issueTicket: (ticket) => held(clock, sign("ticket", ticket)),
    async verify(token) {
      const claims = await held(clock, verify("token", token));
      return claims && { caller: String(claims["sub"]), until: Number(claims["exp"]) * 1000 };
    },
    async verifyTicket(ticket) {
      const claims = await held(clock, verify("ticket", ticket));
      return (
        claims && {
          caller: String(claims["sub"]),
          until: Number(claims["exp"]) * 1000,
          id: String(claims["id"]),
          streamUntil: Number(claims["streamUntil"]),
        }
      );
    },
  };
}

/** What is signed names its purpose, so that nothing else that is signed with the same secret can be a token. */
function signedText(purpose: Purpose, text: string): string {
  return `agentexchange gateway ${purpose}\n${text}`;
}

/** Base64url of JSON in ASCII; ids of callers have no other characters. */
function encode(value: object): string {
  return btoa(JSON.stringify(value)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Only for text whose signature is right. */
function decode(text: string): Readonly<Record<string, unknown>> {
  return JSON.parse(atob(text.replaceAll("-", "+").replaceAll("_", "/"))) as Readonly<Record<string, unknown>>;
}

/** The only header that is accepted: the algorithm is not the sender's choice. */
const HEADER: string = /* @__PURE__ */ encode({ alg: "HS256", typ: "JWT" });
