/** Where a key of a list moves the active row to; null if the key is none of a list. Rows are counted from 0. */
export function moveActive(key: string, active: number, count: number, page: number): number | null {
  if (count === 0) return null;
  const within = (index: number): number => Math.max(0, Math.min(count - 1, index));
  if (key === "ArrowDown") return active + 1 >= count ? 0 : active + 1;
  if (key === "ArrowUp") return active <= 0 ? count - 1 : active - 1;
  if (key === "PageDown") return within(active + page);
  if (key === "PageUp") return within(active - page);
  if (key === "Home") return 0;
  return key === "End" ? count - 1 : null;
}
