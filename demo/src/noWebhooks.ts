/** Replaces the operations for webhooks in the page's bundle: no view subscribes to any. */
export function webhookRoutes(): readonly [] {
  return [];
}

/** Replaces their delivery. */
export function createWebhookDispatcher(): { close(): void } {
  return { close() {} };
}
