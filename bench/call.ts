// Cost of one call: this process's CPU time for sequential reads over loopback HTTP.
import { fork } from "node:child_process";
import ky from "ky";
import { AgentExchangeClient } from "agentexchange";
import { compare, type Measured } from "./harness.ts";

const path = "/api/v1/market/price/BTCUSDT";

export async function callBench(rounds = 40): Promise<readonly Measured[]> {
  const server = fork(new URL("server.ts", import.meta.url));
  try {
    const port = await new Promise<number>((resolve) =>
      server.once("message", (message) => resolve(message as number)),
    );
    const origin = `http://127.0.0.1:${port}`;
    const client = new AgentExchangeClient({ baseUrl: origin, apiKey: "ak_live_bench" });
    const outfitted = ky.create({
      prefix: origin,
      headers: { "x-api-key": "ak_live_bench" },
      retry: { limit: 3 },
      timeout: 30_000,
      hooks: { beforeRequest: [() => {}], afterResponse: [() => {}] },
    });
    return await compare(
      [
        { name: "raw fetch + json()", run: async (): Promise<unknown> => (await fetch(origin + path)).json() },
        { name: "ky with retry, timeout, prefix, headers, two hooks", run: () => outfitted.get(path.slice(1)).json() },
        { name: "client.getPrice", run: () => client.getPrice("BTCUSDT") },
      ],
      { rounds, batch: 200, clock: "cpu" },
    );
  } finally {
    server.disconnect();
  }
}
