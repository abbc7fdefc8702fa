import { expect, test } from "vitest";
import { AgentExchangeClient } from "../../../src/client/index.ts";
import { AgentExchangeError, RateLimitError, ValidationError } from "../../../src/errors/index.ts";
import { createExchange } from "../../../src/exchange/index.ts";
import { errorCatalogue, toToolError } from "../../../src/tools/index.ts";

test("every code has a meaning and a next step, each one sentence or more", () => {
  expect(errorCatalogue.length).toBeGreaterThan(55);
  for (const { code, meaning, nextStep } of errorCatalogue) {
    expect(meaning, code).toMatch(/^[A-Z].*\.$/);
    expect(nextStep, code).toMatch(/^[A-Z].*\.$/);
  }
});

test("the catalogue says what errors are and whether to repeat a call", () => {
  const entry = (code: string): unknown => errorCatalogue.find((each) => each.code === code);
  expect(entry("RATE_LIMIT_EXCEEDED")).toMatchObject({ error: "RateLimitError", retryable: true });
  expect(entry("ORDER_REJECTED")).toMatchObject({ error: "OrderRejectedError", retryable: false });
  expect(entry("TIMEOUT")).toMatchObject({ error: "TimeoutError", retryable: "reads" });
  expect(entry("ORDER_OUTCOME_UNKNOWN")).toMatchObject({ error: "OrderOutcomeUnknownError", retryable: false });
  expect(entry("DATABASE_ERROR")).toMatchObject({ error: "ServerError", retryable: "reads" });
});

test("an error becomes data with a next step", async () => {
  const exchange = createExchange({ seed: 7 });
  const { apiKey } = await exchange.register();
  const client = new AgentExchangeClient({ ...exchange.connection, apiKey });
  const failure = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => toToolError(error));
  expect(await failure(client.getPrice("NOSUCHUSDT"))).toMatchObject({
    code: "INVALID_SYMBOL",
    retryable: false,
    nextStep: "getPairs() lists the pairs.",
    details: { symbol: "NOSUCHUSDT" },
  });
  const wrong = await failure(client.placeMarketOrder({ symbol: "BTC/USDT", side: "buy", quantity: "1" }));
  expect(wrong).toEqual({
    code: "VALIDATION_ERROR",
    message: "placeMarketOrder: symbol must be a symbol without separators, such as BTCUSDT.",
    retryable: false,
    nextStep: "Correct the fields that the error names, and repeat the call.",
    details: {
      field: "symbol",
      issues: [{ field: "symbol", message: "must be a symbol without separators, such as BTCUSDT" }],
    },
  });
  await client.close();
  exchange.close();
});

test("a hint is the next step, and not a part of the message", () => {
  const error = new RateLimitError("Too many requests.", {
    code: "RATE_LIMIT_EXCEEDED",
    status: 429,
    retryAfter: 7,
    hint: "Wait for the next minute.",
  });
  expect(toToolError(error)).toEqual({
    code: "RATE_LIMIT_EXCEEDED",
    message: "Too many requests.",
    retryable: true,
    nextStep: "Wait for the next minute.",
    details: { retryAfter: 7 },
  });
});

test("nothing of an unknown error is shown, and no credential of a known one", () => {
  const foreign = toToolError(new TypeError("fetch with ak_live_secret failed"));
  expect(foreign).toEqual({
    code: "TOOL_FAILED",
    message: "The tool failed unexpectedly.",
    retryable: false,
    nextStep: "Tell the operator; do not repeat orders.",
  });
  expect(toToolError(new DOMException("stopped", "AbortError"))).toMatchObject({ code: "ABORTED", retryable: true });
  const known = new AgentExchangeError("It failed.", {
    code: "NEW_CODE",
    details: { apiKey: "ak_live_secret", depth: 5 },
    cause: new Error("ak_live_secret"),
  });
  expect(toToolError(known)).toEqual({
    code: "NEW_CODE",
    message: "It failed.",
    retryable: false,
    nextStep: "Do not repeat the call unchanged.",
    details: { depth: 5 },
  });
  expect(toToolError(new ValidationError("No.", { code: "VALIDATION_ERROR", issues: [] }))).not.toHaveProperty(
    "details.field",
  );
});
