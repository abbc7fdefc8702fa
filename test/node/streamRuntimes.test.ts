// The stream of the built package over the sockets of each runtime, at the exchange as a server.
import { afterAll, beforeAll, expect, test } from "vitest";
import { repository, run } from "../support/run-process.ts";
import { runtimes } from "../support/runtimes.ts";
import { fromSources, killServers, startServe, type Served } from "../support/serveProcess.ts";

let served: Served;
beforeAll(async () => {
  served = await startServe(fromSources, "--port", "0", "--host", "127.0.0.1");
});
afterAll(killServers);

test.for(runtimes)(
  "in %s it delivers ticks and orders, knows a refused key, and lets the program end",
  async (runtime) => {
    const [, command, args] = runtime;
    const script = `${repository}test/runtimes/stream.js`;
    const { code, output } = await run(command, [...args, script, served.url, served.apiKey]);
    expect(output.trim().split("\n")).toEqual(["stream filled connecting,live", "true INVALID_API_KEY"]);
    expect(code).toBe(0);
  },
);
