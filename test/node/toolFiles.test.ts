// What "npm run tools" writes is up to date.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { endpointListFile } from "../../scripts/tools/endpointList.ts";
import { errorTextsFile } from "../../scripts/tools/errors.ts";
import { documentFiles } from "../../scripts/tools/files.ts";
import { textsFile } from "../../scripts/tools/texts.ts";
import { repository } from "../support/run-process.ts";

const files: Readonly<Record<string, string>> = {
  "src/tools/catalogue/endpointList.ts": endpointListFile(),
  "src/tools/texts.ts": textsFile(),
  "src/tools/errors/texts.ts": errorTextsFile(),
  ...documentFiles(),
};

test.for(Object.entries(files))("%s is up to date", ([path, text]) => {
  expect(text, 'Run "npm run tools".').toBe(readFileSync(repository + path, "utf8"));
});

test("llms.txt links only to files that exist", () => {
  for (const [, path = ""] of (files["llms.txt"] ?? "").matchAll(/\]\(([^)#]+)\)/g))
    expect(readFileSync(repository + path, "utf8").length, path).toBeGreaterThan(0);
});
