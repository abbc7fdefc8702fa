// npm run api: writes the table of methods in docs/client.md, and the public types of each entry to api/, so that a change of
// the surface shows in review.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { withMethodTable } from "./methods.ts";
import { apiReports } from "./reports.ts";

for (const { path, text } of apiReports()) {
  const file = fileURLToPath(new URL(`../../${path}`, import.meta.url));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  console.log(path);
}

const root = fileURLToPath(new URL("../../", import.meta.url));
const page = `${root}docs/client.md`;
const source = readFileSync(`${root}src/client/client.ts`, "utf8");
writeFileSync(page, withMethodTable(readFileSync(page, "utf8"), source));
