import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { createBrotliDecompress, createGunzip } from "node:zlib";

/** Statuses whose responses have no body; the standard class rejects one. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

const decoder = new TextDecoder();

/**
 * A standard response with the content of a message. Its `text()` and `json()` read Node's stream directly: through a web
 * stream, that would cost more than the rest of a small response.
 */
export function createResponse(url: string, message: IncomingMessage, signal: AbortSignal | undefined): Response {
  const status = message.statusCode ?? 0;
  const content = decompressed(message);
  // A reader gets the error. Without this listener, the error of an unread body would end the program.
  content.on("error", () => {});
  let isRead = false;
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (isRead) throw new TypeError("The body has already been read.");
        return readChunk(content, signal, controller);
      },
      cancel() {
        message.destroy();
      },
    },
    { highWaterMark: 0 },
  );
  const response = new Response(WITHOUT_BODY.has(status) ? null : stream, {
    status,
    statusText: message.statusMessage ?? "",
    headers: toHeaders(message.rawHeaders),
  });
  const readStandard = response.text.bind(response);
  const text = (): Promise<string> => {
    if (isRead || response.bodyUsed || stream.locked || response.body === null) return readStandard();
    isRead = true;
    return readText(content, signal);
  };
  const json = async (): Promise<unknown> => JSON.parse(await text());
  return Object.defineProperties(response, { url: { value: url }, text: { value: text }, json: { value: json } });
}

/** The reason that `fetch` rejects with: the caller's own for an abort, and otherwise a TypeError with a cause. */
export function failureOf(signal: AbortSignal | undefined, cause: unknown): unknown {
  return signal?.aborted === true ? signal.reason : new TypeError("fetch failed", { cause });
}

function toHeaders(rawHeaders: readonly string[]): Headers {
  const headers = new Headers();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2)
    headers.append(rawHeaders[index] ?? "", rawHeaders[index + 1] ?? "");
  return headers;
}

/** Decodes the codings that requests offer. A failure or the end of either stream is also the other's. */
function decompressed(message: IncomingMessage): Readable {
  const coding = message.headers["content-encoding"]?.toLowerCase();
  if (coding !== "gzip" && coding !== "br") return message;
  const content = coding === "gzip" ? createGunzip() : createBrotliDecompress();
  message.once("error", (error) => content.destroy(error));
  content.once("close", () => message.destroy());
  return message.pipe(content);
}

function readText(content: Readable, signal: AbortSignal | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    content.on("data", (chunk: Uint8Array) => chunks.push(chunk));
    content.once("end", () => resolve(decode(chunks)));
    onFailure(content, (cause) => reject(failureOf(signal, cause)));
  });
}

function decode(chunks: readonly Uint8Array[]): string {
  if (chunks.length === 1) return decoder.decode(chunks[0]);
  const parts = new TextDecoder();
  return chunks.map((chunk) => parts.decode(chunk, { stream: true })).join("") + parts.decode();
}

/** Passes one chunk on, or the end. The content is paused in between, so that nothing is read that is not wanted. */
function readChunk(
  content: Readable,
  signal: AbortSignal | undefined,
  controller: ReadableStreamDefaultController<Uint8Array>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      content.pause();
      content.off("data", onData);
      content.off("end", onEnd);
      stopListening();
      resolve();
    };
    const onData = (chunk: Uint8Array): void => {
      controller.enqueue(chunk);
      stop();
    };
    const onEnd = (): void => {
      controller.close();
      stop();
    };
    const stopListening = onFailure(content, (cause) => reject(failureOf(signal, cause)));
    content.on("data", onData);
    content.once("end", onEnd);
    if (content.readableEnded) onEnd();
    else content.resume();
  });
}

/** Reports a failure of a stream, even if it failed before. Returns a function that stops that. */
function onFailure(content: Readable, report: (cause: unknown) => void): () => void {
  const onClose = (): void => {
    if (!content.readableEnded) report(content.errored ?? new Error("The connection was closed."));
  };
  if (content.destroyed) onClose();
  content.once("close", onClose);
  return () => content.off("close", onClose);
}
