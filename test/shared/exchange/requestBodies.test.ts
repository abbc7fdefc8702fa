import { describe, expect, it } from "vitest";
import { setup } from "./httpSetup.ts";
import { send } from "./trader.ts";

describe("bodies and parameters", () => {
  it.each([
    ["{", 1, "Expecting property name enclosed in double quotes"],
    ['{"symbol":', 10, "Expecting value"],
    ['{"symbol":"BTC}', 10, "Unterminated string starting at"],
    ['{"symbol" 1}', 10, "Expecting ':' delimiter"],
    ['{"a":1 "b":2}', 7, "Expecting ',' delimiter"],
    ['{"a":[1,2}', 9, "Expecting ',' delimiter"],
    ['{"a":"\\x"}', 6, "Invalid \\escape"],
    ['{"a":"\t"}', 6, "Invalid control character at"],
    ["{} {}", 3, "Extra data"],
    ["nonsense", 0, "Expecting value"],
    ["[".repeat(100_000), 200, "Nested too deeply"],
  ])("finds the error in %.20s", async (body, at, error) => {
    const { owner } = await setup();
    const { status, json } = await owner.send("POST", "/trade/order", body);
    expect([status, json.detail]).toEqual([
      422,
      [{ type: "json_invalid", loc: ["body", at], msg: "JSON decode error", input: {}, ctx: { error } }],
    ]);
  });

  it("reads numbers, strings and nulls as the platform does", async () => {
    const { owner } = await setup();
    const order = { symbol: "BTCUSDT", side: "buy", type: "market", quantity: "0.001" };
    const types = async (change: Record<string, unknown>): Promise<unknown> => {
      const { status, json } = await owner.order({ ...order, ...change });
      return status === 201
        ? 201
        : (json.detail?.map((item) => `${item.type} ${item.loc.join(".")}`) ?? json.error.code);
    };
    expect(await types({ symbol: "  btcusdt ", quantity: 0.001, price: null })).toBe(201);
    expect(await types({ quantity: "1e-3" })).toBe(201);
    expect(await types({ type: "limit", price: "60000" })).toBe(201);
    expect(await types({ type: "limit", price: null, stop_price: "60000" })).toEqual(["value_error body"]);
    expect(await types({ symbol: "" })).toEqual(["string_too_short body.symbol"]);
    expect(await types({ symbol: 5, side: " buy", type: null, quantity: true })).toEqual([
      "string_type body.symbol",
      "literal_error body.side",
      "literal_error body.type",
      "decimal_type body.quantity",
    ]);
    expect(await types({ quantity: "0,1" })).toEqual(["decimal_parsing body.quantity"]);
    expect(await types({ quantity: "0x10" })).toEqual(["decimal_parsing body.quantity"]);
    expect(await types({ quantity: "Infinity" })).toEqual(["finite_number body.quantity"]);
    expect(await types({ quantity: -1 })).toEqual(["greater_than body.quantity"]);
    expect(await types({ symbol: undefined, quantity: undefined })).toEqual([
      "missing body.symbol",
      "missing body.quantity",
    ]);
  });

  it("rejects bodies that are not JSON objects", async () => {
    const { exchange, owner } = await setup();
    const post = async (body: string, type: string): Promise<unknown> => {
      const { status, json } = await send(exchange, "POST", "/api/v1/trade/order", body, {
        "x-api-key": owner.apiKey,
        "content-type": type,
      });
      return [status, json.detail[0]?.type ?? json.detail, json.detail[0]?.input];
    };
    expect(await post("[1]", "application/json")).toEqual([422, "model_attributes_type", [1]]);
    expect(await post('{"a":1}', "text/plain")).toEqual([422, "model_attributes_type", '{"a":1}']);
    expect(await post("null", "application/json")).toEqual([422, "missing", null]);
    expect(await post(`"${"x".repeat(1_100_000)}"`, "application/json")).toEqual([
      413,
      "Request body too large",
      undefined,
    ]);
  });

  it("reads queries as the platform does", async () => {
    const { exchange } = await setup();
    const candles = async (query: string): Promise<unknown> => {
      const { status, json } = await send(exchange, "GET", `/api/v1/market/candles/btcusdt?${query}`);
      return status === 200 ? json.interval : (json.error?.code ?? json.detail.map((item) => item.type));
    };
    expect(await candles("interval=5m&limit=10.0&start_time=2026-01-01&end_time=1767571200")).toBe("5m");
    expect(await candles("limit=1001")).toEqual(["less_than_equal"]);
    expect(await candles("limit=x&start_time=yesterday")).toEqual(["int_parsing", "datetime_from_date_parsing"]);
    expect(await candles("interval=2h")).toBe("INVALID_SYMBOL");
    expect(await candles("limit=5&limit=7&unknown=1")).toBe("1h");
  });

  it("rejects absurdly large numbers without a crash, unless observed", async () => {
    for (const [fidelity, code] of [
      ["declared", "VALIDATION_ERROR"],
      ["observed", "INTERNAL_ERROR"],
    ] as const) {
      const { owner } = await setup({ fidelity });
      for (const quantity of ["1E+400", "9".repeat(40), `1${"0".repeat(3000)}`]) {
        expect((await owner.order({ symbol: "BTCUSDT", side: "buy", type: "market", quantity })).json.error.code).toBe(
          code,
        );
      }
      const tiny = await owner.order({ symbol: "BTCUSDT", side: "buy", type: "market", quantity: "1E-999999" });
      expect(tiny.json.error.details).toEqual({ reason: "order_too_small" });
    }
  });
});
