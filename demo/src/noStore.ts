/** Replaces stores in the page's bundle: the page's exchange lives in memory. */
export function openFromStore(): never {
  throw new Error("The page's exchange has no store.");
}
