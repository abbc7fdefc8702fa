import { invalid } from "../endpoints/index.ts";
import { ResponseError } from "../errors/index.ts";

/** Options of an iterator over pages. */
export interface PageOptions {
  /** Items to ask for at once, 1 to 500; default 100. A list that grows fast is asked for more. */
  readonly pageSize?: number | undefined;
}

/** A list that comes in pages, newest first, and may change between two of them. */
export interface Paged<Item> {
  readonly idOf: (item: Item) => string;
  readonly timeOf: (item: Item) => Date;
  readonly page: (limit: number, offset: number) => Promise<readonly Item[]>;
}

/** Refuses what an iterator would ignore, under its own name. */
export function checkPageQuery(name: string, query: PageOptions, filters: readonly string[]): void {
  const names = [...filters, "pageSize"];
  const { pageSize } = query;
  const issues = Object.keys(query)
    .filter((field) => !names.includes(field))
    .map((field) => ({ field, message: `is not a known argument; expected ${names.join(", ")}` }));
  const isSize = pageSize === undefined || (Number.isInteger(pageSize) && pageSize >= 1 && pageSize <= MOST_ITEMS);
  if (!isSize) issues.push({ field: "pageSize", message: `must be a whole number from 1 to ${MOST_ITEMS}` });
  if (issues.length > 0) throw invalid(name, issues, names);
}

const MOST_ITEMS = 500;
const MOST_KNOWN = 10_000;
/** Pages in a row that bring nothing: a list that grows by more than a page with each of them is given up. */
const MOST_IDLE = 25;
const BEYOND = 1_000_000_000;

/**
 * All items that are in a list from the first page to the last, once each, newest first. Items that come in meanwhile
 * are left out, and those that leave it may be.
 *
 * Each page begins with the last item of the one before. Only a page that holds a known item, or begins the list, is
 * taken: what comes after it has not been seen, and nothing lies between. Otherwise items have left the list, so that
 * the rest moved up, and earlier pages are read again.
 */
export async function* pages<Item>(size: number, list: Paged<Item>): AsyncGenerator<Item, void, undefined> {
  const known = knownItems(list);
  let limit = size;
  let next = 0; // how far the list has been read
  let back = 0; // how far to go back when a page cannot be taken
  let held: readonly Item[] = []; // the list's beginning, while it is open whether it is new
  let first: string | undefined;
  let isChecked = false;
  for (let idle = 0; idle < MOST_IDLE;) {
    idle++;
    const offset = Math.max(0, next - 1);
    const items = await list.page(limit, offset);
    const head = items[0];
    const start = items.findIndex((item) => known.has(item));
    const isHeldOn = held.some((item) => head !== undefined && list.idOf(item) === list.idOf(head));
    if (offset > 0 && start < 0 && !isHeldOn) {
      held = [];
      back = Math.max(limit, 2 * back);
      next = Math.max(0, offset - back + 1);
      continue;
    }
    back = 0;
    if (head !== undefined && offset > 0 && !isChecked && list.idOf(head) === first) {
      // As many new items as a page has, or a server that ignores the offset and would go round for ever?
      isChecked = true;
      if ((await list.page(1, BEYOND)).length > 0) return;
    }
    first ??= head === undefined ? undefined : list.idOf(head);
    const isLast = items.length < limit;
    next = offset + items.length;
    limit = Math.min(MOST_ITEMS, 2 * limit);
    if (start < 0 && !isLast && !known.reaches(items.at(-1))) {
      held = [...held, ...items];
      continue;
    }
    // What stands before a known item is newer than it.
    if (start >= 0) for (const item of [...held, ...items.slice(0, start)]) known.pass(item);
    const fresh = [...held, ...items].filter((item) => known.add(item));
    held = [];
    yield* fresh;
    if (isLast) return;
    if (fresh.length === 0) continue;
    idle = 0;
    limit = Math.min(MOST_ITEMS, size + 1);
  }
  throw new ResponseError(
    `The list changes faster than it can be read: ${MOST_IDLE} pages in a row brought nothing new. Read it again when less is going on, or with a larger pageSize.`,
    { code: "LIST_CHANGES_TOO_FAST" },
  );
}

/** The items that were given or passed over, as many as a page could bring again. */
function knownItems<Item>({ idOf, timeOf }: Paged<Item>): {
  has(item: Item): boolean;
  pass(item: Item): void;
  /** Whether it is to be given: it has not been, and is not newer than the list was at first. */
  add(item: Item): boolean;
  /** Whether an item lies behind all that are known, by its time. */
  reaches(item: Item | undefined): boolean;
} {
  const known = new Map<string, number>();
  let newest: number | undefined;
  let oldest = Number.POSITIVE_INFINITY;
  /** What is newer than the last one that was forgotten has been given. */
  let forgotten = Number.POSITIVE_INFINITY;

  function pass(item: Item): void {
    const made = timeOf(item).getTime();
    known.set(idOf(item), made);
    oldest = Math.min(oldest, made);
    if (known.size <= MOST_KNOWN) return;
    const [id, time] = known.entries().next().value as [string, number];
    known.delete(id);
    forgotten = Math.min(forgotten, time);
  }

  return {
    has: (item) => known.has(idOf(item)),
    pass(item) {
      if (!known.has(idOf(item))) pass(item);
    },
    add(item) {
      if (known.has(idOf(item))) return false;
      pass(item);
      const time = timeOf(item).getTime();
      newest ??= time;
      return time <= newest && time <= forgotten;
    },
    reaches: (item) => item === undefined || timeOf(item).getTime() < oldest,
  };
}
