import type { Tree } from "./tree.ts";
import type { Key } from "./treeNode.ts";

/** Up to `limit` values of a tree from an index on, in the order of their keys. */
export function valuesOf<K extends Key, V>(
  tree: Tree<K, V>,
  from: number = 0,
  limit: number = Number.POSITIVE_INFINITY,
): V[] {
  const values: V[] = [];
  if (limit > 0) tree.ascend(from, (_, value) => values.push(value) < limit);
  return values;
}
