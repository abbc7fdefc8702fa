import { describe, expect, it } from "vitest";
import { createStrategy, createVersion, validate, type StrategyDefinition } from "../../../src/endpoints/index.ts";
import { issuesOf } from "../../support/issuesOf.ts";

const whole: StrategyDefinition = {
  pairs: [" btcusdt ", "", "ETHUSDT"],
  timeframe: "4h",
  entry_conditions: {
    rsi_below: 30,
    rsi_above: null,
    macd_cross_above: true,
    macd_cross_below: false,
    price_above_sma: 20,
    price_below_sma: 50,
    price_above_ema: 12,
    price_below_ema: 26,
    bb_below_lower: true,
    bb_above_upper: null,
    adx_above: 25.5,
    volume_above_ma: 1.5,
    mine: { deep: [1] },
  },
  exit_conditions: {
    stop_loss_pct: 0,
    take_profit_pct: 1000,
    trailing_stop_pct: 100,
    max_hold_candles: 1,
    rsi_above: 70,
    rsi_below: null,
    macd_cross_below: true,
  },
  position_size_pct: "12.5",
  max_positions: 50,
  filters: { volume: { min: 1 } },
  model_type: "rl",
  model_reference: null,
  Notes: "kept",
  camelCase: 1,
};

function problems(definition: unknown): readonly string[] {
  return issuesOf(createStrategy, { name: "x", definition }).map(({ field, message }) => `${field} ${message}`);
}

describe("a strategy definition", () => {
  it("is sent exactly as given", () => {
    expect(validate(createStrategy, { name: "x", definition: whole })["definition"]).toEqual(whole);
    expect(
      validate(createVersion, { strategyId: "9f0c6d5a-2b67-4b0b-9d55-5f6f0a1f7c33", definition: { pairs: ["A"] } })[
        "definition"
      ],
    ).toEqual({ pairs: ["A"] });
  });

  const refused: readonly (readonly [object, string])[] = [
    [{ pairs: undefined }, "definition.pairs must be an array of symbols"],
    [{ pairs: [] }, "definition.pairs must not be empty"],
    [{ pairs: ["", "  "] }, "definition.pairs must contain at least one symbol"],
    [{ pairs: ["BTCUSDT", 5] }, "definition.pairs.1 must be a string"],
    [{ pairs: "BTCUSDT" }, "definition.pairs must be an array of symbols"],
    [{ timeframe: "30m" }, "definition.timeframe"],
    [{ timeframe: null }, "definition.timeframe"],
    [{ position_size_pct: 0.99 }, "definition.position_size_pct must be a number from 1 to 100"],
    [{ position_size_pct: "100.1" }, "definition.position_size_pct must be a number from 1 to 100"],
    [{ position_size_pct: "" }, "definition.position_size_pct must be a number from 1 to 100"],
    [{ max_positions: 0 }, "definition.max_positions must be a whole number from 1 to 50"],
    [{ max_positions: 2.5 }, "definition.max_positions must be a whole number from 1 to 50"],
    [{ entry_conditions: null }, "definition.entry_conditions must be an object"],
    [{ entry_conditions: [] }, "definition.entry_conditions must be an object"],
    [{ exit_conditions: null }, "definition.exit_conditions must be an object"],
    [{ entry_conditions: { rsi_below: "low" } }, "definition.entry_conditions.rsi_below must be a number"],
    [
      { entry_conditions: { price_above_sma: 20.5 } },
      "definition.entry_conditions.price_above_sma must be a whole number",
    ],
    [
      { entry_conditions: { macd_cross_above: "up" } },
      "definition.entry_conditions.macd_cross_above must be true or false",
    ],
    [
      { exit_conditions: { stop_loss_pct: 101 } },
      "definition.exit_conditions.stop_loss_pct must be a number from 0 to 100",
    ],
    [
      { exit_conditions: { take_profit_pct: 1001 } },
      "definition.exit_conditions.take_profit_pct must be a number from 0 to 1000",
    ],
    [
      { exit_conditions: { trailing_stop_pct: -1 } },
      "definition.exit_conditions.trailing_stop_pct must be a number from 0 to 100",
    ],
    [
      { exit_conditions: { max_hold_candles: 0 } },
      "definition.exit_conditions.max_hold_candles must be a whole number of at least 1",
    ],
    [{ filters: [] }, "definition.filters must be an object that can be serialized as JSON"],
    [{ model_type: "llm" }, "definition.model_type"],
    [{ model_reference: 5 }, "definition.model_reference must be a string"],
    [{ entryConditions: {} }, 'definition must use the key "entry_conditions" instead of "entryConditions"'],
    [
      { exit_conditions: { stopLossPct: 2 } },
      'definition.exit_conditions must use the key "stop_loss_pct" instead of "stopLossPct"',
    ],
  ];
  for (const [part, problem] of refused) {
    it(`${JSON.stringify(part)} is rejected`, () => {
      const found = problems({ pairs: ["BTCUSDT"], ...part });
      expect(found).toHaveLength(1);
      expect(found[0]).toContain(problem);
    });
  }

  it("is required, and must be a serializable object", () => {
    const circle: Record<string, unknown> = { pairs: ["BTCUSDT"] };
    circle["self"] = circle;
    for (const definition of [null, [], "x", circle, { pairs: ["BTCUSDT"], big: 10n }]) {
      expect(problems(definition)).toEqual(["definition must be an object that can be serialized as JSON"]);
    }
    expect(problems({})).toEqual(["definition.pairs is required"]);
    expect(issuesOf(createStrategy, { name: "x" })).toEqual([{ field: "definition", message: "is required" }]);
  });
});
