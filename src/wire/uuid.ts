const UUID = /^([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})$/i;

/** The canonical spelling of a UUID: lower case, with hyphens. Undefined if the string is not a UUID. */
export function parseUuid(text: string): string | undefined {
  const [, ...groups] = UUID.exec(text) ?? [];
  return groups.length === 0 ? undefined : groups.join("-").toLowerCase();
}
