import { invalid } from "../endpoints/index.ts";
import { ResponseError } from "../errors/index.ts";

/** Options of an iterator over pages. */
export interface PageOptions {
  /** Items per request, 1 to 500; default 100. While the list grows quickly, requests are larger. */
  readonly pageSize?: number | undefined;
}

/** A list that is read in pages, newest first, and can change between two requests. */
export interface PagedList<Item> {
  readonly idOf: (item: Item) => string;
  readonly timeOf: (item: Item) => Date;
  readonly fetchPage: (limit: number, offset: number) => Promise<readonly Item[]>;
}

/** Rejects unknown filters, including those of the underlying list method that an iterator does not support. */
export function checkPageQuery(name: string, query: PageOptions, filters: readonly string[]): void {
  const names = [...filters, "pageSize"];
  const { pageSize } = query;
  const issues = Object.keys(query)
    .filter((field) => !names.includes(field))
    .map((field) => ({ field, message: `is not a known argument; expected ${names.join(", ")}` }));
  const isSize = pageSize === undefined || (Number.isInteger(pageSize) && pageSize >= 1 && pageSize <= MAX_PAGE_SIZE);
  if (!isSize) issues.push({ field: "pageSize", message: `must be a whole number from 1 to ${MAX_PAGE_SIZE}` });
  if (issues.length > 0) throw invalid(name, issues, names);
}

const MAX_PAGE_SIZE = 500;
const MAX_KNOWN = 10_000;
/** Consecutive pages without a new item after which the iterator gives up: the list grows by more than a page per request. */
const MAX_FRUITLESS_PAGES = 25;
const OFFSET_PAST_END = 1_000_000_000;

/**
 * Yields every item that stays in a list from the first request to the last, exactly once, newest first. Items added
 * meanwhile are omitted; items removed meanwhile may be.
 *
 * Pages overlap by one item. A page is accepted only if it contains a known item or starts at the beginning of the list:
 * then no item can lie between it and the pages before it. Otherwise items were removed and the rest of the list moved
 * up, so the iterator steps back and reads earlier pages again.
 */
export async function* iteratePages<Item>(size: number, list: PagedList<Item>): AsyncGenerator<Item, void, undefined> {
  const known = createKnownItems(list);
  let limit = size;
  let next = 0; // offset of the first unread item
  let stepBack = 0; // how far the last rejected page made the iterator step back
  let unmatched: readonly Item[] = []; // pages from the list's beginning that have not reached a known item yet
  let firstId: string | undefined;
  let isOffsetVerified = false;
  for (let fruitless = 0; fruitless < MAX_FRUITLESS_PAGES;) {
    fruitless++;
    const offset = Math.max(0, next - 1);
    const items = await list.fetchPage(limit, offset);
    const head = items[0];
    const firstKnown = items.findIndex((item) => known.has(item));
    const overlapsUnmatched = unmatched.some((item) => head !== undefined && list.idOf(item) === list.idOf(head));
    if (offset > 0 && firstKnown < 0 && !overlapsUnmatched) {
      unmatched = [];
      stepBack = Math.max(limit, 2 * stepBack);
      next = Math.max(0, offset - stepBack + 1);
      continue;
    }
    stepBack = 0;
    if (head !== undefined && offset > 0 && !isOffsetVerified && list.idOf(head) === firstId) {
      // Either exactly one page of items was added, or the server ignores the offset, and this loop would never end.
      isOffsetVerified = true;
      if ((await list.fetchPage(1, OFFSET_PAST_END)).length > 0) return;
    }
    firstId ??= head === undefined ? undefined : list.idOf(head);
    const isLast = items.length < limit;
    next = offset + items.length;
    limit = Math.min(MAX_PAGE_SIZE, 2 * limit);
    if (firstKnown < 0 && !isLast && !known.areAllNewerThan(items.at(-1))) {
      unmatched = [...unmatched, ...items];
      continue;
    }
    // Items in front of a known one are newer than it, so they were added meanwhile.
    if (firstKnown >= 0) for (const item of [...unmatched, ...items.slice(0, firstKnown)]) known.skip(item);
    const fresh = [...unmatched, ...items].filter((item) => known.add(item));
    unmatched = [];
    yield* fresh;
    if (isLast) return;
    if (fresh.length === 0) continue;
    fruitless = 0;
    limit = Math.min(MAX_PAGE_SIZE, size + 1);
  }
  throw new ResponseError(
    `The list changes faster than it can be read: ${MAX_FRUITLESS_PAGES} consecutive pages contained nothing new. Read it again when it changes less often, or with a larger pageSize.`,
    { code: "LIST_CHANGES_TOO_FAST" },
  );
}

/** The items that were yielded or skipped; the oldest entries are dropped, since no page can return them again. */
function createKnownItems<Item>({ idOf, timeOf }: PagedList<Item>): {
  has(item: Item): boolean;
  skip(item: Item): void;
  /** Returns whether to yield the item: it is not known yet, and was in the list at the first request. */
  add(item: Item): boolean;
  /** Whether all known items are newer than this one. True without an item. */
  areAllNewerThan(item: Item | undefined): boolean;
} {
  const known = new Map<string, number>();
  let newest: number | undefined;
  let oldest = Number.POSITIVE_INFINITY;
  /** Time of the last item dropped from `known`. All newer items have been yielded. */
  let dropped = Number.POSITIVE_INFINITY;

  function remember(item: Item): void {
    const time = timeOf(item).getTime();
    known.set(idOf(item), time);
    oldest = Math.min(oldest, time);
    if (known.size <= MAX_KNOWN) return;
    const [id, droppedTime] = known.entries().next().value as [string, number];
    known.delete(id);
    dropped = Math.min(dropped, droppedTime);
  }

  return {
    has: (item) => known.has(idOf(item)),
    skip(item) {
      if (!known.has(idOf(item))) remember(item);
    },
    add(item) {
      if (known.has(idOf(item))) return false;
      remember(item);
      const time = timeOf(item).getTime();
      newest ??= time;
      return time <= newest && time <= dropped;
    },
    areAllNewerThan: (item) => item === undefined || timeOf(item).getTime() < oldest,
  };
}
