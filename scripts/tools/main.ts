// npm run tools: writes what is made from the documentation of the client: data for tools, and documents for agents.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { endpointListFile } from "./endpointList.ts";
import { errorTextsFile } from "./errors.ts";
import { textsFile } from "./texts.ts";

const root = join(import.meta.dirname, "../..");

function write(path: string, text: string): void {
  writeFileSync(join(root, path), text);
  console.log(path);
}

write("src/tools/catalogue/endpointList.ts", endpointListFile());
write("src/tools/texts.ts", textsFile());
write("src/tools/errors/texts.ts", errorTextsFile());
// Loaded now, because the documents contain what has just been written.
const { documentFiles } = await import("./files.ts");
for (const [path, text] of Object.entries(documentFiles())) write(path, text);
