// Messages and hints of failed calls, in both fidelities: complete sentences, and a next step that fits the call.
import { describe, expect, it } from "vitest";
import { AgentExchangeClient } from "../../../src/client/index.ts";
import { isAgentExchangeError, type AgentExchangeError } from "../../../src/errors/index.ts";
import { createExchange, manualMarket, virtualClock, type Fidelity } from "../../../src/exchange/index.ts";
import { drive, failure } from "../../support/drive.ts";
import { expectSentences } from "../../support/sentences.ts";

const RUN = "e525356c-abe0-4594-88b8-5e00d2fb0eba";
const BOTH = ["observed", "declared"] as const;

async function setup(fidelity: Fidelity) {
  const clock = virtualClock("2026-01-05T00:00:30Z");
  const market = manualMarket({ BTCUSDT: { price: "60000", volume: "100000" }, QRKUSDT: { status: "inactive" } });
  const exchange = createExchange({ fidelity, clock, market });
  const { apiKey, accountKey, apiSecret } = await exchange.register();
  const other = await exchange.register();
  const connect = (key: string): AgentExchangeClient =>
    new AgentExchangeClient({ ...exchange.connection, apiKey: key, clock });
  await exchange.advance(2 * 3_600_000);
  const client = connect(apiKey);
  const failed = async (work: Promise<unknown>): Promise<AgentExchangeError> => {
    const error = await failure(clock, work);
    if (!isAgentExchangeError(error)) throw error;
    expectSentences(error);
    return error;
  };
  const done = <T>(work: Promise<T>): Promise<T> => drive(clock, work);
  return { client, account: connect(accountKey), stranger: connect(other.apiKey), apiSecret, failed, done };
}

describe.each(BOTH)("a failed call (%s)", (fidelity) => {
  it("with a training run id that is already used asks for a new one", async () => {
    const { client, failed, done } = await setup(fidelity);
    await done(client.registerTrainingRun({ runId: RUN }));
    const error = await failed(client.registerTrainingRun({ runId: RUN }));
    expect(error.hint).toContain("generate a new UUID");
    expect(error.attempts).toBe(1);
  });

  it("for indicators of an unknown pair names the pair, after one request", async () => {
    const { client, failed } = await setup(fidelity);
    expect(await failed(client.getIndicators("NOPEUSDT"))).toMatchObject({
      name: "InvalidSymbolError",
      symbol: "NOPEUSDT",
      attempts: 1,
      hint: "getPairs() lists the pairs.",
    });
  });

  it("inside a backtest that has not been started says to start it", async () => {
    const { client, failed, done } = await setup(fidelity);
    const { sessionId } = await done(
      client.createBacktest({
        startTime: "2026-01-05T00:00:00Z",
        endTime: "2026-01-05T00:40:00Z",
        startingBalance: "10000",
        pairs: ["BTCUSDT"],
      }),
    );
    for (const call of [
      () => client.stepBacktest(sessionId),
      () => client.batchStepFast(sessionId, { steps: 5 }),
      () => client.cancelBacktest(sessionId),
    ])
      expect((await failed(call())).hint).toContain("call startBacktest() first");
    await done(client.startBacktest(sessionId));
    expect((await failed(client.startBacktest(sessionId))).hint).toContain("can be started only once");
    await done(client.batchStepFast(sessionId, { steps: 100 }));
    expect((await failed(client.stepBacktest(sessionId))).hint).toBe("createBacktest() creates a new one.");
  });

  it("for another account's object says which key to use", async () => {
    const { client, stranger, failed, done } = await setup(fidelity);
    await done(client.registerTrainingRun({ runId: RUN }));
    const error = await failed(stranger.getTrainingRun(RUN));
    expect(error.message).toBe("Training run does not belong to this account. Use a key of the account that owns it.");
  });

  it("to place an order names the rule that rejected it", async () => {
    const { client, failed } = await setup(fidelity);
    const order = { symbol: "BTCUSDT", side: "buy" } as const;
    const messages = [
      await failed(client.placeMarketOrder({ ...order, quantity: "1" })),
      await failed(client.placeMarketOrder({ ...order, quantity: "0.00001" })),
      await failed(client.placeMarketOrder({ ...order, quantity: "0.05" })),
      await failed(client.placeMarketOrder({ ...order, side: "sell", quantity: "0.01" })),
      await failed(client.placeMarketOrder({ ...order, symbol: "NOPEUSDT", quantity: "1" })),
    ].map(({ message }) => message);
    expect(messages).toEqual([
      "Order rejected: larger than the account's risk profile allows (order_too_large). Lower the quantity.",
      "Order rejected: smaller than the risk profile allows (order_too_small). Raise the quantity.",
      expect.stringMatching(
        /^Order rejected: the position would be larger than the risk profile allows \(position_limit_exceeded\)\. BTCUSDT position would be .*\. Lower the quantity\.$/,
      ),
      "Order rejected: not enough BTC (insufficient_balance). Lower the quantity, or cancel open orders that lock funds.",
      "Order rejected: NOPEUSDT is unknown or has no price yet (price_unavailable). getPairs() lists the pairs.",
    ]);
  });
});

it("to test a webhook says that the platform cannot do it", async () => {
  const { client, failed, done } = await setup("observed");
  const { id } = await done(client.createWebhook({ url: "https://example.com/h", events: ["backtest.completed"] }));
  const error = await failed(client.testWebhook(id));
  expect(error.hint).toContain("The platform cannot send test deliveries");
  expect(error.attempts).toBe(1);
});
