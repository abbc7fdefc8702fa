// Builds the page once for all tests of it, which only read it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { buildPage } from "../../scripts/page/build.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The folder of the built page. */
    pageFolder: string;
  }
}

export default async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), "page-"));
  await buildPage(folder);
  project.provide("pageFolder", folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
