/** Replaces the records of the platform's trading service in the page's bundle: nobody gives the page's exchange any. */
export function recordDirectly(): never {
  throw new Error("The page's exchange takes no records.");
}

export function deleteRecords(): void {}
