import { Tree } from "./tree.ts";
import type { NodeReader } from "./treeNode.ts";

/** What a table consists of. */
export interface TableStart<Item> {
  readonly rows: Tree<number, Item>;
  readonly ids: Tree<string, number>;
}

/**
 * Records by id, in the order in which they were added. A record may be changed in place. After the table has been copied,
 * `get` returns a new object, so look records up again after anything asynchronous.
 */
export class Table<Item extends { readonly id: string }> {
  readonly #rows: Tree<number, Item>;
  readonly #ids: Tree<string, number>;
  readonly #copyItem: (item: Item) => Item;
  /** Records that belong to this table alone. */
  readonly #own = new Map<string, Item>();

  constructor(copyItem: (item: Item) => Item, start?: TableStart<Item>) {
    this.#copyItem = copyItem;
    this.#rows = start?.rows ?? new Tree();
    this.#ids = start?.ids ?? new Tree();
  }

  get size(): number {
    return this.#rows.size;
  }

  get(id: string): Item | undefined {
    const own = this.#own.get(id);
    if (own !== undefined) return own;
    const place = this.#ids.get(id);
    return place === undefined ? undefined : this.#take(place);
  }

  has(id: string): boolean {
    return this.#own.has(id) || this.#ids.has(id);
  }

  /** Adds a record with a new id at the end. */
  add(item: Item): void {
    const place = (this.#rows.last()?.[0] ?? -1) + 1;
    this.#rows.set(place, item);
    this.#ids.set(item.id, place);
    this.#own.set(item.id, item);
  }

  delete(id: string): boolean {
    const place = this.#ids.get(id);
    if (place === undefined) return false;
    this.#own.delete(id);
    this.#ids.delete(id);
    return this.#rows.delete(place);
  }

  /** The records, oldest first. */
  values(): Item[] {
    return this.#rows.entries().flatMap(([place]) => this.#take(place) ?? []);
  }

  /** A copy that shares everything until either changes it. */
  copy(): Table<Item> {
    this.#own.clear();
    return new Table(this.#copyItem, { rows: this.#rows.copy(), ids: this.#ids.copy() });
  }

  /** Drops records and nodes that have been written from memory; they are read again when needed. */
  unload(reader: NodeReader, unloadItem: (item: Item, reader: NodeReader) => void): void {
    // Trees of new records have no reader yet. With it they report the nodes that they replace.
    for (const item of this.#own.values()) unloadItem(item, reader);
    this.#own.clear();
    this.#rows.unload(reader);
    this.#ids.unload(reader);
  }

  get start(): TableStart<Item> {
    return { rows: this.#rows, ids: this.#ids };
  }

  #take(place: number): Item | undefined {
    const shared = this.#rows.get(place);
    if (shared === undefined) return undefined;
    const own = this.#own.get(shared.id);
    if (own !== undefined) return own;
    const item = this.#copyItem(shared);
    this.#rows.set(place, item);
    this.#own.set(item.id, item);
    return item;
  }
}
