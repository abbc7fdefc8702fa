// The uses of the package whose sizes are recorded.
import { readFileSync } from "node:fs";

/** The operations of some files of `src/client/operations`. */
function operationsOf(...files: readonly string[]): readonly string[] {
  return files.flatMap((file) => {
    const url = new URL(`../../src/client/operations/${file}.ts`, import.meta.url);
    return [...readFileSync(url, "utf8").matchAll(/^export (?:async )?function (\w+)/gm)].map(([, name = ""]) => name);
  });
}

const core = (...names: readonly string[]): string => `export { createClient, ${names.join(", ")} } from "./core.js";`;
const market = operationsOf("market", "marketSnapshot");
const trading = operationsOf("trading", "cancelOrder", "iterate", "waitForOrder", "reconcile");
const account = operationsOf("account", "riskProfile");

/** A module for each use, with imports relative to dist/. */
export const entries: Readonly<Record<string, string>> = {
  agentexchange: 'export * from "./index.js";',
  "agentexchange: the class": 'export { AgentExchangeClient } from "./index.js";',
  "agentexchange/core: getPrice": core("getPrice"),
  "agentexchange/core: market": core(...market),
  "agentexchange/core: market, trading, account": core(...market, ...trading, ...account),
  "agentexchange/core": 'export * from "./core.js";',
  "agentexchange/exchange": 'export * from "./exchange/index.js";',
  "agentexchange/exchange/sqlite": 'export * from "./exchange/sqlite/index.js";',
  "agentexchange/mcp": 'export * from "./mcp/index.js";',
  "agentexchange/tools": 'export * from "./tools/index.js";',
  "agentexchange/core and operations": 'export * from "./core.js"; export { operations } from "./tools/index.js";',
  "agentexchange/tools and agentexchange/core": 'export * from "./core.js"; export * from "./tools/index.js";',
  "agentexchange/node": 'export * from "./node/index.js";',
  "agentexchange/bots": 'export * from "./bots/index.js";',
  "agentexchange/gateway": 'export * from "./gateway/index.js";',
  "agentexchange/workers": 'export * from "./workers/index.js";',
};
