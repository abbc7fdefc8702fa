// Keys and links, without a browser.
import { describe, expect, test } from "vitest";
import { readLink, unknownView } from "../../demo/src/state/shareLink.ts";
import { keyOf, SHORTCUTS, VIEW_KEYS, type KeyPress } from "../../demo/src/state/shortcuts.ts";

const plain: KeyPress = {
  key: "",
  code: "",
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  isComposing: false,
  repeat: false,
};

describe("keyOf", () => {
  test.each<[string, Partial<KeyPress>, string | null]>([
    ["a letter", { key: "b", code: "KeyB" }, "b"],
    ["with caps lock", { key: "B", code: "KeyB" }, "b"],
    ["on a Russian keyboard, by its place", { key: "и", code: "KeyB" }, "b"],
    ["on a French keyboard, by its letter", { key: "s", code: "KeyS" }, "s"],
    ["a slash on a German keyboard", { key: "/", code: "Digit7", shiftKey: true }, "/"],
    ["a question mark", { key: "?", code: "Slash", shiftKey: true }, "?"],
    ["with Shift", { key: "B", code: "KeyB", shiftKey: true }, null],
    ["with Control", { key: "b", code: "KeyB", ctrlKey: true }, null],
    ["with Command", { key: "s", code: "KeyS", metaKey: true }, null],
    ["with Alt", { key: "/", code: "Slash", altKey: true }, null],
    ["while a word is composed", { key: "b", code: "KeyB", isComposing: true }, null],
    ["held down", { key: "b", code: "KeyB", repeat: true }, null],
    ["none of ours", { key: "Tab", code: "Tab" }, null],
  ])("%s", (_, press, expected) => {
    expect(keyOf({ ...plain, ...press })).toBe(expected);
  });
});

test("every view has a letter of its own, and is listed", () => {
  expect(new Set(VIEW_KEYS.values()).size).toBe(VIEW_KEYS.size);
  const sequences = SHORTCUTS.filter(({ keys }) => keys.length === 2);
  expect(sequences.map(({ keys }) => keys[1]?.toLowerCase())).toEqual([...VIEW_KEYS.keys()]);
});

describe("readLink", () => {
  test("reads what a link asks for", () => {
    expect(readLink("?seed=5&fidelity=observed&speed=60&symbols=BTCUSDT,ETHUSDT")).toEqual({
      wanted: { seed: 5, fidelity: "observed", speed: 60 },
      problems: [],
    });
    expect(readLink("")).toEqual({ wanted: {}, problems: [] });
  });

  test.each(["-1", "1.5", "1e3", "", "0x10", "99999999999999999", "NaN", "٥"])("refuses the seed “%s”", (seed) => {
    const { wanted, problems } = readLink(`?seed=${encodeURIComponent(seed)}`);
    expect(wanted).toEqual({});
    expect(problems).toEqual([`The seed “${seed}” is not valid. Expected a whole number from 0.`]);
  });

  test.each(["0", "2", "3600", "60x", "-60"])("refuses the speed “%s”", (rate) => {
    expect(readLink(`?speed=${rate}`)).toMatchObject({ wanted: {}, problems: [expect.stringContaining("1, 10, 60")] });
  });

  test("tells of symbols that are none, and of more than the board holds", () => {
    expect(readLink("?symbols=BTC-USDT").problems).toEqual([expect.stringContaining("“BTC-USDT” is not a symbol")]);
    const many = Array.from({ length: 51 }, (_, index) => `C${index}USDT`).join(",");
    expect(readLink(`?symbols=${many}`).problems).toEqual([expect.stringContaining("51 pairs")]);
  });
});

test("a view that does not exist is told from the board", () => {
  expect(unknownView("#/nosuch/BTCUSDT", "board")).toBe("nosuch");
  expect(unknownView("#/board", "board")).toBeNull();
  expect(unknownView("", "board")).toBeNull();
  // A former name, which leads to another view.
  expect(unknownView("#/market/BTCUSDT", "desk")).toBeNull();
});
