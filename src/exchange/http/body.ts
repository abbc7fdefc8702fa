import { readBounded } from "../../wire/index.ts";
import { Unprocessable } from "./issues.ts";
import { findJsonError } from "./jsonErrors.ts";

/** A request's body as it arrived. */
export interface RawBody {
  readonly text: string;
  readonly contentType: string | null;
}

const NO_BODY: RawBody = { text: "", contentType: null };
const MAX_BYTES = 1024 * 1024;
// Deeper than any endpoint reads, and not too deep for any runtime to print.
const MAX_DEPTH = 200;

/** The body of a request; undefined if it is too large. An oversized stream is not read to its end. */
export async function readBody(request: Request): Promise<RawBody | undefined> {
  if (request.method === "GET" || request.method === "HEAD") return NO_BODY;
  const length = request.headers.get("content-length");
  const contentType = request.headers.get("content-type");
  if (Number(length ?? 0) > MAX_BYTES) return undefined;
  // `text()` is faster than a stream. It is safe where the server enforces the length, and where requests have no streams.
  if (length === null && request.body) {
    const bytes = await readBounded(request.body, MAX_BYTES);
    return bytes && { text: new TextDecoder().decode(bytes), contentType };
  }
  const text = await request.text();
  return isTooLarge(text) ? undefined : { text, contentType };
}

/** A character takes at most three bytes, so only long texts need counting. */
function isTooLarge(text: string): boolean {
  if (text.length * 3 <= MAX_BYTES) return false;
  return text.length > MAX_BYTES || new TextEncoder().encode(text).length > MAX_BYTES;
}

/** The fields of a JSON object in the body. Anything else is rejected as the framework does. */
export function parseFields({ text, contentType }: RawBody): Readonly<Record<string, unknown>> {
  const value = text === "" ? null : isJson(contentType) ? parseJson(text) : text;
  if (value === null) throw new Unprocessable([{ type: "missing", loc: ["body"], msg: "Field required", input: null }]);
  if (typeof value === "object" && !Array.isArray(value)) return value as Readonly<Record<string, unknown>>;
  const msg = "Input should be a valid dictionary or object to extract fields from";
  throw new Unprocessable([{ type: "model_attributes_type", loc: ["body"], msg, input: value }]);
}

function isJson(contentType: string | null): boolean {
  return contentType === null || /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(contentType.trim());
}

function parseJson(text: string): unknown {
  const parsed = tryParse(text);
  if (parsed !== undefined) return parsed.value;
  // Runtimes word and place syntax errors differently, so the position and message are worked out here.
  const { position, message: error } = findJsonError(text, MAX_DEPTH);
  const issue = { type: "json_invalid", loc: ["body", position], msg: "JSON decode error", input: {}, ctx: { error } };
  throw new Unprocessable([issue]);
}

/** The value of a body that is JSON; otherwise its text. */
export function parseLenient(text: string): unknown {
  const parsed = tryParse(text);
  return parsed === undefined ? text : parsed.value;
}

function tryParse(text: string): { readonly value: unknown } | undefined {
  if (isTooDeep(text)) return undefined;
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

/** Counts brackets outside of strings. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 34) inString = !inString;
    else if (inString) at += code === 92 ? 1 : 0;
    else if (code === 91 || code === 123) {
      if (++depth > MAX_DEPTH) return true;
    } else if (code === 93 || code === 125) depth--;
  }
  return false;
}
