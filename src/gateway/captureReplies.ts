import type { ClientOptions } from "../transport/index.ts";
import { readText } from "./admission.ts";
import type { UpstreamAnswer } from "./cache.ts";
import { filterAnswer, MAX_ANSWER } from "./upstream.ts";

const KEY_HEADER = "idempotency-key";

/**
 * A `fetch` that remembers the replies to orders as callers may see them, by the id of the order's intent. The header with
 * that id is not sent on: whether the platform honours keys must not matter here.
 */
export function captureReplies(
  upstreamFetch: ClientOptions["fetch"],
  apiKey: string,
): { readonly fetch: NonNullable<ClientOptions["fetch"]>; readonly replies: Map<string, UpstreamAnswer> } {
  const replies = new Map<string, UpstreamAnswer>();
  const hideKey = (text: string): string => text.replaceAll(apiKey, "hidden-by-gateway");
  return {
    replies,
    async fetch(url, init) {
      const headers = new Headers(init.headers);
      const id = headers.get(KEY_HEADER);
      headers.delete(KEY_HEADER);
      const response = await (upstreamFetch ?? globalThis.fetch)(url, { ...init, headers });
      if (id === null) return response;
      const text = await readText(response, MAX_ANSWER);
      if (text === undefined) throw new TypeError("The platform's answer is too large.");
      const answer = filterAnswer(response, text, hideKey);
      replies.set(id, answer);
      return new Response(text, { status: response.status, headers: answer.headers });
    },
  };
}
