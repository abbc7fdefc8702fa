// npm run size: measures every entry of the built package, and records it in test/node/sizes.json and docs/core.md.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { measureSizes, sizeTable, withSizes } from "./measure.ts";

const path = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));

const sizes = await measureSizes();
console.log(sizeTable(sizes));
writeFileSync(path("test/node/sizes.json"), `${JSON.stringify(sizes, null, 2)}\n`);
writeFileSync(path("docs/core.md"), withSizes(readFileSync(path("docs/core.md"), "utf8"), sizes));
