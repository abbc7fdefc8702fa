import type { Tree } from "../collections/tree.ts";

/** Ids of records by account, in the order of creation, so that a list reads only the records of its account. */
export type OwnIds = Tree<string, string>;

const DIGITS = 12;

export function addOwn(ids: OwnIds, accountId: string, id: string): void {
  const [last = ""] = ids.entryAt(endOf(ids, accountId) - 1) ?? [];
  const number = last.startsWith(keyOf(accountId)) ? Number(last.slice(-DIGITS)) + 1 : 0;
  ids.set(keyOf(accountId) + String(number).padStart(DIGITS, "0"), id);
}

export function removeOwn(ids: OwnIds, accountId: string, id: string): void {
  let found: string | undefined;
  ids.ascend(startOf(ids, accountId), (key, each) => {
    if (each === id) found = key;
    return found === undefined && key.startsWith(keyOf(accountId));
  });
  if (found !== undefined) ids.delete(found);
}

/** Number of an account's records. */
export function countOwn(ids: OwnIds, accountId: string): number {
  return endOf(ids, accountId) - startOf(ids, accountId);
}

/** Up to `limit` ids of an account from an offset on, newest first. */
export function newestOwn(
  ids: OwnIds,
  accountId: string,
  limit: number = Number.POSITIVE_INFINITY,
  offset: number = 0,
): readonly string[] {
  const found: string[] = [];
  const count = Math.min(limit, countOwn(ids, accountId) - offset);
  if (count > 0) ids.descend(endOf(ids, accountId) - 1 - offset, (_, id) => found.push(id) < count);
  return found;
}

function keyOf(accountId: string): string {
  return `${accountId} `;
}

function startOf(ids: OwnIds, accountId: string): number {
  return ids.rankOf(keyOf(accountId));
}

function endOf(ids: OwnIds, accountId: string): number {
  // The character after the space.
  return ids.rankOf(`${accountId}!`);
}
