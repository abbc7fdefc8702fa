import type { StorageLike } from "../../src/transport/index.ts";
import type { LocksLike } from "../../src/tools/journal/webJournal.ts";

/** The storage of an origin in several tabs. */
export interface WebTabs {
  readonly locks: LocksLike;
  /** A tab's view. Other tabs' changes arrive in it when `deliver` is called. */
  open(): { readonly storage: StorageLike; deliver(): void };
}

/** Tabs in processes of their own. With `late`, a change of one tab reaches the others only when they take delivery. */
export function webTabs(late = false): WebTabs {
  const views: { readonly values: Map<string, string>; readonly changes: (() => void)[] }[] = [];
  return {
    locks: webLocks(),
    open() {
      const values = new Map(views[0]?.values);
      const own = { values, changes: [] as (() => void)[] };
      views.push(own);
      const change = (key: string, value: string | null): void => {
        for (const view of views) {
          const apply = (): void => void (value === null ? view.values.delete(key) : view.values.set(key, value));
          if (late && view !== own) view.changes.push(apply);
          else apply();
        }
      };
      const storage: StorageLike = {
        get length() {
          return values.size;
        },
        key: (index) => [...values.keys()][index] ?? null,
        getItem: (key) => values.get(key) ?? null,
        setItem: (key, value) => change(key, value),
        removeItem: (key) => change(key, null),
      };
      return { storage, deliver: () => own.changes.splice(0).forEach((apply) => apply()) };
    },
  };
}

/** Web Locks for runtimes that have none. */
function webLocks(): LocksLike {
  const held: { readonly name: string; readonly exclusive: boolean }[] = [];
  const waiting: { readonly name: string; readonly exclusive: boolean; readonly start: () => void }[] = [];
  function grant(): void {
    for (let at = 0; at < waiting.length; at++) {
      const next = waiting[at];
      if (next === undefined) return;
      const { name, exclusive } = next;
      const rivals = [...held, ...waiting.slice(0, at)].filter((lock) => lock.name === name);
      if (exclusive ? rivals.length > 0 : rivals.some((lock) => lock.exclusive)) continue;
      waiting.splice(at--, 1);
      held.push(next);
      next.start();
    }
  }
  return {
    async request<T>(name: string, { mode }: { readonly mode: string }, run: () => Promise<T>): Promise<T> {
      const lock = await new Promise<{ readonly name: string; readonly exclusive: boolean }>((resolve) => {
        const request = { name, exclusive: mode === "exclusive", start: () => resolve(request) };
        waiting.push(request);
        grant();
      });
      try {
        return await run();
      } finally {
        held.splice(held.indexOf(lock), 1);
        grant();
      }
    },
    query: () => Promise.resolve({ held: held.map(({ name }) => ({ name })) }),
  };
}
