/** The path as the platform routes it: decoded, so an encoded slash separates segments too. */
export function decoded(path: string): string {
  if (!path.includes("%")) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
