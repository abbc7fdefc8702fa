// What two tabs of one browser remember.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { setting, type Setting } from "../../demo/src/state/setting.ts";

let stored: Map<string, string>;
let isFull = false;

const tab = (): Setting<readonly string[]> =>
  setting<readonly string[]>("list", [], (found) => (Array.isArray(found) ? (found as string[]) : undefined));
const add =
  (name: string) =>
  (all: readonly string[]): readonly string[] => [...all, name];

beforeEach(() => {
  stored = new Map();
  isFull = false;
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem(key: string, text: string) {
      if (isFull) throw new DOMException("full", "QuotaExceededError");
      stored.set(key, text);
    },
  });
});
afterEach(() => vi.unstubAllGlobals());

test("a change keeps what another tab has added meanwhile", () => {
  const [one, other] = [tab(), tab()];
  expect([one.signal.peek(), other.signal.peek()]).toEqual([[], []]);
  one.change(add("a"));
  other.change(add("b"));
  one.change(add("c"));
  expect(one.signal.peek()).toEqual(["a", "b", "c"]);
  expect(tab().signal.peek()).toEqual(["a", "b", "c"]);
});

test("where storage is full or forbidden, changes build on those of this tab", () => {
  stored.set("agentexchange.list", '["a"]');
  const own = tab();
  isFull = true;
  own.change(add("b"));
  own.change(add("c"));
  expect(own.signal.peek()).toEqual(["a", "b", "c"]);
  vi.stubGlobal("localStorage", undefined);
  own.change(add("d"));
  own.change(add("e"));
  expect(own.signal.peek()).toEqual(["a", "b", "c", "d", "e"]);
});
