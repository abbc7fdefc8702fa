const KEY_OR_TOKEN = /\b([as]k_live_)[\w-]+|\beyJ[\w-]+\.[\w-]+\.[\w-]*/g;

/** Removes secrets from strings and JSON, by shape and by value. */
export type Redact = <T>(value: T) => T;

/** Creates a {@link Redact} for these secrets, and for all keys and tokens that have the platform's shape. */
export function redactor(secrets: readonly (string | undefined)[]): Redact {
  // Very short secrets would match ordinary words. They exist in tests only.
  const known = secrets
    .filter((secret): secret is string => secret !== undefined && secret.length > 5)
    .toSorted((a, b) => b.length - a.length); // a secret can be a prefix of another
  const clean = (text: string): string => {
    let result = text.replace(KEY_OR_TOKEN, (_match, prefix: string | undefined) => `${prefix ?? ""}[redacted]`);
    for (const secret of known) result = result.replaceAll(secret, "[redacted]");
    return result;
  };
  const walk = (value: unknown, depth: number): unknown => {
    if (typeof value === "string") return clean(value);
    if (typeof value !== "object" || value === null) return value;
    if (depth > 8) return "[too deep]";
    if (Array.isArray(value)) return value.map((item) => walk(item, depth + 1));
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [clean(key), walk(item, depth + 1)]));
  };
  return <T>(value: T): T => walk(value, 0) as T;
}
