// What each use of the package costs a page. A growth of more than 2 % fails: either avoid it, or record it with
// `npm run build && npm run size` and say why in the commit.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { entries } from "../../scripts/size/entries.ts";
import { measureSizes, sizeTable, withSizes, type Sizes } from "../../scripts/size/measure.ts";
import { repository } from "../support/run-process.ts";

const recorded = JSON.parse(readFileSync(`${repository}test/node/sizes.json`, "utf8")) as Readonly<
  Record<string, Sizes>
>;
const measured = await measureSizes();
console.log(sizeTable(measured));

test("every entry of package.json is measured", () => {
  const { exports } = JSON.parse(readFileSync(`${repository}package.json`, "utf8")) as { readonly exports: object };
  const subpaths = Object.keys(exports).filter((name) => name !== "./package.json");
  expect(Object.keys(entries)).toEqual(expect.arrayContaining(subpaths.map((name) => `agentexchange${name.slice(1)}`)));
});

test("the table in docs/core.md has the recorded sizes", () => {
  const page = readFileSync(`${repository}docs/core.md`, "utf8");
  expect(withSizes(page, recorded), 'Run "npm run size".').toBe(page);
});

const figures = Object.keys(entries).flatMap((name) =>
  (["esbuild", "vite"] as const).flatMap((bundler) =>
    (["first", "all"] as const).map((part) => [name, bundler, part] as const),
  ),
);

test.for(figures)("%s, bundled by %s (%s load) has grown by at most a fiftieth", ([name, bundler, part]) => {
  const before = recorded[name]?.[bundler][part] ?? 0;
  const after = measured[name]?.[bundler][part] ?? Infinity;
  expect(after, `${before} bytes before, ${after} now: see the top of this file`).toBeLessThanOrEqual(before * 1.02);
});
