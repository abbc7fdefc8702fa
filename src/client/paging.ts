/** Options of an iterator over pages. */
export interface PageOptions {
  /** Items to ask for at once, 1 to 500; default 100. */
  readonly pageSize?: number | undefined;
}

/**
 * All items of a list that comes in pages, newest first. Ends at a page that is not full, or that brings nothing
 * new (a server that ignores the offset would go round for ever). Items that new ones push into the next page
 * come once.
 */
export async function* pages<Item>(
  size: number,
  idOf: (item: Item) => string,
  page: (limit: number, offset: number) => Promise<readonly Item[]>,
): AsyncGenerator<Item, void, undefined> {
  let last: ReadonlySet<string> = new Set();
  for (let offset = 0; ; offset += size) {
    const items = await page(size, offset);
    const fresh = items.filter((item) => !last.has(idOf(item)));
    yield* fresh;
    if (items.length < size || fresh.length === 0) return;
    last = new Set(items.map(idOf));
  }
}
