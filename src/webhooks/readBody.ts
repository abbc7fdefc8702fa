import { readBounded } from "../wire/index.ts";
import { WebhookError } from "./error.ts";

/** Reads a body of at most `maxBytes`. A larger one is not read: nobody has proved yet who sent it. */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  if (request.bodyUsed)
    throw new TypeError("The request's body has been read already. Call verifyWebhook before anything reads it.");
  // Firefox has no streams of request bodies.
  const body = request.body as ReadableStream<Uint8Array> | null | undefined;
  if (body === null) return new Uint8Array();
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) {
    // Tells the runtime that nobody will read it.
    body?.cancel().catch(() => {});
    throw new WebhookError("too-large");
  }
  const reading = body === undefined ? request.arrayBuffer() : readBounded(body, maxBytes);
  const bytes = await reading.catch((reason: unknown) => {
    throw new WebhookError("incomplete", reason);
  });
  if (bytes === undefined || bytes.byteLength > maxBytes) throw new WebhookError("too-large");
  return new Uint8Array(bytes);
}
