/** Shorter ones can be guessed. */
export const MIN_TOKEN = 32;

/** How long a browser stays logged in, in seconds. */
export const SESSION_SECONDS = 43_200;

const COOKIE = "session";
const encoder = new TextEncoder();

/** Checks callers against the admin token. Sessions of browsers are signed with it, so that a new token ends them all. */
export interface Guard {
  /** How a request proves that it may come in; null if it does not. */
  identify(request: Request): Promise<"token" | "session" | null>;
  isToken(candidate: string): Promise<boolean>;
  /** The `Set-Cookie` header of a new session. */
  openSession(): Promise<string>;
}

/** The `Set-Cookie` header that ends a session. */
export const CLOSE_SESSION: string = cookie("", 0);

/**
 * @param now Unix milliseconds
 */
export function createGuard(token: string, now: () => number): Guard {
  const isToken = (candidate: string): Promise<boolean> => equals(candidate, token);
  return {
    isToken,
    async identify(request) {
      const header = request.headers.get("authorization");
      if (header !== null) {
        const [, candidate = ""] = /^Bearer +(\S+)$/i.exec(header) ?? [];
        return (await isToken(candidate)) ? "token" : null;
      }
      for (const value of cookies(request)) if (await isSession(value, token, now())) return "session";
      return null;
    },
    async openSession() {
      const until = String(now() + SESSION_SECONDS * 1000);
      return cookie(`${until}.${await sign(until, token)}`, SESSION_SECONDS);
    },
  };
}

/**
 * Whether a page of this origin sent the request. Browsers say so in `Sec-Fetch-Site`, which no page can set; older ones
 * send at least `Origin`.
 */
export function isSameOrigin(request: Request): boolean {
  const site = request.headers.get("sec-fetch-site");
  if (site !== null) return site === "same-origin";
  return request.headers.get("origin") === new URL(request.url).origin;
}

async function isSession(value: string, token: string, now: number): Promise<boolean> {
  const [, until, signature] = /^(\d{1,15})\.([0-9a-f]{64})$/.exec(value) ?? [];
  if (until === undefined || signature === undefined) return false;
  return (await equals(signature, await sign(until, token))) && Number(until) > now;
}

async function sign(until: string, token: string): Promise<string> {
  const key = await crypto.subtle.importKey("raw", encoder.encode(token), { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
  ]);
  const signature = await crypto.subtle.sign("HMAC", key, encoder.encode(`session ${until}`));
  return Array.from(new Uint8Array(signature), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Compares digests, so that the time tells neither content nor length. */
async function equals(a: string, b: string): Promise<boolean> {
  const [one, other] = await Promise.all([a, b].map((text) => crypto.subtle.digest("SHA-256", encoder.encode(text))));
  return one !== undefined && other !== undefined && crypto.subtle.timingSafeEqual(one, other);
}

function cookies(request: Request): string[] {
  return (request.headers.get("cookie") ?? "").split(";").flatMap((pair) => {
    const [name, value = ""] = pair.trim().split("=", 2);
    return name === COOKIE ? [value] : [];
  });
}

function cookie(value: string, maxAge: number): string {
  return `${COOKIE}=${value}; Path=/; Max-Age=${maxAge}; HttpOnly; Secure; SameSite=Strict`;
}
