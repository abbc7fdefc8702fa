import type { Html } from "./html.ts";
import { STYLE } from "./style.ts";

const COMMON = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  // With no-referrer, browsers would send forms with the origin null.
  "referrer-policy": "same-origin",
};

/** An answer that says what was wrong. */
export class HttpError extends Error {
  readonly status: number;
  readonly code: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.#headers = headers;
  }

  toResponse(): Response {
    return json({ error: { code: this.code, message: this.message } }, this.status, this.#headers);
  }
}

export function json(body: object, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  return Response.json(body, { status, headers: { ...COMMON, ...headers } });
}

/** To a page, after a form: reloading it does not send the form again. */
export function redirect(location: string, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(null, { status: 303, headers: { ...COMMON, ...headers, location } });
}

export async function htmlResponse(
  page: Html,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return new Response(page.text, {
    status,
    headers: {
      ...COMMON,
      ...headers,
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": await policy(),
    },
  });
}

let policyOnce: Promise<string> | undefined;

/** Allows the style of the pages and forms to this origin, and nothing else. */
function policy(): Promise<string> {
  return (policyOnce ??= crypto.subtle.digest("SHA-256", new TextEncoder().encode(STYLE)).then((digest) => {
    const hash = btoa(String.fromCodePoint(...new Uint8Array(digest)));
    return `default-src 'none'; style-src 'sha256-${hash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;
  }));
}
