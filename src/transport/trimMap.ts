/** Removes the oldest entries of a map, down to `maxSize`. */
export function trimMap(map: Map<string, unknown>, maxSize: number): void {
  for (const key of map.keys()) {
    if (map.size <= maxSize) return;
    map.delete(key);
  }
}
