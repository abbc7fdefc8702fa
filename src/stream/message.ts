/** A JSON message of the platform. */
export interface Message {
  readonly type?: unknown;
  readonly channel?: unknown;
  readonly symbol?: unknown;
  readonly interval?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
}

/** Returns undefined unless the message is a JSON object. */
export function parseMessage(text: string): Message | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === "object" && json !== null && !Array.isArray(json) ? json : undefined;
  } catch {
    return undefined;
  }
}
