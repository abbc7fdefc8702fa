import { describe, expect, it, vi } from "vitest";
import { Table } from "../../../src/exchange/collections/table.ts";
import { Tree } from "../../../src/exchange/collections/tree.ts";
import { addOwn, countOwn, newestOwn, removeOwn, type OwnIds } from "../../../src/exchange/engine/ownIds.ts";
import { randomWalkMarket } from "../../../src/exchange/index.ts";
import { BOTH, DAWN } from "./backtests.ts";
import { open, trader, type Trader } from "./trader.ts";

const DEFINITION = { pairs: ["BTCUSDT"], entry_conditions: { rsi_below: 30 }, exit_conditions: { stop_loss_pct: 1 } };
const BACKTEST = { start_time: DAWN, end_time: "2026-01-02T00:00:00Z", starting_balance: "1000" };
const LISTS = [
  "/backtest/list",
  "/backtest/best",
  "/account/mode",
  "/strategies",
  "/strategies?status=draft",
  "/training/runs",
  "/webhooks",
] as const;

async function createAll(owner: Trader, times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    await owner.send("POST", "/backtest/create", BACKTEST);
    await owner.send("POST", "/strategies", { name: `strategy ${time}`, definition: DEFINITION });
    await owner.send("POST", "/training/runs", { run_id: crypto.randomUUID() });
    if (time < 20)
      await owner.send("POST", "/webhooks", { url: "https://example.com/", events: ["strategy.deployed"] });
  }
}

describe("the lists of an account", () => {
  it.each(BOTH)("read its own records only (%s)", async (fidelity) => {
    const reads: number[] = [];
    for (const others of [2, 60]) {
      const exchange = open({ market: randomWalkMarket({ seed: 1 }), fidelity });
      const owner = await trader(exchange);
      await createAll(owner, 3);
      await createAll(await trader(exchange), others);
      const get = vi.spyOn(Table.prototype, "get");
      const values = vi.spyOn(Table.prototype, "values");
      for (const path of LISTS) await owner.get(path);
      const rows = values.mock.results.reduce((sum, { value }) => sum + (value as unknown[]).length, 0);
      reads.push(get.mock.calls.length + rows);
      vi.restoreAllMocks();
    }
    expect(reads[1]).toBe(reads[0]);
  });

  it("read a page of it, not all", async () => {
    const exchange = open({ market: randomWalkMarket({ seed: 1 }) });
    const owner = await trader(exchange);
    await createAll(owner, 30);
    const get = vi.spyOn(Table.prototype, "get");
    for (const path of ["/backtest/list?limit=2", "/strategies?limit=2", "/training/runs?limit=2"] as const)
      await owner.get(path);
    // Beside the caller's account and agent.
    expect(get.mock.calls.length).toBeLessThan(30);
    vi.restoreAllMocks();
  });
});

describe("ids by account", () => {
  it("are in the order of creation, and none of another account's", () => {
    const ids: OwnIds = new Tree();
    for (let number = 0; number < 30; number++) addOwn(ids, `account-${number % 3}`, `id ${number}`);
    removeOwn(ids, "account-1", "id 28");
    removeOwn(ids, "account-1", "id 4");
    removeOwn(ids, "account-1", "id 0");
    addOwn(ids, "account-1", "new");
    expect(newestOwn(ids, "account-1", 3, 1)).toEqual(["id 25", "id 22", "id 19"]);
    expect(newestOwn(ids, "account-1")).toHaveLength(9);
    expect([countOwn(ids, "account-0"), countOwn(ids, "account-1"), countOwn(ids, "account")]).toEqual([10, 9, 0]);
    expect(newestOwn(ids, "account-3")).toEqual([]);
  });
});
