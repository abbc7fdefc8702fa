const decoder = new TextDecoder();

/**
 * Reads a body as text. Returns null if it is larger than `maxBytes`, without reading the rest. Bytes are counted after
 * decompression, since the header `Content-Length` can be wrong.
 */
export async function readBody(response: Response, maxBytes: number, isOver: () => boolean): Promise<string | null> {
  const body = response.body as Response["body"] | undefined;
  if (typeof body?.getReader !== "function") {
    // No body, or the response of a custom fetch.
    const text = await response.text();
    const isTooLarge =
      text.length > maxBytes || (text.length * 3 > maxBytes && new TextEncoder().encode(text).length > maxBytes);
    return isTooLarge ? null : text;
  }
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > maxBytes || isOver()) {
      // Not awaited: cancelling an endless body may never settle.
      reader.cancel().catch(() => {});
      return null;
    }
    chunks.push(value);
  }
  return decoder.decode(chunks.length === 1 ? chunks[0] : concatenate(chunks, size));
}

function concatenate(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const result = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    result.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return result;
}
