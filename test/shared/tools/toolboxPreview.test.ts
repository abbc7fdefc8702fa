// What a toolbox says of an order before it is placed, and what it simulates.
import { expect, test } from "vitest";
import { codeOf, mandate, setUpToolbox } from "../../support/toolboxSetup.ts";

const buy = { symbol: "BTCUSDT", side: "buy", quantity: "1" };

test("a preview says what an order would do, and which limit is nearest", async () => {
  const { toolbox, drive, orderCount, entries, run } = await setUpToolbox({
    mandate: { ...mandate, maxOrder: "400", maxPerDay: "250", maxOrdersPerDay: 20 },
    approve: { above: "150" },
  });
  expect(await drive(toolbox.preview("placeMarketOrder", buy))).toMatchObject({
    ok: true,
    data: {
      executes: "now",
      fill: { price: "100.01", fee: "0.10001" },
      allowed: true,
      needsApproval: false,
      limits: [{ cap: "maxPerDay" }, { cap: "maxOrder" }, { cap: "maxOrdersPerDay" }],
    },
  });
  expect(await drive(toolbox.preview("placeMarketOrder", { ...buy, quantity: "3" }))).toMatchObject({
    ok: true,
    data: { allowed: false, needsApproval: true, refusal: { code: "LIMIT_EXCEEDED" } },
  });
  expect(await drive(toolbox.preview("placeMarketOrder", { ...buy, symbol: "SOLUSDT" }))).toMatchObject({ ok: false });
  expect(codeOf(await drive(toolbox.preview("placeMarketOrder", { ...buy, quantity: "10%" })))).toBe("INVALID_INPUT");
  expect(codeOf(await drive(toolbox.preview("getPrice", { symbol: "BTCUSDT" })))).toBe("TOOL_NOT_AVAILABLE");
  expect(codeOf(await drive(toolbox.preview("nothing", {})))).toBe("TOOL_NOT_AVAILABLE");
  expect(await orderCount()).toBe(0);
  expect(await entries()).toEqual([]);
  await run("placeMarketOrder", buy);
  expect(await drive(toolbox.preview("placeMarketOrder", { ...buy, side: "sell" }))).toMatchObject({
    ok: true,
    data: { allowed: true, limits: [] },
  });
  await drive(toolbox.halt());
  expect(await drive(toolbox.preview("placeMarketOrder", buy))).toMatchObject({
    ok: true,
    data: { allowed: false, refusal: { code: "HALTED" } },
  });
});

test("a dry run checks calls like real ones, and has no effect", async () => {
  const { lossy, another, drive, orderCount } = await setUpToolbox({ mandate: { ...mandate, maxOrder: "150" } });
  await drive(lossy.createClient().placeLimitOrder({ ...buy, side: "buy", price: "50" }));
  for (const dryRun of [true, lossy.exchange]) {
    const dry = another({ dryRun });
    const result = await drive(dry.run("placeMarketOrder", buy, { callId: "a" }));
    expect(result).toMatchObject({ ok: true, data: { simulated: true } });
    expect(await drive(dry.run("placeMarketOrder", buy, { callId: "a" }))).toEqual({ ...result, repeated: true });
    expect(codeOf(await drive(dry.run("placeMarketOrder", { ...buy, quantity: "2" })))).toBe("LIMIT_EXCEEDED");
    expect(codeOf(await drive(dry.run("placeMarketOrder", { ...buy, quantity: "x" })))).toBe("INVALID_INPUT");
    expect(await drive(dry.run("cancelAllOrders", {}))).toMatchObject({ ok: true, data: { simulated: true } });
    expect((await dry.status()).used).toMatchObject({ value: "0", orders: 0, unknown: 0 });
    await drive(dry.halt());
    expect(codeOf(await drive(dry.run("placeMarketOrder", buy)))).toBe("HALTED");
    await dry.resume("Ada");
    await dry.close();
  }
  expect(await orderCount()).toBe(1);
  expect(await drive(lossy.createClient().getOpenOrders())).toHaveLength(1);
  expect(lossy.sent).toHaveLength(1);
  // The call ID of a simulation is free for a real call.
  expect(codeOf(await drive(another().run("placeMarketOrder", buy, { callId: "a" })))).toBe("ok");
});
