/**
 * Reads a stream of bytes of at most `max`; undefined if it is longer, or `isOver` says that nobody waits for it any more.
 * The rest is not read.
 */
export async function readBounded(
  stream: ReadableStream<Uint8Array>,
  max: number,
  isOver?: () => boolean,
): Promise<Uint8Array | undefined> {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > max || isOver?.() === true) {
      // Not awaited: cancelling an endless stream may never settle. A sender that fails to stop is not our error.
      reader.cancel().catch(() => {});
      return undefined;
    }
    chunks.push(value);
  }
  const [first] = chunks;
  return chunks.length === 1 && first !== undefined ? first : concatenate(chunks, size);
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
