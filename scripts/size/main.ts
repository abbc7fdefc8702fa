// npm run size: measures every entry of the built package and records it in test/node/sizes.json.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { measureSizes, sizeTable } from "./measure.ts";

const sizes = await measureSizes();
console.log(sizeTable(sizes));
writeFileSync(
  fileURLToPath(new URL("../../test/node/sizes.json", import.meta.url)),
  `${JSON.stringify(sizes, null, 2)}\n`,
);
