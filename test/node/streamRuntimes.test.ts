// The built package's stream over each runtime's own sockets, connected to a served exchange.
import { afterAll, beforeAll, expect, test } from "vitest";
import { repository, run } from "../support/run-process.ts";
import { runtimes } from "../support/runtimes.ts";
import { fromSources, killServers, startServe, type Served } from "../support/serveProcess.ts";

let served: Served;
beforeAll(async () => {
  served = await startServe(fromSources, "--port", "0", "--host", "127.0.0.1");
});
afterAll(killServers);

test.for(runtimes)("%s receives ticks and orders, detects a rejected key, and exits", async (runtime) => {
  const [, command, args] = runtime;
  const script = `${repository}test/runtimes/stream.js`;
  const { code, output } = await run(command, [...args, script, served.url, served.apiKey]);
  expect(output.trim().split("\n")).toEqual(["stream filled connecting,live", "true INVALID_API_KEY"]);
  expect(code).toBe(0);
});
