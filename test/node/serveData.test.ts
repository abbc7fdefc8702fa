// `agentexchange serve --data`: no data is lost when it is killed and restarted.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test } from "vitest";
import { AgentExchangeClient } from "../../src/index.ts";
import { repository, run } from "../support/run-process.ts";
import { endServe, fromSources, killServers, startServe } from "../support/serveProcess.ts";

const folder = mkdtempSync(join(tmpdir(), "serve-"));
afterEach(killServers);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a server that is killed has all its data after a restart, including seed and keys", async () => {
  const file = join(folder, "exchange.db");
  const first = await startServe(fromSources, "--port", "0", "--data", file);
  const { apiKey } = first;
  const client = new AgentExchangeClient({ baseUrl: first.url, apiKey });
  const order = await client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.01" });
  const balance = JSON.stringify(await client.getBalance());
  await client.close();
  await endServe(first, "SIGKILL");

  const second = await startServe(fromSources, "--port", "0", "--data", file, "--demo");
  expect(second.apiKey).not.toBe(apiKey);
  const again = new AgentExchangeClient({ baseUrl: second.url, apiKey });
  expect((await again.getOrder(order.orderId)).status).toBe("filled");
  const { balances } = await again.getBalance();
  expect(JSON.stringify(balances)).toBe(JSON.stringify((JSON.parse(balance) as { balances: unknown }).balances));
  await again.close();
});

test("a file whose keys are derived from its seed is served to this machine only", async () => {
  const file = join(folder, "seeded.db");
  await endServe(await startServe(fromSources, "--port", "0", "--data", file, "--insecure-keys"), "SIGTERM");
  const args = ["--no-warnings", `${repository}src/cli/main.ts`, "serve", "--port", "0", "--data", file];
  const { code, output } = await run(process.execPath, [...args, "--host", "0.0.0.0"]);
  expect(output).toMatch(/^the store's keys are derived from its seed, .*\n$/);
  expect(code).toBe(1);
  await endServe(await startServe(fromSources, "--port", "0", "--data", file), "SIGTERM");
});

test("an invalid file is reported in one line", async () => {
  const file = join(folder, "notes.txt");
  writeFileSync(file, "Dear diary, ".repeat(1000));
  const args = ["--no-warnings", `${repository}src/cli/main.ts`, "serve", "--port", "0", "--data", file];
  const { code, output } = await run(process.execPath, args);
  expect(output).toBe(`${file} is not a store of an exchange\n`);
  expect(code).toBe(1);
});
