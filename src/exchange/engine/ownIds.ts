import type { Tree } from "../collections/tree.ts";

/** Values by owner, such as an account, in the order of creation, so that a list reads only those of its owner. */
export type Own<Value> = Tree<string, Value>;

/** Ids of records by owner. */
export type OwnIds = Own<string>;

/** The part of a tree that counting needs, whatever its values are. */
type Ranked = Pick<Tree<string, unknown>, "rankOf">;

const DIGITS = 12;

/** Adds a value of an owner, whose name contains no space. Returns the key. */
export function addOwn<Value>(values: Own<Value>, owner: string, value: Value): string {
  const [last = ""] = values.entryAt(endOf(values, owner) - 1) ?? [];
  const number = last.startsWith(keyOf(owner)) ? Number(last.slice(-DIGITS)) + 1 : 0;
  const key = keyOf(owner) + String(number).padStart(DIGITS, "0");
  values.set(key, value);
  return key;
}

export function removeOwn(ids: OwnIds, accountId: string, id: string): void {
  let found: string | undefined;
  ids.ascend(startOf(ids, accountId), (key, each) => {
    if (each === id) found = key;
    return found === undefined && key.startsWith(keyOf(accountId));
  });
  if (found !== undefined) ids.delete(found);
}

/** Number of an owner's values. */
export function countOwn(values: Ranked, owner: string): number {
  return endOf(values, owner) - startOf(values, owner);
}

/** Up to `limit` values of an owner from an offset on, newest first. */
export function newestOwn<Value>(
  values: Own<Value>,
  owner: string,
  limit: number = Number.POSITIVE_INFINITY,
  offset: number = 0,
): readonly Value[] {
  const found: Value[] = [];
  const count = Math.min(limit, countOwn(values, owner) - offset);
  if (count > 0) values.descend(endOf(values, owner) - 1 - offset, (_, value) => found.push(value) < count);
  return found;
}

/** The oldest value of an owner with its key. */
export function oldestOwn<Value>(values: Own<Value>, owner: string): readonly [key: string, value: Value] | undefined {
  const entry = values.entryAt(startOf(values, owner));
  return entry?.[0].startsWith(keyOf(owner)) === true ? entry : undefined;
}

function keyOf(owner: string): string {
  return `${owner} `;
}

function startOf(values: Ranked, owner: string): number {
  return values.rankOf(keyOf(owner));
}

function endOf(values: Ranked, owner: string): number {
  // The character after the space.
  return values.rankOf(`${owner}!`);
}
