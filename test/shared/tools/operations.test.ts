import { expect, test } from "vitest";
import * as api from "../../../src/endpoints/index.ts";
import { AgentExchangeClient, clientOf } from "../../../src/client/index.ts";
import { createExchange } from "../../../src/exchange/index.ts";
import { callOperation } from "../../../src/tools/catalogue/callOperation.ts";
import { operationOf } from "../../../src/tools/catalogue/operations.ts";
import { toolNames } from "../../../src/tools/catalogue/sets.ts";
import { operation, operations } from "../../../src/tools/index.ts";

const JSON_BYTES_OF_DEFAULT_SET = 6 * 1024;

/** The definitions as a model receives them. */
function definitions(names: readonly string[]): readonly object[] {
  return names.map((name) => {
    const { description, inputSchema } = operation(name) ?? {};
    return { name, description, inputSchema };
  });
}

test("an operation describes its endpoint", () => {
  const candles = operation("getCandles");
  expect(candles).toEqual(operationOf(api.getCandles));
  expect(candles).toMatchObject({
    name: "getCandles",
    effect: "read",
    tier: "market",
    description: "Candles of one pair, oldest first; intervals without trades are omitted.",
    example: { symbol: "BTCUSDT" },
    inputSchema: {
      type: "object",
      required: ["symbol"],
      additionalProperties: false,
      properties: {
        interval: { type: "string", enum: ["1m", "5m", "1h", "1d"] },
        limit: { type: "integer", minimum: 1, maximum: 1000 },
        startTime: { type: "string", format: "date-time" },
      },
    },
  });
  expect(candles?.outputSchema).toMatchObject({ type: "array", items: { properties: { close: { type: "string" } } } });
  expect(operation("getCandle")).toBe(undefined);
});

test("effects are those of the endpoints", () => {
  const effects = (effect: api.Effect): readonly string[] =>
    operations.filter((each) => each.effect === effect).map(({ name }) => name);
  expect(effects("order").toSorted()).toEqual([
    "placeLimitOrder",
    "placeMarketOrder",
    "placeStopLoss",
    "placeTakeProfit",
  ]);
  expect(effects("cancel")).toEqual(expect.arrayContaining(["cancelOrder", "cancelAllOrders"]));
  expect(effects("read")).toEqual(expect.arrayContaining(["getPrice", "compareStrategies"]));
});

test("every operation and every argument is described", () => {
  for (const { name, description, inputSchema } of operations) {
    expect(description.length, name).toBeGreaterThan(10);
    expect(description.split(/(?<=[.!?]) (?=[A-Z])/).length, name).toBeLessThanOrEqual(3);
    expect(description, name).not.toMatch(/[`{}]/);
    const properties = inputSchema["properties"] as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    for (const [argument, schema] of Object.entries(properties)) {
      // IDs, closed choices and flags speak for themselves; free values need a unit, a form or a limit.
      const {
        format,
        type,
        enum: members,
      } = { ...schema, ...(schema["items"] as object | undefined) } as typeof schema;
      const isClear = format === "uuid" || members !== undefined || type === "boolean";
      expect(isClear || typeof schema["description"] === "string", `${name} ${argument}`).toBe(true);
    }
  }
});

test("the default set has at most 15 tools in at most 6 KiB", () => {
  const trading = toolNames("trading");
  expect(trading.length).toBeLessThanOrEqual(15);
  expect(JSON.stringify(definitions(trading)).length).toBeLessThanOrEqual(JSON_BYTES_OF_DEFAULT_SET);
});

test("sets contain known operations, each once, and none that handles credentials", () => {
  for (const set of ["look", "trading", "research", "all"] as const) {
    const names = toolNames(set);
    expect(new Set(names).size, set).toBe(names.length);
    for (const name of names) expect(operation(name), `${set}: ${name}`).not.toBe(undefined);
    for (const name of ["login", "register"]) expect(names, set).not.toContain(name);
  }
  expect(toolNames("look").map((name) => operation(name)?.effect)).toEqual(toolNames("look").map(() => "read"));
  expect(toolNames("research")).not.toContain("placeMarketOrder");
  expect(toolNames("all").length).toBeGreaterThan(60);
  for (const name of [
    "updateRiskProfile",
    "updateAgentRiskProfile",
    "regenerateAgentKey",
    "getAgentKey",
    "login",
    "register",
  ])
    expect(toolNames("all")).not.toContain(name);
  expect(toolNames(["getPrice", "getPrice"])).toEqual(["getPrice"]);
  expect(() => toolNames(["getPrize"])).toThrow('Unknown tool "getPrize". Did you mean "getPrice"?');
  expect(() => toolNames("everything" as "all")).toThrow("Unknown set of tools");
});

test("an operation is called with all its arguments in one object", async () => {
  const exchange = createExchange({ seed: 7 });
  const { apiKey } = await exchange.register();
  const owner = new AgentExchangeClient({ ...exchange.connection, apiKey });
  const client = clientOf(owner);
  const candles = await callOperation(client, "getCandles", { symbol: "BTCUSDT", limit: 3 });
  expect(candles).toHaveLength(3);
  const order = { symbol: "BTCUSDT", side: "buy", quantity: "0.01", price: "1000" };
  const { orderId } = (await callOperation(client, "placeLimitOrder", order)) as api.PendingOrder;
  expect(await callOperation(client, "cancelOrder", { orderId })).toMatchObject({ orderId, status: "cancelled" });
  await expect(callOperation(client, "cancelOrder", { orderId, all: true })).rejects.toThrow("is not a known argument");
  await expect(callOperation(client, "getPrize", {})).rejects.toThrow('Unknown operation "getPrize"');
  await owner.close();
  exchange.close();
});
