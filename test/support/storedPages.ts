// The pages in a store file.
import { DatabaseSync } from "node:sqlite";

/** Numbers of the pages in a file, and of those that its snapshots use. */
export interface StoredPages {
  readonly all: ReadonlySet<number>;
  readonly used: ReadonlySet<number>;
  /** Pages that each snapshot uses, newest first. */
  readonly bySnapshot: readonly ReadonlySet<number>[];
}

export function storedPages(file: string): StoredPages {
  const database = new DatabaseSync(file);
  try {
    const rows = database.prepare("SELECT id, text FROM pages").all() as {
      readonly id: number;
      readonly text: string;
    }[];
    const texts = new Map(rows.map(({ id, text }) => [id, text]));
    const snapshots = database.prepare("SELECT text FROM snapshots ORDER BY position DESC").all();
    const bySnapshot = snapshots.map(({ text }) => pagesOf(JSON.parse(String(text)), texts));
    return { all: new Set(texts.keys()), used: new Set(bySnapshot.flatMap((pages) => [...pages])), bySnapshot };
  } finally {
    database.close();
  }
}

/** Pages that no snapshot uses. */
export function unusedPages(file: string): readonly number[] {
  const { all, used } = storedPages(file);
  return [...all].filter((page) => !used.has(page));
}

/** The pages that a snapshot refers to, directly or through other pages. */
function pagesOf(snapshot: unknown, texts: ReadonlyMap<number, string>): ReadonlySet<number> {
  const found = new Set<number>();
  const visit = (json: unknown): void => {
    if (typeof json !== "object" || json === null) return;
    if ("$" in json && json.$ === "tree" && "page" in json) read(json.page as number);
    for (const item of Object.values(json)) visit(item);
  };
  const read = (page: number): void => {
    if (found.has(page)) return;
    found.add(page);
    const node = JSON.parse(texts.get(page) ?? "{}") as { readonly children?: readonly number[] };
    for (const child of node.children ?? []) read(child);
    visit({ ...node, children: [] });
  };
  visit(snapshot);
  return found;
}
