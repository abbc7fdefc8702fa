// The public types of the built package: complete, minimal, and as the reports in api/ say.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { apiReports } from "../../scripts/api/reports.ts";
import { repository } from "../support/run-process.ts";

const reports = apiReports();
const byEntry = reports.map((report) => [report.entry, report] as const);

/** Types that no signature names, exported for users' own signatures. */
const CONVENIENCE: Readonly<Record<string, readonly string[]>> = {
  agentexchange: ["PlacedOrder"],
};

test.for(byEntry)("%s exports every type that its signatures name", ([, { missing }]) => {
  expect(missing).toEqual([]);
});

test.for(byEntry)("%s exports no type that its signatures do not name", ([entry, { unneeded }]) => {
  expect(unneeded).toEqual(CONVENIENCE[entry] ?? []);
});

test.for(byEntry)("the API report of %s is up to date", ([, { path, text }]) => {
  const hint = `The public types changed: run "npm run build && npm run api", and review the change of ${path}.`;
  expect(text, hint).toBe(readFileSync(repository + path, "utf8"));
});
