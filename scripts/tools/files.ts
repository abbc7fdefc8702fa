// All files that are made from the operations and the documentation, by their path.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { withErrorCodes } from "./errorsPage.ts";
import { llmsFile, llmsFullFile } from "./llms.ts";
import { skillFile, skillTextFile } from "./skill.ts";

const root = join(import.meta.dirname, "../..");

/** The documents, which need the data of `dataFiles` to be up to date. */
export function documentFiles(): Readonly<Record<string, string>> {
  return {
    "docs/errors.md": withErrorCodes(readFileSync(join(root, "docs/errors.md"), "utf8")),
    "skill.md": skillFile(),
    "llms.txt": llmsFile(),
    "llms-full.txt": llmsFullFile(),
    "src/exchange/http/routes/skillText.ts": skillTextFile(),
  };
}
