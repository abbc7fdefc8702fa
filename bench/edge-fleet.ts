// A fleet of bots with one account, in virtual time: how long until everybody is served, and how fair. Runs alone:
// npm exec -- node bench/edge-fleet.ts
import { Ledger, type Budget } from "../src/limits/index.ts";
import { fleet, pause } from "../test/support/limitedFleet.ts";
import { quickClock } from "../test/support/quickClock.ts";
import { rateServer } from "../test/support/rateServer.ts";
import { drive } from "../test/support/drive.ts";
import { seeded } from "../test/support/seeded.ts";

/** Calls of one bot's run: it reads its orders, places one, and cancels an old one. */
const RUN = [2, 1, 0] as const;
const MINUTE = 60_000;

interface FleetFigures {
  readonly agents: number;
  readonly calls: number;
  readonly requestsPerCall: number;
  readonly minutes: number;
  readonly fewest: number;
  readonly medianWait: number;
  readonly worstWait: number;
  /** The longest a cancel waited, in seconds. */
  readonly worstCancel: number;
  /** Minutes between the first and the last bot that was done. */
  readonly spread: number;
  readonly rejections: number;
}

async function measure(count: number): Promise<FleetFigures> {
  const clock = quickClock(Date.UTC(2026, 2, 5, 14, 0, 0));
  const server = rateServer(clock);
  const random = seeded(count);
  const ledger = new Ledger({ now: () => clock.now() });
  let requests = 0;
  const budget: Budget = {
    async lease(request) {
      requests++;
      await pause(clock, random() * 20);
      const reply = ledger.lease(request);
      await pause(clock, random() * 20);
      return reply;
    },
  };
  const { agent, served } = fleet(clock, server, 100);
  const done: number[] = [];
  const runs = Array.from({ length: count }, async (_, index) => {
    const one = agent(budget, index, { random, latency: 40 });
    // An alarm is not exact.
    await pause(clock, random() * 500);
    for (const rank of RUN) await one.request(rank);
    one.limiter.close();
    done.push(clock.elapsed());
  });
  await drive(clock, Promise.all(runs), 24 * 60 * MINUTE, MINUTE);
  const waits = served.map(({ madeAt, grantedAt }) => grantedAt - madeAt).toSorted((a, b) => a - b);
  const cancels = served.filter(({ rank }) => rank === 0).map(({ madeAt, grantedAt }) => grantedAt - madeAt);
  const counts = [...server.counts.values()];
  return {
    agents: count,
    calls: served.length,
    requestsPerCall: requests / served.length,
    minutes: Math.max(...done) / MINUTE,
    fewest: Math.min(...counts.slice(0, -1)),
    medianWait: (waits[Math.floor(waits.length / 2)] ?? 0) / MINUTE,
    worstWait: (waits.at(-1) ?? 0) / MINUTE,
    worstCancel: Math.max(...cancels) / 1000,
    spread: (Math.max(...done) - Math.min(...done)) / MINUTE,
    rejections: server.rejections.length,
  };
}

console.log(
  "| bots | calls | requests to the budget per call | minutes until all are done | fewest requests in a window before the last | median wait | longest wait | longest wait of a cancel | first to last bot | rejected |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
);
for (const count of [10, 100, 1000]) {
  const figures = await measure(count);
  const { agents, calls, requestsPerCall, minutes, fewest, medianWait, worstWait, worstCancel, spread, rejections } =
    figures;
  console.log(
    `| ${agents} | ${calls} | ${requestsPerCall.toFixed(2)} | ${minutes.toFixed(1)} | ${fewest} | ${medianWait.toFixed(1)} min | ${worstWait.toFixed(1)} min | ${worstCancel.toFixed(1)} s | ${spread.toFixed(1)} min | ${rejections} |`,
  );
}
