import { parseUuid } from "../../wire/index.ts";

/** Reads a UUID as the platform does, which also accepts braces, a `urn:uuid:` prefix and hyphens anywhere. */
export function parseLooseUuid(text: string): string | undefined {
  return parseUuid(
    text
      .replace(/^urn:uuid:/i, "")
      .replace(/^\{(.*)\}$/, "$1")
      .replaceAll("-", ""),
  );
}
