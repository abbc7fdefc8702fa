// Opens and closes a store that another version has written: `node upgradeChild.mjs <file> <time>`. Prints before and after.
import { writeSync } from "node:fs";
import { createExchange, manualMarket, virtualClock } from "../../src/exchange/index.ts";
import { sqliteStore } from "../../src/exchange/sqlite/index.ts";
import { PAIRS } from "../shared/exchange/scenes.ts";

const [file = "", time = ""] = process.argv.slice(2);
writeSync(1, "opening\n");
createExchange({
  store: sqliteStore(file),
  clock: virtualClock(time),
  rateLimits: false,
  market: manualMarket(PAIRS),
}).close();
writeSync(1, "closed\n");
