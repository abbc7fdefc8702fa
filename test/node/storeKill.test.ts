// Repeatedly kills a process under load and checks its store.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createExchange } from "../../src/exchange/index.ts";
import { sqliteStore } from "../../src/exchange/sqlite/index.ts";
import { runChild } from "../support/killChild.ts";
import { repository } from "../support/run-process.ts";
import { seeded } from "../support/seeded.ts";
import { checkOrders, nothingSaid, take, type Line, type Said } from "../support/storedOrders.ts";

const KILLS = 50;
const CHAINS = 5;

const folder = mkdtempSync(join(tmpdir(), "store-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a child until it has received responses to this many orders and some more time has passed, then kills it. */
async function runUntilKilled(file: string, seed: number, said: Said, orders: number, delay: number): Promise<void> {
  const script = `${repository}test/support/storeChild.ts`;
  const known = said.apiKey === undefined ? [] : [said.apiKey, String(said.asked.size)];
  let told = 0;
  let ending = false;
  const end = await runChild(script, [file, String(seed), ...known], (line, child) => {
    if (take(said, JSON.parse(line) as Line)) told++;
    if (told < orders || ending) return;
    ending = true;
    setTimeout(() => child.kill("SIGKILL"), delay);
  });
  expect(end).toBe("SIGKILL");
}

test(
  `after each of ${KILLS} kills everything confirmed is there, once, and the money is right`,
  { timeout: 120_000 },
  async () => {
    const random = seeded(20260105);
    let orders = 0;
    for (let chain = 0; chain < CHAINS; chain++) {
      const file = join(folder, `chain-${chain}.db`);
      const said = nothingSaid();
      for (let kill = 0; kill < KILLS / CHAINS; kill++) {
        await runUntilKilled(file, chain * KILLS + kill, said, Math.floor(random() * 60), Math.floor(random() * 8));
        const exchange = createExchange({ store: sqliteStore(file), seed: 42, rateLimits: false });
        orders = Math.max(orders, await checkOrders(exchange, said));
      }
      expect(said.told.size).toBeGreaterThan(0);
    }
    expect(orders).toBeGreaterThan(100);
  },
);
