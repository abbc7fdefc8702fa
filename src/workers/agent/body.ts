import { HttpError } from "./responses.ts";

const MAX_BYTES = 4096;

/**
 * Reads the fields of a small body: a form, a JSON object, or nothing.
 *
 * @throws HttpError if the body is anything else, or has other fields than `allowed`
 */
export async function readFields<Name extends string>(
  request: Request,
  allowed: readonly Name[],
): Promise<Readonly<Partial<Record<Name, string>>>> {
  const text = await readText(request);
  const [type = ""] = (request.headers.get("content-type") ?? "").toLowerCase().split(";");
  const fields = text === "" ? [] : parse(type.trim(), text);
  const found: Partial<Record<Name, string>> = {};
  for (const [name, value] of fields) {
    const known = allowed.find((candidate) => candidate === name);
    if (known === undefined) throw new HttpError(400, "INVALID_BODY", `Unknown field. Expected ${allowed.join(", ")}.`);
    found[known] = value;
  }
  return found;
}

function parse(type: string, text: string): (readonly [string, string])[] {
  if (type === "application/x-www-form-urlencoded") return [...new URLSearchParams(text)];
  if (type !== "application/json")
    throw new HttpError(415, "UNSUPPORTED_TYPE", "Send a form, or JSON with Content-Type: application/json.");
  return Object.entries(parseObject(text)).map(([name, value]) => {
    if (typeof value !== "string" && typeof value !== "number")
      throw new HttpError(400, "INVALID_BODY", "Fields must be strings or numbers.");
    return [name, String(value)];
  });
}

function parseObject(text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = null;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new HttpError(400, "INVALID_BODY", "The body must be a JSON object.");
  return value;
}

/** Stops to read as soon as the body is too large. */
async function readText(request: Request): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const body: ReadableStream<Uint8Array> | null = request.body;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_BYTES) throw new HttpError(413, "BODY_TOO_LARGE", `The body may have at most ${MAX_BYTES} bytes.`);
    chunks.push(chunk);
  }
  return new TextDecoder().decode(await new Blob(chunks).arrayBuffer());
}
