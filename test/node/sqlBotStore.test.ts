import { expect, test } from "vitest";
import { sqlBotStore } from "../../src/bots/index.ts";
import { testBotStore } from "../support/botStoreContract.ts";
import { sqlDatabase } from "../support/sqlDatabase.ts";

let database = sqlDatabase();
testBotStore((isNew) => {
  if (isNew) database = sqlDatabase();
  return sqlBotStore(database);
});

test("a database that refuses leaves nothing half written", () => {
  const inner = sqlDatabase();
  let statements = Number.POSITIVE_INFINITY;
  const store = sqlBotStore({
    exec(query, ...bindings) {
      if (statements-- <= 0) throw new Error("spending limit");
      return inner.exec(query, ...bindings);
    },
    transactionSync: (work) => inner.transactionSync(work),
  });
  const claim = store.claim({ scheduledTime: 1, cron: "a" }, 0, 1000);
  if (typeof claim === "string") throw new Error(claim);
  const record = { tick: claim.tick, fence: 1, reason: "x", cursor: null } as never;
  // It fails at one statement after another, until it fails at none.
  for (let count = 0; count < 4; count++) {
    statements = count;
    expect(() => store.finish(claim, record, { memory: { n: count }, open: [] })).toThrow("spending limit");
    statements = Number.POSITIVE_INFINITY;
    expect(store.isNewest(claim)).toBe(true);
    expect(store.runs(1)).toEqual([]);
  }
  expect(store.finish(claim, record, { memory: { n: 9 }, open: [] })).toBe(true);
  expect(store.runs(1)).toHaveLength(1);
});
