/** Replaces the delivery of webhooks in the page's bundle: no view subscribes to any. */
export function createWebhookDispatcher(): { close(): void } {
  return { close() {} };
}
