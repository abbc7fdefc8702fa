// The official client with our server, both in each runtime, over the runtime's own HTTP server.
import { expect, test } from "vitest";
import { repository, run } from "../support/run-process.ts";
import { runtimes } from "../support/runtimes.ts";

const either = "tools 50000 small filled";
const rest = "too large refused BTCUSDT 5 resources prompts";
/** Over HTTP, clients of the old protocol cannot be asked. */
const SEEN = `401 2026-07-28 ${either} large filled ${rest} 2025-11-25 ${either} large refused ${rest} asked 3 trades`;

test.for(runtimes)("%s", { timeout: 60_000 }, async ([, command, args]) => {
  const { code, output } = await run(command, [...args, `${repository}test/runtimes/mcp.js`]);
  // Deno warns of its own abort signals first.
  expect(output.trim().split("\n").at(-1)).toBe(SEEN);
  expect(code).toBe(0);
});
