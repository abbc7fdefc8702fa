import { at } from "../base/at.ts";
import {
  MAX_ITEMS,
  cacheSummary,
  childIndex,
  forgetSummary,
  indexOf,
  newBranch,
  newLeaf,
  searchSorted,
  smallestKey,
  unloadChildren,
  type Branch,
  type Key,
  type Leaf,
  type Measure,
  type NodeReader,
  type TreeNode,
  type TreeStart,
  type WrittenNode,
} from "./treeNode.ts";

/**
 * A sorted map as a B+ tree whose copies share all nodes. A tree changes the nodes that it owns in place and copies
 * others first, so `copy()` takes constant time and a copy costs what is changed later. Every operation visits one path
 * from the root, however many entries there are.
 */
export class Tree<K extends Key, V, Summary = undefined> {
  readonly measure: Measure<K, V, Summary> | undefined;
  #root: TreeNode<K, V> | WrittenNode | undefined;
  #size: number;
  #owner: object = {};
  /** The last leaf while this tree owns it and its whole path, for fast appends. */
  #tail: Leaf<K, V> | undefined;
  /** The value that the current `set` has replaced. */
  #replaced: V | undefined;
  #reader: NodeReader | undefined;

  constructor(measure?: Measure<K, V, Summary>, start?: TreeStart<K, V>) {
    this.measure = measure;
    this.#root = start?.root;
    this.#size = start?.size ?? 0;
    this.#reader = start?.reader;
  }

  get size(): number {
    return this.#size;
  }

  /** A copy that shares all nodes. Both trees copy a shared node before they change it. */
  copy(): Tree<K, V, Summary> {
    this.#owner = {};
    this.#tail = undefined;
    return new Tree(this.measure, this.start);
  }

  get(key: K): V | undefined {
    const leaf = this.#leafOf(key);
    if (leaf === undefined) return undefined;
    const index = indexOf(leaf.keys, key);
    return leaf.keys[index] === key ? leaf.values[index] : undefined;
  }

  has(key: K): boolean {
    const leaf = this.#leafOf(key);
    return leaf !== undefined && leaf.keys[indexOf(leaf.keys, key)] === key;
  }

  /** Adds or replaces an entry. Returns the value replaced, if any. */
  set(key: K, value: V): V | undefined {
    const tail = this.#tail;
    if (
      tail?.page === undefined &&
      tail !== undefined &&
      tail.keys.length < MAX_ITEMS &&
      key > at(tail.keys, tail.keys.length - 1)
    ) {
      tail.keys.push(key);
      tail.values.push(value);
      this.#size++;
      return undefined;
    }
    const root = this.#load();
    if (root === undefined) {
      this.#root = this.#tail = newLeaf(this.#owner, [key], [value]);
      this.#size = 1;
      return undefined;
    }
    this.#replaced = undefined;
    const own = (this.#root = this.#own(root));
    const right = this.#insert(own, key, value);
    if (right !== undefined)
      this.#root = newBranch(this.#owner, [smallestKey(own), smallestKey(right)], [own, right], [this.#countOf(own)]);
    this.#tail = this.#findTail();
    return this.#replaced;
  }

  /** Removes an entry. Returns false if there is none. */
  delete(key: K): boolean {
    const tail = this.#tail;
    if (
      tail?.page === undefined &&
      tail !== undefined &&
      tail.keys.length > 1 &&
      tail.keys[tail.keys.length - 1] === key
    ) {
      tail.keys.pop();
      tail.values.pop();
      this.#size--;
      return true;
    }
    const root = this.#load();
    if (root === undefined || !this.has(key)) return false;
    const own = (this.#root = this.#own(root));
    this.#remove(own, key);
    this.#size--;
    this.#shrink();
    this.#tail = this.#findTail();
    return true;
  }

  /** The entry at an index in the order of the keys. */
  entryAt(index: number): readonly [key: K, value: V] | undefined {
    if (index < 0 || index >= this.#size) return undefined;
    let node = this.#load();
    let rest = index;
    while (node !== undefined && !node.isLeaf) {
      let child = 0;
      for (; child < node.counts.length && rest >= at(node.counts, child); child++) rest -= at(node.counts, child);
      node = this.#childOf(node, child);
    }
    return node === undefined ? undefined : [at(node.keys, rest), node.values[rest] as V];
  }

  /** Number of entries whose keys are smaller. */
  rankOf(key: K): number {
    let node = this.#load();
    let rank = 0;
    while (node !== undefined && !node.isLeaf) {
      const index = childIndex(node.keys, key);
      for (let child = 0; child < index; child++) rank += at(node.counts, child);
      node = this.#childOf(node, index);
    }
    return node === undefined ? 0 : rank + indexOf(node.keys, key);
  }

  first(): readonly [key: K, value: V] | undefined {
    return this.entryAt(0);
  }

  last(): readonly [key: K, value: V] | undefined {
    return this.entryAt(this.#size - 1);
  }

  /** Visits entries in the order of their keys from an index on, until `visit` returns false. The tree must not change. */
  ascend(from: number, visit: (key: K, value: V) => boolean): void {
    const root = this.#load();
    if (root !== undefined) this.#ascend(root, from, visit);
  }

  /** Visits entries from an index downwards, until `visit` returns false. The tree must not change. */
  descend(from: number, visit: (key: K, value: V) => boolean): void {
    const root = this.#load();
    if (root !== undefined) this.#descend(root, this.#size - 1 - from, visit);
  }

  /** All entries in the order of their keys. */
  entries(): (readonly [key: K, value: V])[] {
    const entries: (readonly [key: K, value: V])[] = [];
    this.ascend(0, (key, value) => entries.push([key, value]) > 0);
    return entries;
  }

  /** Index of the first entry for which `isReached` holds, which must then hold for all later ones. */
  search(isReached: (key: K, value: V) => boolean): number {
    return searchSorted(this.#size, (index) => {
      const entry = this.entryAt(index);
      return entry === undefined || isReached(...entry);
    });
  }

  /** Combines the entries from an index on by the tree's measure; undefined if there are none. */
  summarize(from: number): Summary | undefined {
    const root = this.#load();
    if (root === undefined || this.measure === undefined || from >= this.#size) return undefined;
    return this.#summarize(root, from, this.measure, true);
  }

  get start(): TreeStart<K, V> {
    return { size: this.#size, root: this.#root, reader: this.#reader };
  }

  /** Drops nodes that have been written from memory; they are read again when needed. */
  unload(reader: NodeReader): void {
    this.#reader = reader;
    this.#tail = undefined;
    const root = this.#root;
    if (root === undefined || root.isLeaf === undefined) return;
    this.#root = root.page === undefined ? root : { isLeaf: undefined, page: root.page, summary: root.summary };
    if (root.page === undefined && !root.isLeaf) unloadChildren(root);
  }

  #load(): TreeNode<K, V> | undefined {
    const root = this.#root;
    if (root === undefined || root.isLeaf !== undefined) return root;
    return (this.#root = this.#read(root));
  }

  /** The leaf in whose range a key lies. */
  #leafOf(key: K): Leaf<K, V> | undefined {
    let node = this.#load();
    while (node !== undefined && !node.isLeaf) node = this.#childOf(node, childIndex(node.keys, key));
    return node;
  }

  #childOf(branch: Branch<K, V>, index: number): TreeNode<K, V> {
    const child = at(branch.children, index);
    if (child.isLeaf !== undefined) return child;
    return (branch.children[index] = this.#read(child));
  }

  #read(written: WrittenNode): TreeNode<K, V> {
    if (this.#reader === undefined) throw new Error("A tree without a store has no written nodes.");
    const node = this.#reader.read<K, V>(written.page);
    node.summary = written.summary;
    return node;
  }

  /** The node itself if this tree owns it, else a copy. Its summary is dropped since it is going to change. */
  #own(node: TreeNode<K, V>): TreeNode<K, V> {
    if (node.owner === this.#owner) return forgetSummary(node);
    this.#reader?.replaced?.(node);
    return node.isLeaf
      ? newLeaf(this.#owner, node.keys.slice(), node.values.slice())
      : newBranch(this.#owner, node.keys.slice(), node.children.slice(), node.counts.slice());
  }

  /** Inserts into an owned node. Returns the new right half if the node had to be split. */
  #insert(node: TreeNode<K, V>, key: K, value: V): TreeNode<K, V> | undefined {
    if (node.isLeaf) {
      const index = indexOf(node.keys, key);
      if (node.keys[index] === key) {
        this.#replaced = node.values[index];
        node.values[index] = value;
        return undefined;
      }
      node.keys.splice(index, 0, key);
      node.values.splice(index, 0, value);
      this.#size++;
      if (node.keys.length <= MAX_ITEMS) return undefined;
      // Ascending keys leave full leaves behind.
      const half = index === node.keys.length - 1 ? MAX_ITEMS : node.keys.length >> 1;
      return newLeaf(this.#owner, node.keys.splice(half), node.values.splice(half));
    }
    const index = childIndex(node.keys, key);
    const child = this.#own(this.#childOf(node, index));
    node.children[index] = child;
    if (key < at(node.keys, index)) node.keys[index] = key;
    const before = this.#size;
    const right = this.#insert(child, key, value);
    if (right === undefined) {
      if (index < node.counts.length) node.counts[index] = at(node.counts, index) + this.#size - before;
      return undefined;
    }
    node.keys.splice(index + 1, 0, smallestKey(right));
    node.children.splice(index + 1, 0, right);
    if (index < node.counts.length) node.counts.splice(index, 1, this.#countOf(child), this.#countOf(right));
    else node.counts.push(this.#countOf(child));
    if (node.children.length <= MAX_ITEMS) return undefined;
    const half = index === node.children.length - 2 ? MAX_ITEMS : node.children.length >> 1;
    const keys = node.keys.splice(half);
    const children = node.children.splice(half);
    const counts = node.counts.splice(half);
    // The left half's last child has no count either.
    node.counts.pop();
    return newBranch(this.#owner, keys, children, counts);
  }

  /** Removes an entry that exists from an owned node. Returns whether the node is empty then. */
  #remove(node: TreeNode<K, V>, key: K): boolean {
    if (node.isLeaf) {
      const index = indexOf(node.keys, key);
      node.keys.splice(index, 1);
      node.values.splice(index, 1);
      return node.keys.length === 0;
    }
    const index = childIndex(node.keys, key);
    const child = this.#own(this.#childOf(node, index));
    node.children[index] = child;
    if (!this.#remove(child, key)) {
      if (index < node.counts.length) node.counts[index] = at(node.counts, index) - 1;
      return false;
    }
    node.keys.splice(index, 1);
    node.children.splice(index, 1);
    // The new last child has no count.
    node.counts.splice(Math.min(index, node.counts.length - 1), 1);
    return node.children.length === 0;
  }

  #shrink(): void {
    let root = this.#load();
    if (this.#size === 0) root = undefined;
    while (root !== undefined && !root.isLeaf && root.children.length === 1) root = this.#childOf(root, 0);
    this.#root = root;
  }

  #findTail(): Leaf<K, V> | undefined {
    let node = this.#root;
    while (node?.isLeaf === false && node.owner === this.#owner) {
      // Appending changes what the branch summarizes.
      node.summary = undefined;
      node = node.children[node.children.length - 1];
    }
    if (node?.isLeaf !== true || node.owner !== this.#owner) return undefined;
    node.summary = undefined;
    return node;
  }

  #countOf(node: TreeNode<K, V>): number {
    if (node.isLeaf) return node.keys.length;
    let count = this.#countOf(this.#childOf(node, node.children.length - 1));
    for (const each of node.counts) count += each;
    return count;
  }

  #ascend(node: TreeNode<K, V>, skip: number, visit: (key: K, value: V) => boolean): boolean {
    if (node.isLeaf) {
      for (let index = skip; index < node.keys.length; index++)
        if (!visit(at(node.keys, index), node.values[index] as V)) return false;
      return true;
    }
    let rest = skip;
    for (let index = 0; index < node.children.length; index++) {
      const count = node.counts[index];
      if (count !== undefined && rest >= count) {
        rest -= count;
        continue;
      }
      if (!this.#ascend(this.#childOf(node, index), rest, visit)) return false;
      rest = 0;
    }
    return true;
  }

  /** Skips entries at the end. */
  #descend(node: TreeNode<K, V>, skip: number, visit: (key: K, value: V) => boolean): boolean {
    if (node.isLeaf) {
      for (let index = node.keys.length - 1 - skip; index >= 0; index--)
        if (!visit(at(node.keys, index), node.values[index] as V)) return false;
      return true;
    }
    let rest = skip;
    for (let index = node.children.length - 1; index >= 0; index--) {
      if (rest > 0) {
        const count = node.counts[index] ?? this.#countOf(this.#childOf(node, index));
        if (rest >= count) {
          rest -= count;
          continue;
        }
      }
      if (!this.#descend(this.#childOf(node, index), rest, visit)) return false;
      rest = 0;
    }
    return true;
  }

  /** `isLast`: the node is on the path to the last leaf, whose appends do not reset summaries. */
  #summarize(
    node: TreeNode<K, V>,
    from: number,
    measure: Measure<K, V, Summary>,
    isLast: boolean,
  ): Summary | undefined {
    const isWhole = from === 0 && !isLast;
    if (isWhole && node.summary !== undefined) return node.summary as Summary;
    let total: Summary | undefined;
    const add = (part: Summary | undefined): void => {
      if (part !== undefined) total = total === undefined ? part : measure.combine(total, part);
    };
    if (node.isLeaf) {
      for (let index = from; index < node.keys.length; index++)
        add(measure.of(at(node.keys, index), node.values[index] as V));
    } else {
      let rest = from;
      for (let index = 0; index < node.children.length; index++) {
        const count = node.counts[index];
        if (count !== undefined && rest >= count) {
          rest -= count;
          continue;
        }
        const child = at(node.children, index);
        if (rest === 0 && count !== undefined && child.summary !== undefined) add(child.summary as Summary);
        else add(this.#summarize(this.#childOf(node, index), rest, measure, isLast && count === undefined));
        rest = 0;
      }
    }
    return isWhole ? cacheSummary(node, total) : total;
  }
}
