import { setField } from "./copyValue.ts";
import { Table, type TableStart } from "./table.ts";
import { Tree } from "./tree.ts";
import type { Key, Measure, NodeReader, TreeNode, WrittenNode } from "./treeNode.ts";

/** Where nodes of trees are kept. A page never changes. */
export interface Pages {
  read(page: number): string;
  /** Returns the number of the new page. */
  write(text: string): number;
}

/** How trees are read: where their nodes are, how their entries are summarized, how their records are copied. */
export interface ReadContext {
  readonly reader: NodeReader;
  readonly measures: readonly AnyMeasure[];
  readonly copy: <Item>(item: Item) => Item;
}

// oxlint-disable-next-line typescript/no-explicit-any -- the name tells which one it is
export type AnyMeasure = Measure<any, any, any>;
type AnyTree = Tree<Key, unknown, unknown>;
type Fields = Readonly<Record<string, unknown>>;

/** Trees of a single leaf with at most this many entries are written in place. */
const MAX_INLINE = 8;

/**
 * Turns plain data, trees and tables into JSON values. Nodes of trees that have no page yet become pages; each node
 * written is announced by a step, so that a long write can be done piece by piece.
 */
export function* encode(value: unknown, pages: Pages): Generator<undefined, unknown> {
  if (typeof value === "string") return value.startsWith("#") ? `#${value}` : value;
  if (typeof value === "bigint") return `#${value}`;
  if (value === undefined) return { $: "undefined" };
  if (typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0)))
    return { $: "number", value: Object.is(value, -0) ? "-0" : String(value) };
  if (typeof value === "function") throw new TypeError("The state of an exchange contains data only, no functions.");
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return yield* encodeAll(value, pages);
  if (value instanceof Map) return { $: "map", value: yield* encodeAll([...(value as Map<unknown, unknown>)], pages) };
  if (value instanceof Set) return { $: "set", value: yield* encodeAll([...(value as Set<unknown>)], pages) };
  if (value instanceof Tree) return yield* encodeTree(value as AnyTree, pages);
  if (value instanceof Table) {
    const { rows, ids } = (value as Table<{ readonly id: string }>).start;
    return { $: "table", rows: yield* encode(rows, pages), ids: yield* encode(ids, pages) };
  }
  const fields: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(value))
    if (field !== undefined) setField(fields, name.startsWith("$") ? `$${name}` : name, yield* encode(field, pages));
  return fields;
}

/** {@link encode} in one go. */
export function encodeNow(value: unknown, pages: Pages): unknown {
  const steps = encode(value, pages);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

export function decode(json: unknown, context: ReadContext): unknown {
  if (typeof json === "string") return decodeString(json);
  if (typeof json !== "object" || json === null) return json;
  if (Array.isArray(json)) return json.map((item) => decode(item, context));
  const fields = json as Fields;
  switch (fields["$"]) {
    case "undefined":
      return undefined;
    case "number":
      return Number(fields["value"]);
    case "map":
      return new Map(decode(fields["value"], context) as [unknown, unknown][]);
    case "set":
      return new Set(decode(fields["value"], context) as unknown[]);
    case "tree":
      return decodeTree(fields as unknown as EncodedTree, context);
    case "table":
      return new Table(context.copy, {
        rows: decode(fields["rows"], context),
        ids: decode(fields["ids"], context),
      } as TableStart<{ readonly id: string }>);
    default: {
      const value: Record<string, unknown> = {};
      for (const [name, field] of Object.entries(fields))
        setField(value, name.startsWith("$$") ? name.slice(1) : name, decode(field, context));
      return value;
    }
  }
}

/** Reads nodes that `encode` has written. */
export function createNodeReader(
  pages: Pages,
  measures: readonly AnyMeasure[],
  copy: ReadContext["copy"],
  replaced?: NodeReader["replaced"],
): NodeReader {
  const reader: NodeReader = {
    ...(replaced && { replaced }),
    read<K extends Key, V>(page: number): TreeNode<K, V> {
      const { keys, values, children, counts, summaries } = JSON.parse(pages.read(page)) as EncodedNode;
      const common = { owner: undefined, page, summary: undefined, keys: decode(keys, context) as K[] };
      if (children === undefined)
        return { ...common, isLeaf: true, values: decodeValues(values, keys.length, context) as V[] };
      const summary = decode(summaries ?? [], context) as unknown[];
      const written = children.map((child, index): WrittenNode => ({
        isLeaf: undefined,
        page: child,
        summary: summary[index],
      }));
      return { ...common, isLeaf: false, children: written, counts: counts ?? [] };
    },
  };
  const context: ReadContext = { reader, measures, copy };
  return reader;
}

interface EncodedTree {
  readonly $: "tree";
  readonly measure?: string;
  readonly size: number;
  readonly page?: number;
  readonly keys?: readonly unknown[];
  readonly values?: readonly unknown[] | undefined;
}

interface EncodedNode {
  readonly keys: readonly unknown[];
  /** Left out if all are null. */
  readonly values?: readonly unknown[] | undefined;
  readonly children?: readonly number[];
  readonly counts?: number[];
  /** Of all children but the last. */
  readonly summaries?: readonly unknown[] | undefined;
}

function* encodeAll(values: readonly unknown[], pages: Pages): Generator<undefined, unknown[]> {
  const encoded: unknown[] = [];
  for (const value of values) encoded.push(yield* encode(value, pages));
  return encoded;
}

function* encodeTree(live: AnyTree, pages: Pages): Generator<undefined, EncodedTree> {
  // From now on the tree copies each node before it changes it.
  const tree = live.copy();
  // Computes all summaries that will not change, so that they are written, too.
  tree.summarize(0);
  const { size, root } = tree.start;
  const head = { $: "tree" as const, ...(tree.measure === undefined ? {} : { measure: tree.measure.name }), size };
  if (root === undefined) return head;
  if (root.isLeaf === true && root.page === undefined && root.keys.length <= MAX_INLINE)
    return { ...head, ...(yield* encodeLeaf(root.keys, root.values, pages)) };
  return { ...head, page: yield* encodeNode(root, pages) };
}

function* encodeNode(node: TreeNode<Key, unknown> | WrittenNode, pages: Pages): Generator<undefined, number> {
  if (node.page !== undefined) return node.page;
  if (node.isLeaf === undefined) throw new Error("A node that is not in memory has a page.");
  let encoded: EncodedNode;
  if (node.isLeaf) {
    encoded = yield* encodeLeaf(node.keys, node.values, pages);
  } else {
    const children: number[] = [];
    for (const child of node.children) children.push(yield* encodeNode(child, pages));
    const known = node.children.slice(0, -1).map((child) => child.summary);
    const summaries = known.some((each) => each !== undefined) ? yield* encodeAll(known, pages) : undefined;
    encoded = { keys: yield* encodeAll(node.keys, pages), children, counts: node.counts, summaries };
  }
  node.page = pages.write(JSON.stringify(encoded));
  yield;
  return node.page;
}

function* encodeLeaf(
  keys: readonly Key[],
  values: readonly unknown[],
  pages: Pages,
): Generator<undefined, { readonly keys: readonly unknown[]; readonly values: readonly unknown[] | undefined }> {
  const hasValues = values.some((value) => value !== null);
  return { keys: yield* encodeAll(keys, pages), values: hasValues ? yield* encodeAll(values, pages) : undefined };
}

function decodeString(text: string): string | bigint {
  if (!text.startsWith("#")) return text;
  return text.startsWith("##") ? text.slice(1) : BigInt(text.slice(1));
}

function decodeTree({ measure: name, size, page, keys, values }: EncodedTree, context: ReadContext): AnyTree {
  const { reader, measures } = context;
  const measure = measures.find((each) => each.name === name);
  if (page !== undefined)
    return new Tree(measure, { size, root: { isLeaf: undefined, page, summary: undefined }, reader });
  if (keys === undefined) return new Tree(measure, { size, root: undefined, reader });
  return new Tree(measure, {
    size,
    reader,
    root: {
      isLeaf: true,
      owner: undefined,
      page: undefined,
      summary: undefined,
      keys: decode(keys, context) as Key[],
      values: decodeValues(values, keys.length, context),
    },
  });
}

function decodeValues(values: readonly unknown[] | undefined, length: number, context: ReadContext): unknown[] {
  return values === undefined ? Array.from({ length }, () => null) : (decode(values, context) as unknown[]);
}
