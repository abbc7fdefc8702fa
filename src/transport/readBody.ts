import { readBounded } from "../wire/index.ts";

const decoder = new TextDecoder();

/**
 * Reads a body as text. Returns null if it is larger than `maxBytes`, without reading the rest. Bytes are counted after
 * decompression, unless the header `Content-Length` is certainly right.
 */
export async function readBody(response: Response, maxBytes: number, isOver: () => boolean): Promise<string | null> {
  // Before anything touches `body`: where no stream has been created, reading costs half as much in Deno.
  if (isLengthCertain(response, maxBytes)) return response.text();
  const body = response.body as Response["body"] | undefined;
  if (typeof body?.getReader !== "function") {
    // No body, or the response of a custom fetch.
    const text = await response.text();
    const isTooLarge =
      text.length > maxBytes || (text.length * 3 > maxBytes && new TextEncoder().encode(text).length > maxBytes);
    return isTooLarge ? null : text;
  }
  const bytes = await readBounded(body, maxBytes, isOver);
  return bytes === undefined ? null : decoder.decode(bytes);
}

/**
 * Whether the runtime's own HTTP reads no more than `Content-Length` says, and that is within the limit. A custom fetch
 * (whose responses have no URL) can state any length, chunks override it, and compressed bodies grow. Browsers hide these
 * headers of other origins.
 */
function isLengthCertain(response: Response, maxBytes: number): boolean {
  const { url, headers } = response;
  const type: string = response.type;
  if (url === "" || type === "cors") return false;
  const length = headers.get("content-length");
  return (
    length !== null &&
    Number(length) <= maxBytes &&
    headers.get("content-encoding") === null &&
    headers.get("transfer-encoding") === null
  );
}
