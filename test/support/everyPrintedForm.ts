/** Everything a value can print as: strings, JSON, stacks and all properties, including hidden ones and symbols, recursively. */
export function everyPrintedForm(value: unknown): string {
  const texts: string[] = [];
  const seen = new Set<unknown>();

  function walk(part: unknown, depth: number): void {
    if (typeof part === "string") texts.push(part);
    if ((typeof part !== "object" && typeof part !== "function") || part === null || seen.has(part) || depth > 12)
      return;
    seen.add(part);
    for (const show of [String, JSON.stringify]) {
      try {
        texts.push(show(part));
      } catch {
        // Cycles and objects without a prototype.
      }
    }
    if (part instanceof Map || part instanceof Set) for (const item of part) walk(item, depth + 1);
    for (const name of Reflect.ownKeys(part)) {
      texts.push(String(name));
      try {
        walk((part as Record<PropertyKey, unknown>)[name], depth + 1);
      } catch {
        // A built-in getter that requires another receiver.
      }
    }
  }

  walk(value, 0);
  return texts.join("\n");
}
