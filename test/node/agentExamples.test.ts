// Runs the examples of agents as a reader would, with the models that follow a script.
import { afterEach, beforeEach, expect, test, vi } from "vitest";

let printed: string[] = [];
beforeEach(() => {
  printed = [];
  vi.spyOn(console, "log").mockImplementation((...parts: unknown[]) => void printed.push(parts.join(" ")));
});
afterEach(() => {
  vi.restoreAllMocks();
});

const question = expect.stringMatching(/^question: .*0\.005.*/s) as unknown;

test("give-to-agent prints why an order is refused", async () => {
  await import("../../examples/give-to-agent.ts");
  expect(printed).toEqual([expect.stringMatching(/the mandate's maxOrder is 500/)]);
});

test("agent-ai-sdk looks, asks, buys, and stops at the limit", async () => {
  await import("../../examples/agent-ai-sdk.ts");
  expect(printed).toEqual([
    "getPrice ok",
    question,
    "placeMarketOrder LIMIT_EXCEEDED",
    "I bought 0.005 BTC. More is above the limit of one order.",
  ]);
});

test("agent-langgraph interrupts its graph for the question", async () => {
  await import("../../examples/agent-langgraph.ts");
  expect(printed).toEqual([
    question,
    "human: Buy 0.005 BTC.",
    "ai: ",
    expect.stringMatching(/^tool: \{"ok":true,.*"price":"60000"/),
    "ai: ",
    expect.stringMatching(/^tool: \{"ok":true,/),
    "ai: I bought 0.005 BTC.",
  ]);
});

test("agent-openai-agents interrupts its run for the question", async () => {
  await import("../../examples/agent-openai-agents.ts");
  expect(printed).toEqual([
    question,
    expect.stringMatching(/^\{"ok":true,.*"price":"60000"/),
    expect.stringMatching(/^\{"ok":true,.*"status":"filled"/),
    "I bought 0.005 BTC.",
  ]);
});

test.for(["agent-openai", "agent-anthropic"])("%s runs two calls at once, and the toolbox asks", async (name) => {
  await import(`../../examples/${name}.ts`);
  expect(printed).toEqual([
    expect.stringMatching(/^getPrice \{"ok":true,/),
    expect.stringMatching(/^getPortfolio \{"ok":true,/),
    question,
    expect.stringMatching(/^placeMarketOrder \{"ok":true,/),
    "I bought 0.005 BTC.",
  ]);
});

test("five-agents answers five questions with one client", async () => {
  await import("../../examples/five-agents.ts");
  expect(printed).toEqual([
    expect.stringMatching(/^What is the current BTC price\? \{"ok":true,.*"price":"\d/),
    expect.stringMatching(/^What is my portfolio value\? \{"ok":true,.*"totalEquity":"10000"/),
    expect.stringMatching(/^List my open orders\. \{"ok":true,.*"data":\[\]/),
    expect.stringMatching(/^What were my last 5 trades\? \{"ok":true,.*"data":\[\]/),
    expect.stringMatching(/^What is my 7-day Sharpe ratio\? \{"ok":true,.*"sharpeRatio":/),
  ]);
});
