// The public types of the built package: complete, minimal, and as the reports in api/ say.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { withMethodTable } from "../../scripts/api/methods.ts";
import { apiReports, CONVENIENCE } from "../../scripts/api/reports.ts";
import { repository } from "../support/run-process.ts";

const reports = apiReports();
const read = (path: string): string => readFileSync(repository + path, "utf8");
const byEntry = reports.map((report) => [report.entry, report] as const);

test.for(byEntry)("%s exports every type that its signatures name", ([, { missing }]) => {
  expect(missing).toEqual([]);
});

test.for(byEntry)("%s exports no type that its signatures do not name", ([entry, { unneeded }]) => {
  expect(unneeded).toEqual(CONVENIENCE[entry] ?? []);
});

test.for(byEntry)("every link in the documentation of %s leads to a name that it exports", ([, { brokenLinks }]) => {
  expect(brokenLinks).toEqual([]);
});

test.for(byEntry)("the API report of %s is up to date", ([, { path, text }]) => {
  const hint = `The public types changed: run "npm run api", and review the change of ${path}.`;
  expect(text, hint).toBe(read(path));
});

test("the tables of methods in docs/client.md are up to date", () => {
  const page = read("docs/client.md");
  expect(withMethodTable(page, read("src/client/client.ts")), 'Run "npm run api".').toBe(page);
});
