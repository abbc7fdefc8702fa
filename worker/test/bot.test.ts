import { createScheduledController } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { expect, test } from "vitest";
import bot from "../src/index.ts";

const authorization = `Bearer ${env.ADMIN_TOKEN}`;

const tick = (minute: number) =>
  bot.scheduled(createScheduledController({ cron: "* * * * *", scheduledTime: Date.UTC(2026, 0, 5, 12, minute) }), env);

test("the same tick twice is one run, with one order at most", async () => {
  await tick(0);
  await tick(0);
  const { runs, portfolio } = await env.AGENT.getByName("main").status();
  expect(runs).toHaveLength(1);
  expect(runs[0]?.outcome).toMatch(/^(ordered|held)$/);
  expect(portfolio?.positions).toHaveLength(runs[0]?.order ? 1 : 0);
});

test("a halted bot places no order", async () => {
  const agent = env.AGENT.getByName("main");
  await agent.halt("test");
  await tick(1);
  const { halted, runs } = await agent.status();
  expect(halted).toMatchObject({ reason: "test" });
  expect(runs[0]?.order).toBeNull();
  await agent.resume("test");
});

test("the page needs the admin token", async () => {
  const url = "https://bot.example/";
  expect((await exports.default.fetch(url)).status).toBe(401);
  expect((await exports.default.fetch(url, { headers: { authorization } })).status).toBe(200);
});
