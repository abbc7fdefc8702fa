// The same checks for every runtime: plain ES modules, no test framework, only the built package.
import { AgentExchangeClient } from "agentexchange";

function equal(actual, expected) {
  if (actual !== expected) throw new Error(`expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
}

/** @type {ReadonlyArray<readonly [name: string, run: (context: { serverUrl: string }) => Promise<void>]>} */
export const cases = [
  [
    "the client is exported",
    async () => {
      equal(typeof AgentExchangeClient, "function");
    },
  ],
];
