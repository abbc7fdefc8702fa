// A budget among tabs, over real channels. What differs is how a tab is opened, and how it dies.
import { AgentExchangeClient, sharedLimiter, type ChannelBudget, type Clock, type LeaseRequest } from "agentexchange";
import { createExchange, virtualClock } from "agentexchange/exchange";
import { expect, test } from "vitest";
import { drive } from "./drive.ts";

/** One tab: its budget, and its end without a farewell. */
export interface TestTab {
  readonly budget: ChannelBudget;
  die(): void;
}

type OpenTab = (channel: string, clock: Clock) => TestTab;

/** The time of day is the test's, but messages between tabs take real time. */
function tabClock(clock: ReturnType<typeof virtualClock>): Clock {
  return {
    now: () => clock.now(),
    elapsed: () => clock.elapsed(),
    hold: (work) => clock.hold(work),
    setTimeout: (callback, ms) => setTimeout(callback, ms),
    clearTimeout: (timer) => clearTimeout(timer as number),
  };
}

function ask(holder: string, more: Partial<LeaseRequest> = {}): LeaseRequest {
  const base = { holder, tier: "orders", rank: 1, needed: 1, slots: 1, waited: 0, patience: 0, reports: [] } as const;
  return { ...base, ahead: [0, 0], ...more };
}

export function testChannels(how: string, openTab: OpenTab): void {
  let channels = 0;
  const newChannel = (): string => `${how} ${Date.now()} ${channels++}`;
  // In the middle of a minute, so that it does not end during a test.
  const opened = (channel: string): TestTab => openTab(channel, tabClock(virtualClock("2026-11-27T12:00:20Z")));

  test(`${how}: five tabs at once get exactly the free slots`, async () => {
    const channel = newChannel();
    const tabs = Array.from({ length: 5 }, () => opened(channel));
    const asked = tabs.flatMap(({ budget }, tab) =>
      Array.from({ length: 40 }, (_, index) => budget.lease(ask(`tab ${tab} ${index}`))),
    );
    const replies = await Promise.all(asked);
    expect(replies.filter(({ slots }) => slots === 1)).toHaveLength(90);
    for (const { budget } of tabs) budget.close();
  });

  test(`${how}: when the leading tab dies or leaves, another goes on with its count`, async () => {
    const channel = newChannel();
    const first = opened(channel);
    expect((await first.budget.lease(ask("a", { needed: 20, slots: 20 }))).slots).toBe(20);
    const second = opened(channel);
    expect((await second.budget.lease(ask("b", { needed: 20, slots: 20 }))).slots).toBe(20);
    first.die();
    const third = opened(channel);
    const [b, c] = await Promise.all([
      second.budget.lease(ask("b 2", { needed: 20, slots: 20 })),
      third.budget.lease(ask("c", { needed: 20, slots: 20 })),
    ]);
    expect([b.slots, c.slots]).toEqual([20, 20]);
    second.budget.close();
    expect((await third.budget.lease(ask("d", { needed: 20, slots: 20 }))).slots).toBe(10);
    await expect(second.budget.lease(ask("e"))).rejects.toThrow("closed");
    third.budget.close();
  });

  test(`${how}: a malformed request is rejected with its reason`, async () => {
    const channel = newChannel();
    const [one, two] = [opened(channel), opened(channel)];
    await one.budget.lease(ask("a"));
    await two.budget.lease(ask("b"));
    const malformed = ask("c", { slots: 21 });
    await expect(one.budget.lease(malformed)).rejects.toThrow("lease: slots must be an integer from 0 to 20");
    await expect(two.budget.lease(malformed)).rejects.toThrow("lease: slots must be an integer from 0 to 20");
    one.budget.close();
    two.budget.close();
  });

  test(`${how}: clients in two tabs are never rejected by the exchange, and use its window`, async () => {
    const channel = newChannel();
    const clock = virtualClock("2026-11-27T12:00:20Z");
    const exchange = createExchange({ clock, seed: 3 });
    const { apiKey } = await exchange.register();
    const statuses: (number | null)[] = [];
    const tabs = [openTab(channel, tabClock(clock)), openTab(channel, tabClock(clock))];
    const clients = tabs.map(
      ({ budget }) =>
        new AgentExchangeClient({
          ...exchange.connection,
          apiKey,
          rateLimit: sharedLimiter(budget),
          timeout: 600_000,
          onResponse: ({ status }) => void statuses.push(status),
        }),
    );
    const calls = clients.flatMap((client) => Array.from({ length: 60 }, () => client.listOrders()));
    await drive(clock, Promise.all(calls), 300_000, 1000);
    expect(statuses).toEqual(Array<number>(120).fill(200));
    // 90 in the first window, the others at the beginning of the next.
    expect(clock.elapsed()).toBeLessThan(45_000);
    await Promise.all(clients.map((client) => client.close()));
    for (const { budget } of tabs) budget.close();
  });
}
