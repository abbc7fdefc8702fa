// Lost orders of an agent that is named in several ways.
import { describe, expect, test } from "vitest";
import { AgentExchangeClient } from "../../../src/client/index.ts";
import { NotFoundError, ValidationError } from "../../../src/errors/index.ts";
import { createExchange, virtualClock } from "../../../src/exchange/index.ts";
import { OrderOutcomeUnknownError } from "../../../src/transport/index.ts";
import { drive, failure } from "../../support/drive.ts";
import { order, setUp } from "./outcomeSetup.ts";

describe("one agent under several names", () => {
  test("is one agent, with agentId given, omitted or found, in upper or lower case", async () => {
    const it = await setUp();
    for (const apiKey of [it.apiKey, it.accountKey]) {
      const client = it.createClient({ apiKey });
      const names = [undefined, it.agentId, it.agentId.toUpperCase(), it.agentId.replaceAll("-", "")];
      it.fates.push("lost before", "lost after", "lost after", "lost before");
      const errors: OrderOutcomeUnknownError[] = [];
      for (const agentId of names) {
        const options = agentId === undefined ? {} : { agentId };
        errors.push((await failure(it.clock, client.placeMarketOrder(order, options))) as OrderOutcomeUnknownError);
      }
      const found = await drive(it.clock, Promise.all(errors.map((error) => error.reconcile())));
      expect(found.filter((each) => each === null)).toHaveLength(2);
      expect(new Set(found.map((each) => each?.orderId)).size).toBe(3);
    }
  });

  test("an agent's key with another agentId is rejected before anything is sent, also for reads", async () => {
    const it = await setUp();
    const second = await drive(
      it.clock,
      it.createClient({ apiKey: it.accountKey }).createAgent({ displayName: "second", startingBalance: "1000" }),
    );
    const client = it.createClient();
    it.requests.length = 0;
    const options = { agentId: second.agentId };
    for (const work of [
      () => client.placeMarketOrder(order, options),
      () => client.getBalance(options),
      () => client.cancelAllOrders(options),
    ]) {
      const error = await failure(it.clock, work());
      expect(error).toBeInstanceOf(ValidationError);
      expect(error).toMatchObject({ field: "agentId", status: null });
      expect((error as Error).message).toContain(it.agentId);
    }
    expect(it.requests.toSorted()).toEqual(["GET /api/v1/account/info", "GET /api/v1/agents"]);
    // Its own id is accepted, and needs no second lookup.
    expect(await drive(it.clock, client.placeMarketOrder(order, { agentId: it.agentId }))).toMatchObject({
      side: "buy",
    });
    expect(it.requests).toHaveLength(3);
  });

  test.each(["agent-1", "", "1e45fe3c-cf0b-427f-b399", "1e45fe3c-cf0b-427f-b399-708e264e66c0 "])(
    "an agentId that is not a UUID, %o, is rejected, because the platform would ignore it",
    async (agentId) => {
      const it = await setUp();
      expect(await failure(it.clock, it.client.getBalance({ agentId }))).toMatchObject({ field: "agentId" });
      expect(() => it.createClient({ agentId })).toThrow(ValidationError);
      expect(it.requests).toEqual([]);
    },
  );

  test.each(["observed", "declared"] as const)(
    "an unknown agentId of an account's key or token: nothing is placed, and a NotFoundError says so (%s)",
    async (fidelity) => {
      const clock = virtualClock("2026-03-05T14:00:00Z");
      const exchange = createExchange({ clock, seed: 5, fidelity });
      const { accountKey: apiKey, apiSecret } = await exchange.register();
      const agentId = "00000000-0000-4000-8000-000000000000";
      for (const credentials of [{ apiKey }, { apiKey, apiSecret, token: "login" as const }]) {
        const client = new AgentExchangeClient({ ...exchange.connection, ...credentials });
        const error = await failure(clock, client.placeMarketOrder(order, { agentId }));
        expect(error).toBeInstanceOf(NotFoundError);
        expect(await drive(clock, client.listOrders({}))).toEqual([]);
      }
    },
  );

  test("createBacktest looks up the agent as orders do", async () => {
    const clock = virtualClock("2026-03-05T14:00:00Z");
    const exchange = createExchange({ clock, seed: 5, fidelity: "observed" });
    const account = await exchange.register();
    const client = new AgentExchangeClient({ ...exchange.connection, apiKey: account.accountKey });
    const plan = { startTime: "2026-03-04T14:00:00Z", endTime: "2026-03-04T15:00:00Z", startingBalance: 1000 };
    const created = await drive(clock, client.createBacktest(plan));
    expect(created.agentId).toBe(account.agentId);
  });
});
