// Differs between two runs, or is free text.
const NOT_COMPARED = new Set([
  "message",
  "msg",
  "error",
  "timestamp",
  "created_at",
  "updated_at",
  "filled_at",
  "opened_at",
  "executed_at",
  "cancelled_at",
  "started_at",
  "api_key",
  "agent_api_key",
  "api_secret",
  "session_id",
  "account_id",
  "trade_id",
  "order_id",
  "agent_id",
  "token",
  "expires_at",
  "data_age_seconds",
  "avatar_url",
  "color",
  "id",
  "api_key_preview",
]);
// The recorded sessions contain order ids only.
const MAY_BE_LEFT_OUT = new Set(["trade_id", "account_id", "session_id"]);

/** Differences of `actual` from the recording in keys, kinds and number strings. */
export function deviations(actual: unknown, recorded: unknown, path = ""): string[] {
  if (isContainer(actual) && isContainer(recorded) && Array.isArray(actual) === Array.isArray(recorded)) {
    const left = actual as Record<string, unknown>;
    const right = recorded as Record<string, unknown>;
    const found: string[] = [];
    for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
      if (!(key in right) && MAY_BE_LEFT_OUT.has(key)) continue;
      if (!(key in left) || !(key in right))
        found.push(`${path}.${key} is only in ${key in left ? "the answer" : "the recording"}`);
      else found.push(...deviations(left[key], right[key], `${path}.${key}`));
    }
    return found;
  }
  const name = path.slice(path.lastIndexOf(".") + 1);
  if (actual === recorded || (NOT_COMPARED.has(name) && (actual === null) === (recorded === null))) return [];
  return [`${path}: ${JSON.stringify(actual)}, recorded ${JSON.stringify(recorded)}`];
}

function isContainer(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}
