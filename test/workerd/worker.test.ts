import { createScheduledController } from "cloudflare:test";
import { exports } from "cloudflare:workers";
import { expect, test } from "vitest";
import worker, { runs } from "./worker.ts";

test("a Worker reaches the server", async () => {
  const response = await exports.default.fetch("http://worker.test/");
  expect(await response.json()).toEqual({ status: 500 });
});

test("a cron run reaches the handler", async () => {
  await worker.scheduled(createScheduledController({ cron: "*/5 * * * *" }));
  expect(runs).toEqual(["*/5 * * * *"]);
});
