// An approval is for one order, made by a person, and used once.
import { describe, expect, test } from "vitest";
import type { ApprovalPolicy, ApprovalRequest, ToolResult } from "../../../src/tools/index.ts";
import { codeOf, mandate, setUpToolbox } from "../../support/toolboxSetup.ts";

const large = { symbol: "BTCUSDT", side: "buy", quantity: "3" };
const small = { ...large, quantity: "1" };
const secret = "a secret of the operator, for tests only";

function requestOf(result: ToolResult): ApprovalRequest {
  if (result.ok || result.approvalRequest === undefined) throw new Error(`No request: ${JSON.stringify(result)}`);
  return result.approvalRequest;
}

describe("a person who is asked", () => {
  test.each<[string, ApprovalPolicy["ask"], string]>([
    ["says yes", () => true, "ok"],
    ["says yes later", async () => true, "ok"],
    ["says no", () => false, "APPROVAL_REFUSED"],
    ["does not say a plain yes", () => "yes" as unknown as boolean, "APPROVAL_REFUSED"],
    ["does not say a plain yes either", () => ({ approved: true }) as unknown as boolean, "APPROVAL_REFUSED"],
    [
      "cannot be reached",
      () => {
        throw new Error("no terminal");
      },
      "APPROVAL_REFUSED",
    ],
    ["hangs up", async () => Promise.reject(new Error("closed")), "APPROVAL_REFUSED"],
    ["never answers", () => new Promise<boolean>(() => {}), "APPROVAL_EXPIRED"],
  ])("%s", async (_name, ask, code) => {
    const { run, orderCount, toolbox } = await setUpToolbox({ approve: { above: "250", ask, validFor: 30_000 } });
    expect(codeOf(await run("placeMarketOrder", large))).toBe(code);
    expect(await orderCount()).toBe(code === "ok" ? 1 : 0);
    expect((await toolbox.status()).used.orders).toBe(code === "ok" ? 1 : 0);
  });

  test("sees side, quantity, pair and worst case, and is not asked about small orders", async () => {
    const asked: ApprovalRequest[] = [];
    const ask = (request: ApprovalRequest): boolean => asked.push(request) > 0;
    const { run, orderCount } = await setUpToolbox({ approve: { above: "250", ask } });
    await run("placeMarketOrder", small);
    await run("placeMarketOrder", large);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({ tool: "placeMarketOrder", input: large });
    expect(asked[0]?.summary).toMatch(/^Buy 3 BTCUSDT \(market order\), worth up to 30\d\.\d\d USDT, fee included\.$/);
    expect(await orderCount()).toBe(2);
  });

  test("is asked about every order above 0, sells included, and only after the limits", async () => {
    let asked = 0;
    const ask = (): boolean => ++asked > 0;
    const { run } = await setUpToolbox({ mandate: { ...mandate, maxOrder: "150" }, approve: { above: "0", ask } });
    expect(codeOf(await run("placeMarketOrder", large))).toBe("LIMIT_EXCEEDED");
    expect(asked).toBe(0);
    await run("placeMarketOrder", small);
    await run("placeMarketOrder", { ...small, side: "sell" });
    expect(asked).toBe(2);
  });

  test("blocks the limit while thinking", async () => {
    const { toolbox, drive, lossy } = await setUpToolbox({
      mandate: { ...mandate, maxPerDay: "350" },
      approve: {
        above: "250",
        ask: () => new Promise((resolve) => void lossy.clock.setTimeout(() => resolve(true), 10_000)),
      },
    });
    const both = await drive(
      Promise.all([toolbox.run("placeMarketOrder", large), toolbox.run("placeMarketOrder", small)]),
    );
    expect(both.map(codeOf).toSorted()).toEqual(["LIMIT_EXCEEDED", "ok"]);
  });

  test("is overruled by a halt, and told that nobody waits any more", async () => {
    let signal: AbortSignal | undefined;
    const { toolbox, drive, orderCount, lossy } = await setUpToolbox({
      approve: {
        above: "0",
        ask: async (_request, aborted) => {
          signal = aborted;
          await new Promise<void>((resolve) => void lossy.clock.setTimeout(resolve, 5000));
          return true;
        },
      },
    });
    const running = toolbox.run("placeMarketOrder", small);
    await lossy.clock.advance(1000);
    const halting = toolbox.halt();
    expect(codeOf(await drive(running))).toBe("HALTED");
    await drive(halting);
    expect(signal?.aborted).toBe(true);
    expect(await orderCount()).toBe(0);
  });
});

describe("an approval", () => {
  test("is asked for in the result, and lets the same call go on", async () => {
    const { run, toolbox, orderCount } = await setUpToolbox({ approve: { above: "250" } });
    const first = await run("placeMarketOrder", large, { callId: "a" });
    expect(codeOf(first)).toBe("APPROVAL_REQUIRED");
    expect((await toolbox.status()).used).toMatchObject({ value: "0", orders: 0 });
    const approval = await toolbox.approve(requestOf(first));
    expect(codeOf(await run("placeMarketOrder", large, { callId: "a", approval }))).toBe("ok");
    expect(await run("placeMarketOrder", large, { callId: "a", approval })).toMatchObject({ ok: true, repeated: true });
    expect(await orderCount()).toBe(1);
  });

  test("works once: 50 replays, here and in another process, place nothing", async () => {
    const { run, toolbox, another, drive, orderCount } = await setUpToolbox({ approve: { above: "250", secret } });
    const approval = await toolbox.approve(requestOf(await run("placeMarketOrder", large, { callId: "a" })));
    const other = another();
    const results = await drive(
      Promise.all(
        Array.from({ length: 50 }, (_, at) =>
          (at % 2 ? toolbox : other).run("placeMarketOrder", large, { callId: `r${at}`, approval }),
        ),
      ),
    );
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    expect(new Set(results.map(codeOf))).toEqual(new Set(["ok", "APPROVAL_USED"]));
    expect(await orderCount()).toBe(1);
  });

  test.each<[string, object]>([
    ["quantity", { ...large, quantity: "3.1" }],
    ["side", { ...large, side: "sell" }],
    ["pair", { ...large, symbol: "ETHUSDT", quantity: "30" }],
  ])("is not valid for another %s", async (_name, input) => {
    const { run, toolbox, orderCount } = await setUpToolbox({ approve: { above: "250" } });
    const approval = await toolbox.approve(requestOf(await run("placeMarketOrder", large)));
    expect(codeOf(await run("placeMarketOrder", input, { approval }))).toBe("APPROVAL_INVALID");
    expect(codeOf(await run("placeTakeProfit", { ...large, triggerPrice: "100" }, { approval }))).toBe(
      "APPROVAL_INVALID",
    );
    expect(await orderCount()).toBe(0);
  });

  test("is valid for another notation of the same order", async () => {
    const { run, toolbox } = await setUpToolbox({ approve: { above: "250" } });
    const approval = await toolbox.approve(requestOf(await run("placeMarketOrder", large)));
    const same = { symbol: "btcusdt", side: "buy", quantity: 3, note: null };
    expect(codeOf(await run("placeMarketOrder", same, { approval }))).toBe("ok");
  });

  test("cannot be made of a changed, foreign, invented or expired request", async () => {
    const { run, toolbox, another, lossy } = await setUpToolbox({ approve: { above: "250", validFor: 60_000 } });
    const request = requestOf(await run("placeMarketOrder", large));
    const later = new Date(lossy.clock.now() + 59_000).toISOString();
    for (const changed of [
      { ...request, input: { ...large, quantity: "300" } },
      { ...request, summary: "Buy 0.001 BTCUSDT" },
      { ...request, value: "1" },
      { ...request, tool: "placeLimitOrder" },
      { ...request, expiresAt: later },
      { ...request, id: request.id.replace(/^./, (first) => (first === "0" ? "1" : "0")) },
      { ...request, id: "x" },
      { ...request, input: { quantity: () => 1 } },
      {},
      null,
    ])
      await expect(toolbox.approve(changed as ApprovalRequest)).rejects.toThrow("request");
    await expect(another().approve(request)).rejects.toThrow("was not made by this toolbox");
    await lossy.clock.advance(61_000);
    await expect(toolbox.approve(request)).rejects.toThrow("has expired");
  });

  test.each([true, "true", "yes", "", "approved", { approved: true }, "a.b.c", "..", 1])(
    "cannot be made up: %j",
    async (approval) => {
      const { run, orderCount } = await setUpToolbox({ approve: { above: "250" } });
      expect(codeOf(await run("placeMarketOrder", large, { approval: approval as string }))).toBe("APPROVAL_INVALID");
      expect(await orderCount()).toBe(0);
    },
  );

  test("expires, also if the clock is set back", async () => {
    const { run, toolbox, lossy } = await setUpToolbox({ approve: { above: "250", validFor: 60_000 } });
    const approval = await toolbox.approve(requestOf(await run("placeMarketOrder", large)));
    await lossy.clock.advance(61_000);
    expect(codeOf(await run("placeMarketOrder", large, { approval }))).toBe("APPROVAL_INVALID");
  });

  test("survives a restart only with a secret, and is then still valid once", async () => {
    const { run, toolbox, another, drive, orderCount, lossy } = await setUpToolbox({ approve: { above: "250" } });
    const lost = await toolbox.approve(requestOf(await run("placeMarketOrder", large)));
    expect(codeOf(await drive(another().run("placeMarketOrder", large, { approval: lost })))).toBe("APPROVAL_INVALID");
    const policy = { approve: { above: "250", secret } };
    const before = another(policy);
    expect(another(policy).id).toBe(before.id);
    const approval = await before.approve(requestOf(await drive(before.run("placeMarketOrder", large))));
    expect(codeOf(await drive(another(policy).run("placeMarketOrder", large, { approval })))).toBe("ok");
    expect(codeOf(await drive(another(policy).run("placeMarketOrder", large, { approval })))).toBe("APPROVAL_USED");
    const stranger = another({ ...policy, actor: "somebody else" });
    expect(codeOf(await drive(stranger.run("placeMarketOrder", large, { approval })))).toBe("APPROVAL_INVALID");
    expect(await orderCount()).toBe(1);
    expect(lossy.sent).toHaveLength(1);
  });

  test("is never in the journal, and neither is the secret", async () => {
    const { run, toolbox, entries } = await setUpToolbox({ approve: { above: "250", secret } });
    const approval = await toolbox.approve(requestOf(await run("placeMarketOrder", large, { callId: "a" })));
    await run("placeMarketOrder", large, {
      callId: "a",
      approval,
      reason: `because ${secret} and ak_live_0123456789abcdef`,
    });
    const text = JSON.stringify(await entries());
    expect(text).not.toContain(secret);
    expect(text).not.toContain(approval);
    expect(text).not.toContain(approval.split(".")[2]);
    expect(text).not.toContain("ak_live_0123456789abcdef");
  });
});

describe("needsApproval", () => {
  test("tells frameworks which calls need one", async () => {
    const { toolbox, drive } = await setUpToolbox({ approve: { above: "250" } });
    const needs = (name: string, input: unknown): Promise<ApprovalRequest | null> =>
      drive(toolbox.needsApproval(name, input));
    expect(await needs("placeMarketOrder", large)).toMatchObject({ tool: "placeMarketOrder", input: large });
    expect(await needs("placeMarketOrder", small)).toBeNull();
    expect(await needs("placeMarketOrder", { ...large, quantity: "$5" })).toBeNull();
    expect(await needs("getPrice", { symbol: "BTCUSDT" })).toBeNull();
    expect(await needs("cancelAllOrders", {})).toBeNull();
    expect(await needs("nothing", {})).toBeNull();
  });

  test("keeps its request for a call ID, and run returns it as repeated", async () => {
    const { run, toolbox, another, drive, orderCount, lossy } = await setUpToolbox({
      approve: { above: "250", secret, validFor: 60_000 },
    });
    const callId = "a";
    const request = await drive(toolbox.needsApproval("placeMarketOrder", large, { callId }));
    expect(await drive(toolbox.needsApproval("placeMarketOrder", large, { callId }))).toEqual(request);
    expect(await drive(another().needsApproval("placeMarketOrder", large, { callId }))).toEqual(request);
    expect(await run("placeMarketOrder", large, { callId })).toMatchObject({
      ok: false,
      error: { code: "APPROVAL_REQUIRED" },
      approvalRequest: request,
      repeated: true,
    });
    expect(await run("placeMarketOrder", large, { callId: "b" })).not.toHaveProperty("repeated");
    await lossy.clock.advance(61_000);
    expect(await drive(toolbox.needsApproval("placeMarketOrder", large, { callId }))).not.toEqual(request);
    const fresh = await drive(toolbox.needsApproval("placeMarketOrder", large, { callId }));
    const approval = await toolbox.approve(fresh as ApprovalRequest);
    expect(codeOf(await run("placeMarketOrder", large, { callId, approval }))).toBe("ok");
    expect(await drive(toolbox.needsApproval("placeMarketOrder", large, { callId }))).toBeNull();
    expect(await orderCount()).toBe(1);
  });
});
