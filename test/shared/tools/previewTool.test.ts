// The tool with which models preview orders, and questions that are not asked in vain.
import { expect, test } from "vitest";
import { codeOf, mandate, setUpToolbox } from "../../support/toolboxSetup.ts";

const buy = { symbol: "BTCUSDT", side: "buy", quantity: "1" };

test("a toolbox that places orders lists a tool that previews them", async () => {
  const { toolbox, another } = await setUpToolbox();
  const tool = toolbox.list().find(({ name }) => name === "previewOrder");
  expect(tool).toMatchObject({
    effect: "read",
    inputSchema: {
      properties: { tool: { enum: ["placeMarketOrder", "placeLimitOrder", "placeStopLoss", "placeTakeProfit"] } },
      required: ["tool", "symbol", "side", "quantity"],
      additionalProperties: false,
    },
  });
  expect(toolbox.list().length).toBeLessThanOrEqual(15);
  const one = another({ tools: ["placeLimitOrder"] }).list();
  expect(one.map(({ name }) => name)).toEqual(["placeLimitOrder", "previewOrder"]);
  expect(one[1]?.inputSchema).toMatchObject({ required: ["tool", "symbol", "side", "quantity", "price"] });
  const reading = another({ tools: "look" });
  expect(reading.list().map(({ name }) => name)).not.toContain("previewOrder");
  expect(codeOf(await reading.run("previewOrder", { tool: "placeMarketOrder", ...buy }))).toBe("TOOL_NOT_AVAILABLE");
});

test("it says what the method of the toolbox says, places nothing, and is recorded", async () => {
  const { run, drive, toolbox, orderCount, entries } = await setUpToolbox({ mandate: { ...mandate, maxOrder: "50" } });
  const result = await run("previewOrder", { tool: "placeMarketOrder", ...buy }, { callId: "a", reason: "look first" });
  expect(result).toMatchObject({
    ok: true,
    callId: "a",
    data: { allowed: false, refusal: { code: "LIMIT_EXCEEDED" } },
  });
  const preview = await drive(toolbox.preview("placeMarketOrder", buy));
  expect(result).toEqual({ ...preview, callId: "a" });
  const example = toolbox.list().at(-1)?.example;
  expect(await run("previewOrder", example)).toMatchObject({ ok: true });
  expect(await run("previewOrder", { tool: "placeMarketOrder", ...buy }, { callId: "a" })).toMatchObject({
    repeated: true,
  });
  expect(codeOf(await run("previewOrder", { tool: "placeMarketOrder", ...buy, quantity: "2" }, { callId: "a" }))).toBe(
    "CALL_ID_REUSED",
  );
  expect(await orderCount()).toBe(0);
  await drive(toolbox.close());
  const recorded = JSON.stringify(await entries());
  expect(recorded).toContain("previewOrder");
  expect(recorded).toContain("look first");
});

test.for<readonly [string, unknown, string]>([
  ["no tool", buy, "tool must be one of placeMarketOrder, "],
  ["another tool", { tool: "cancelAllOrders" }, "tool must be one of placeMarketOrder, "],
  ["a tool that exists by inheritance", { ...buy, tool: "toString" }, "tool must be one of placeMarketOrder, "],
  ["a list", ["placeMarketOrder"], "tool must be one of placeMarketOrder, "],
  ["nothing", null, "tool must be one of placeMarketOrder, "],
  ["a missing price", { ...buy, tool: "placeLimitOrder" }, "price is required"],
  ["a price for a market order", { ...buy, tool: "placeMarketOrder", price: "100" }, "price is not a known argument"],
  ["a wrong amount", { ...buy, tool: "placeMarketOrder", quantity: "10%" }, "percentages are not accepted"],
])("it refuses %s", async ([, input, message]) => {
  const { run } = await setUpToolbox();
  expect(await run("previewOrder", input)).toMatchObject({
    ok: false,
    error: { code: "INVALID_INPUT", message: expect.stringContaining(message) as unknown },
  });
});

test("null counts as left out, as in strict mode", async () => {
  const { run } = await setUpToolbox();
  const input = { tool: "placeMarketOrder", ...buy, price: null, triggerPrice: null };
  expect(await run("previewOrder", input)).toMatchObject({ ok: true });
});

test("a person is not asked about an order that would be refused in any case", async () => {
  const approve = { above: "10" };
  const limited = await setUpToolbox({ approve, mandate: { ...mandate, maxOrder: "150" } });
  const { toolbox, drive } = limited;
  const ask = async (input: object, box = toolbox) => drive(box.needsApproval("placeMarketOrder", input));
  expect(await ask(buy)).toMatchObject({ tool: "placeMarketOrder" });
  expect(await ask({ ...buy, quantity: "2" })).toBeNull();
  expect(await ask({ ...buy, symbol: "ADAUSDT" })).toBeNull();
  expect(await ask(buy, limited.another({ mandate: { ...mandate, until: "2020-01-01T00:00:00Z" } }))).toBeNull();
  await drive(toolbox.halt({ reason: "stop" }));
  expect(await ask(buy)).toBeNull();
});
