// Requests per second of the served exchange over loopback HTTP, compared with a bare node:http handler with the same body.
import { fork, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { quantile } from "./harness.ts";
import type { Load } from "./load.ts";

const path = "/api/v1/market/price/BTCUSDT";

export interface ServeFigures {
  /** Requests per second, medians of the rounds. */
  readonly bare: number;
  readonly exchange: number;
  /** Median of the rounds' ratios, with the quartiles. */
  readonly ratio: number;
  readonly quartiles: readonly [number, number];
}

async function messageOf(child: ChildProcess): Promise<number> {
  const [message] = (await once(child, "message")) as [number];
  return message;
}

/** Starts `agentexchange serve` as a separate process. */
async function startExchange(): Promise<{ readonly port: number; readonly child: ChildProcess }> {
  const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
  const child = spawn(process.execPath, [main, "serve", "--port", "0", "--seed", "1"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [greeting] = (await once(child.stdout, "data")) as [Buffer];
  return { port: Number(/:(\d+) /.exec(greeting.toString())?.[1]), child };
}

export async function serveBench(rounds = 9, requests = 10_000): Promise<ServeFigures> {
  const bareServer = fork(new URL("server.ts", import.meta.url));
  const barePort = await messageOf(bareServer);
  const exchange = await startExchange();
  const generator = fork(new URL("load.ts", import.meta.url));
  const rate = (port: number, count = requests): Promise<number> => {
    const load: Load = { port, path, connections: 32, requests: count };
    generator.send(load);
    return messageOf(generator);
  };
  try {
    for (const port of [barePort, exchange.port]) await rate(port, 3 * requests);
    const bare: number[] = [];
    const served: number[] = [];
    for (let round = 0; round < rounds; round++) {
      if (round % 2 === 0) bare.push(await rate(barePort));
      served.push(await rate(exchange.port));
      if (round % 2 === 1) bare.push(await rate(barePort));
    }
    const ratios = served.map((value, round) => value / (bare[round] ?? value));
    return {
      bare: quantile(bare, 0.5),
      exchange: quantile(served, 0.5),
      ratio: quantile(ratios, 0.5),
      quartiles: [quantile(ratios, 0.25), quantile(ratios, 0.75)],
    };
  } finally {
    bareServer.disconnect();
    generator.disconnect();
    exchange.child.kill("SIGTERM");
  }
}
