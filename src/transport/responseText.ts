const decoder = new TextDecoder();

/**
 * The body as text, or null when it is larger than `most` bytes: then the rest is neither read nor kept. Counted is what
 * arrives after decompression, since a length that a header tells can be wrong.
 */
export async function responseText(response: Response, most: number, isOver: () => boolean): Promise<string | null> {
  const body = response.body as Response["body"] | undefined;
  if (typeof body?.getReader !== "function") {
    // A fetch of another make, or no body.
    const text = await response.text();
    return text.length > most || (text.length * 3 > most && new TextEncoder().encode(text).length > most) ? null : text;
  }
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > most || isOver()) {
      // Not awaited: a body that does not end may not end when told so either.
      reader.cancel().catch(() => {});
      return null;
    }
    chunks.push(value);
  }
  return decoder.decode(chunks.length === 1 ? chunks[0] : joined(chunks, size));
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.byteLength;
  }
  return all;
}
