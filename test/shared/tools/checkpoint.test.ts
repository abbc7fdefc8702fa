// A journal with checkpoints: a toolbox that starts from one knows what a toolbox that read everything knows.
import { expect, test } from "vitest";
import { memoryBotStore } from "../../../src/bots/index.ts";
import type { JournalStore } from "../../../src/tools/index.ts";
import { CHECKPOINT_EVERY } from "../../../src/tools/toolbox/checkpoint.ts";
import { verifyJournal } from "../../../src/tools/journal/verifyJournal.ts";
import { codeOf, mandate, setUpToolbox } from "../../support/toolboxSetup.ts";

const buy = { symbol: "BTCUSDT", side: "buy", quantity: "1" };

/** The same journal without its checkpoints, so that everything is read. */
function whole(journal: JournalStore): JournalStore {
  return { read: (...range) => journal.read(...range), append: (...entries) => journal.append(...entries) };
}

test("limits, waiting and unknown orders, outcomes and halts survive in a checkpoint", async () => {
  const { journal } = memoryBotStore();
  const limits = { ...mandate, maxOrdersPerDay: 100, maxExposure: "50000" };
  const setup = await setUpToolbox({ journal, mandate: limits });
  const { another, run, drive, lossy } = setup;
  const limit = { ...buy, price: "90" };
  const resting = await run("placeLimitOrder", limit, { callId: "resting" });
  lossy.fates.push("never answered");
  const slow = another({}, { timeout: 2000 });
  expect(codeOf(await drive(slow.run("placeMarketOrder", { ...buy, quantity: "2" }, { callId: "lost" })))).toBe(
    "ORDER_OUTCOME_UNKNOWN",
  );
  for (let count = 0; count < 80; count++) await run("placeMarketOrder", buy, { callId: `c${count}` });
  const checkpoint = await journal.checkpoint?.();
  expect(checkpoint?.seq).toBeGreaterThanOrEqual(CHECKPOINT_EVERY);
  expect(verifyJournal(await journal.read(0))).toMatchObject({ ok: true });

  const quick = another();
  const thorough = another({ journal: whole(journal) });
  expect(await drive(quick.status())).toEqual(await drive(thorough.status()));
  expect((await drive(quick.status())).used.orders).toBeGreaterThan(80);
  expect(await quick.lookUp("resting")).toEqual(await thorough.lookUp("resting"));
  expect(await quick.lookUp("c79")).toEqual(await thorough.lookUp("c79"));
  expect(await drive(quick.run("placeLimitOrder", limit, { callId: "resting" }))).toEqual({
    ...resting,
    repeated: true,
  });
  expect(codeOf(await drive(quick.run("placeLimitOrder", buy, { callId: "resting" })))).toBe("CALL_ID_REUSED");
  await drive(quick.halt({ reason: "a test" }));
  for (let count = 0; count < 2 * CHECKPOINT_EVERY; count++)
    await run("placeMarketOrder", buy, { callId: `d${count}` });
  const later = another();
  expect(await drive(later.status())).toEqual(await drive(another({ journal: whole(journal) }).status()));
  expect((await drive(later.status())).halted).toMatchObject({ reason: "a test" });
});

test("a toolbox reads the newest checkpoint and what follows, however long the journal is", async () => {
  const { journal } = memoryBotStore();
  const { another, run, drive } = await setUpToolbox({ journal });
  let read = 0;
  const counted: JournalStore = {
    ...journal,
    read: async (...range) => {
      const entries = await journal.read(...range);
      read += entries.length;
      return entries;
    },
  };
  // More than the exchange accepts in a minute: the others are rejected.
  for (let count = 0; count < 300; count++) await run("placeMarketOrder", buy);
  expect(await drive(another({ journal: counted }).status())).toMatchObject({ used: { orders: 100 } });
  expect(read).toBeLessThan(CHECKPOINT_EVERY + 10);
  expect((await journal.read(0)).length).toBeGreaterThan(900);
});

test("a checkpoint that was changed is noticed", async () => {
  const { journal } = memoryBotStore();
  const { another, run, drive } = await setUpToolbox({ journal });
  for (let count = 0; count < 80; count++) await run("placeMarketOrder", buy);
  const forged: JournalStore = {
    ...journal,
    checkpoint: async () => {
      const entry = await journal.checkpoint?.();
      return entry === undefined ? undefined : { ...entry, data: { ...entry.data, halted: null, days: [] } };
    },
  };
  await expect(drive(another({ journal: forged }).status())).rejects.toThrow("The journal was changed or is damaged");
});

test("a toolbox that slept while the journal was trimmed goes on from the checkpoint", async () => {
  const { journal } = memoryBotStore();
  const { another, run, drive } = await setUpToolbox({ journal });
  const sleeper = another();
  await run("placeMarketOrder", buy);
  expect(await drive(sleeper.status())).toMatchObject({ used: { orders: 1 } });
  for (let count = 0; count < 80; count++) await run("placeMarketOrder", buy);
  const { seq = 0 } = (await journal.checkpoint?.()) ?? {};
  const trimmed: JournalStore = { ...journal, read: (after, limit) => journal.read(Math.max(after, seq - 1), limit) };
  const late = another({ journal: trimmed });
  expect(await drive(late.status())).toMatchObject({ used: { orders: 81 } });
});
