// npm run api: writes what is derived from the public types: the endpoint types in src/index.ts, the tables of methods in
// docs/client.md, and the reports in api/, so that a change of the surface shows in review.
import { execSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { withMethodTable } from "./methods.ts";
import { apiReports, CONVENIENCE, type ApiReport } from "./reports.ts";
import { updateRootExports } from "./rootExports.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const read = (path: string): string => readFileSync(root + path, "utf8");

function write(path: string, text: string): void {
  mkdirSync(dirname(root + path), { recursive: true });
  writeFileSync(root + path, text);
  console.log(path);
}

function buildAndReport(): readonly ApiReport[] {
  execSync("npm run -s build", { cwd: root, stdio: "inherit" });
  return apiReports();
}

let reports = buildAndReport();
const rootReport = reports.find(({ entry }) => entry === "agentexchange");
if (rootReport !== undefined) {
  const { entry, missing, unneeded } = rootReport;
  const unused = unneeded.filter((name) => !(CONVENIENCE[entry] ?? []).includes(name));
  const before = read("src/index.ts");
  const after = updateRootExports(before, missing, unused);
  if (after !== before) {
    write("src/index.ts", after);
    reports = buildAndReport();
  }
}
write("docs/client.md", withMethodTable(read("docs/client.md"), read("src/client/client.ts")));
for (const { path, text } of reports) write(path, text);
