// What the options of `agentexchange mcp` mean.
import { expect, test } from "vitest";
import type { Arguments } from "../../src/cli/command.ts";
import { COMMON_OPTIONS, EXCHANGE_OPTIONS } from "../../src/cli/globals.ts";
import { mcpOptions, readMcpSettings, type McpSettings } from "../../src/cli/mcp/settings.ts";
import { parse } from "../../src/cli/parse.ts";

const NOW = Date.parse("2026-03-01T10:00:00Z");

function read(...args: readonly string[]): McpSettings {
  const parsed = parse(args, { ...mcpOptions, ...EXCHANGE_OPTIONS, ...COMMON_OPTIONS });
  return readMcpSettings(parsed as Arguments<typeof mcpOptions>, NOW);
}

test("without symbols the agent is offered only what looks, unless tools are named", () => {
  expect(read()).toMatchObject({ tools: "look", mandate: undefined });
  expect(read("--symbols", "BTCUSDT")).toMatchObject({ tools: "trading", mandate: { symbols: ["BTCUSDT"] } });
  expect(read("--tools", "getPrice, getTicker")).toMatchObject({ tools: ["getPrice", "getTicker"] });
});

test.for([
  [[], "2026-03-02T10:00:00.000Z"],
  [["--until", "2027-01-01"], "2027-01-01T00:00:00.000Z"],
  [["--until", "2027-01-01T12:00:00+02:00"], "2027-01-01T10:00:00.000Z"],
] as const)("%j ends trading at %s", ([args, until]) => {
  expect(read("--symbols", "BTCUSDT", ...args).mandate?.until).toBe(until);
});
