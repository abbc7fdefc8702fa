// The table in docs/fidelity.md has every switch, and names existing tests that cover both fidelities.
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { quirksOf } from "../../src/exchange/base/quirks.ts";
import { repository } from "../support/run-process.ts";

interface Row {
  readonly quirk: string;
  readonly name: string;
  readonly file: string;
  readonly tests: readonly string[];
}

const text = await readFile(`${repository}docs/fidelity.md`, "utf8");
const rows: readonly Row[] = text
  .split("\n")
  .filter((line) => line.startsWith("|"))
  .slice(2)
  .map((line) => {
    const [quirk = "", , , name = "", place = ""] = line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim());
    return {
      quirk,
      name: name.replaceAll("`", ""),
      file: /^`(\w+\.test\.ts)`/.exec(place)?.[1] ?? "",
      tests: [...place.matchAll(/"([^"]+)"/g)].map(([, title = ""]) => title),
    };
  });

test("the table has exactly one row for each switch", () => {
  expect(rows.map(({ name }) => name).toSorted()).toEqual(Object.keys(quirksOf("declared")).toSorted());
  expect(Object.values(quirksOf("declared"))).not.toContain(true);
  expect(Object.values(quirksOf("observed"))).not.toContain(false);
});

test("the quirk numbers in the table match the comments of the switches", async () => {
  const source = await readFile(`${repository}src/exchange/base/quirks.ts`, "utf8");
  for (const { quirk, name } of rows) {
    const comment = new RegExp(`/\\*\\* (.*) \\*/\\n {2}readonly ${name}:`).exec(source)?.[1] ?? "";
    const numbers = (where: string): readonly string[] => where.match(/Q-\w+/g) ?? [];
    for (const number of numbers(comment))
      expect([name, numbers(quirk)]).toEqual([name, expect.arrayContaining([number])]);
  }
});

test.for(rows)("$name: its test exists and covers both fidelities", async ({ file, tests }) => {
  const source = await readFile(`${repository}test/shared/exchange/${file}`, "utf8");
  expect(tests.length).toBeGreaterThan(0);
  for (const title of tests) expect(source).toContain(`"${title}"`);
  expect(source).toMatch(/observed/);
});
