import { join } from "node:path";
import { build } from "vite";

/** Builds the page of demo/ into a folder. */
export async function buildPage(outDir: string): Promise<void> {
  const configFile = join(import.meta.dirname, "../../vite.config.ts");
  await build({ configFile, mode: "production", logLevel: "silent", build: { outDir } });
}
