import { at } from "../base/at.ts";

/** The number of entries or children that a node may have. */
export const MAX_ITEMS = 64;

/** Keys are ordered as `<` orders them, so all keys of a tree have the same type. */
export type Key = number | string | bigint;

/** Reads nodes that have been written to a store. */
export interface NodeReader {
  read<K extends Key, V>(page: number): TreeNode<K, V>;
  /** Called when a tree replaces a node that it shares by a copy. */
  replaced?(node: { readonly page: number | undefined }): void;
}

/** A sorted run of entries, or of subtrees. */
export type TreeNode<K extends Key, V> = Leaf<K, V> | Branch<K, V>;

interface NodeState {
  /** The tree that may change this node in place. Any other tree copies it first. */
  owner: object | undefined;
  /** Where the node has been written, once it has. A written node never changes. */
  page: number | undefined;
  /** Cached summary of the entries below; undefined if unknown. */
  summary: unknown;
}

export interface Leaf<K extends Key, V> extends NodeState {
  readonly isLeaf: true;
  readonly keys: K[];
  readonly values: V[];
}

export interface Branch<K extends Key, V> extends NodeState {
  readonly isLeaf: false;
  /** The smallest key that each child may have. */
  readonly keys: K[];
  readonly children: (TreeNode<K, V> | WrittenNode)[];
  /** Number of entries below each child but the last, so that appending changes no counts. */
  readonly counts: number[];
}

/** A node that is in the store and not in memory. */
export interface WrittenNode {
  readonly isLeaf: undefined;
  readonly page: number;
  readonly summary: unknown;
}

/** How entries are summarized; `combine` must be associative. */
export interface Measure<K extends Key, V, Summary> {
  /** Identifies the measure in a store. */
  readonly name: string;
  readonly of: (key: K, value: V) => Summary;
  readonly combine: (first: Summary, second: Summary) => Summary;
}

/** Where a tree starts: what a copy shares, and what a store keeps of it. */
export interface TreeStart<K extends Key, V> {
  readonly size: number;
  readonly root: TreeNode<K, V> | WrittenNode | undefined;
  /** Reads nodes that are not in memory. */
  readonly reader: NodeReader | undefined;
}

export function forgetSummary<Node extends NodeState>(node: Node): Node {
  node.summary = undefined;
  return node;
}

export function cacheSummary<Summary>(node: NodeState, summary: Summary): Summary {
  node.summary = summary;
  return summary;
}

export function unloadChildren<K extends Key, V>({ children }: Branch<K, V>): void {
  for (const [index, child] of children.entries()) {
    if (child.isLeaf === undefined) continue;
    if (child.page !== undefined) children[index] = { isLeaf: undefined, page: child.page, summary: child.summary };
    else if (!child.isLeaf) unloadChildren(child);
  }
}

export function newLeaf<K extends Key, V>(owner: object, keys: K[], values: V[]): Leaf<K, V> {
  return { isLeaf: true, owner, page: undefined, summary: undefined, keys, values };
}

export function newBranch<K extends Key, V>(
  owner: object,
  keys: K[],
  children: (TreeNode<K, V> | WrittenNode)[],
  counts: number[],
): Branch<K, V> {
  return { isLeaf: false, owner, page: undefined, summary: undefined, keys, children, counts };
}

/** Index of the first entry for which `isReached` holds, which must then hold for all later ones. */
export function searchSorted(size: number, isReached: (index: number) => boolean): number {
  let low = 0;
  let high = size;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isReached(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

export function smallestKey<K extends Key, V>(node: TreeNode<K, V>): K {
  return at(node.keys, 0);
}

/** The index of the first key that is not smaller. */
export function indexOf(keys: readonly Key[], key: Key): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (at(keys, middle) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The index of the child in whose range a key lies. */
export function childIndex(keys: readonly Key[], key: Key): number {
  let low = 1;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (at(keys, middle) <= key) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
