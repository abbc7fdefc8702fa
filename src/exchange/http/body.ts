import { brokenJson } from "./brokenJson.ts";
import { FieldReader } from "./read.ts";
import { Unprocessable } from "./reply.ts";

/** A request's body as it came. */
export interface RawBody {
  readonly text: string;
  readonly contentType: string | null;
}

const NO_BODY: RawBody = { text: "", contentType: null };

/** Bodies above this are refused with 413. */
const MOST_BODY_BYTES = 1024 * 1024;

// Deeper nesting than any endpoint reads, and less than any runtime can print.
const MOST_DEPTH = 200;

/** The body of a request, undefined when it is too large; of such a one no more is read than it takes to know. */
export async function receivedBody(request: Request): Promise<RawBody | undefined> {
  if (request.method === "GET" || request.method === "HEAD") return NO_BODY;
  const length = request.headers.get("content-length");
  if (Number(length ?? 0) > MOST_BODY_BYTES) return undefined;
  // A server sees to it that a length is true, and reads faster; where requests have no streams they are read already.
  const text = length === null && request.body ? await textUpTo(MOST_BODY_BYTES, request.body) : await request.text();
  if (text === undefined || isTooLarge(text)) return undefined;
  return { text, contentType: request.headers.get("content-type") };
}

/** Whether a text is too large in bytes: a character takes up to three, so only long texts are counted. */
function isTooLarge(text: string): boolean {
  if (text.length * 3 <= MOST_BODY_BYTES) return false;
  return text.length > MOST_BODY_BYTES || new TextEncoder().encode(text).length > MOST_BODY_BYTES;
}

/** The text of a stream, undefined when it is longer than so many bytes. */
async function textUpTo(most: number, stream: ReadableStream<Uint8Array>): Promise<string | undefined> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let left = most;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    left -= value.length;
    if (left < 0) {
      // Whoever sends may take that as they like.
      reader.cancel().catch(() => {});
      return undefined;
    }
    text += decoder.decode(value, { stream: true });
  }
}

/** The fields of a JSON object in the body; anything else is refused as the framework does. */
export function readObject(body: RawBody): FieldReader {
  if (body.text === "")
    throw new Unprocessable([{ type: "missing", loc: ["body"], msg: "Field required", input: null }]);
  const value = isJson(body.contentType) ? parsed(body.text) : body.text;
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return new FieldReader("body", value as Record<string, unknown>);
  if (value === null) throw new Unprocessable([{ type: "missing", loc: ["body"], msg: "Field required", input: null }]);
  const msg = "Input should be a valid dictionary or object to extract fields from";
  throw new Unprocessable([{ type: "model_attributes_type", loc: ["body"], msg, input: value }]);
}

/** The value of a body that is JSON, and otherwise its text. */
export function bodyValue(text: string): unknown {
  try {
    if (!isTooDeep(text)) return JSON.parse(text);
  } catch {
    // Not JSON.
  }
  return text;
}

function isJson(contentType: string | null): boolean {
  return contentType === null || /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(contentType.trim());
}

function parsed(text: string): unknown {
  try {
    if (!isTooDeep(text)) return JSON.parse(text);
  } catch {
    // Where and why is found out below; runtimes word it differently.
  }
  const { at, error } = brokenJson(text, MOST_DEPTH);
  throw new Unprocessable([
    { type: "json_invalid", loc: ["body", at], msg: "JSON decode error", input: {}, ctx: { error } },
  ]);
}

/** Whether brackets nest too deep, those inside texts apart. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 34) inText = !inText;
    else if (inText) at += code === 92 ? 1 : 0;
    else if (code === 91 || code === 123) {
      if (++depth > MOST_DEPTH) return true;
    } else if (code === 93 || code === 125) depth--;
  }
  return false;
}
