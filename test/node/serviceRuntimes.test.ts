// The documented service as a separate process: user errors are answered with 400, and it stops on SIGTERM.
import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { createExchange } from "../../src/exchange/index.ts";
import { repository, tool } from "../support/run-process.ts";
import { serve } from "../support/server.ts";

test.for([
  ["node", process.execPath, ["--experimental-strip-types", "--no-warnings"]],
  ["deno", tool("deno"), ["run", "--allow-all", "--no-check", "--cached-only"]],
  ["bun", tool("bun"), ["run"]],
] as const)("%s: users' mistakes are 400, and SIGTERM ends it", { timeout: 60_000 }, async ([, command, args]) => {
  const exchange = createExchange();
  const { apiKey } = await exchange.register();
  const platform = await serve((request) => exchange.fetch(request));
  const env = { ...process.env, AGENTEXCHANGE_API_KEY: apiKey, AGENTEXCHANGE_BASE_URL: platform.url };
  const child = spawn(command, [...args, `${repository}test/runtimes/service.js`], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const [port] = (await once(createInterface(child.stdout), "line")) as [string];
    const url = `http://127.0.0.1:${port}`;
    expect((await fetch(`${url}/portfolio`)).status).toBe(200);
    const place = async (body: string): Promise<number> =>
      (await fetch(`${url}/order`, { method: "POST", headers: { "content-type": "application/json" }, body })).status;
    expect(await place('{"symbol":"ETHUSDT","side":"buy","quantity":"0.01"}')).toBe(201);
    for (const body of ["", "{", "null", '{"symbol":"NOSUCHUSDT","side":"buy","quantity":"1"}'])
      expect([body, await place(body)]).toEqual([body, 400]);
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    expect(await exited).toEqual([0, null]);
  } finally {
    child.kill("SIGKILL");
    await platform.close();
  }
});
