// The exchange in a Durable Object, in workerd. Computing time is read from the
// system, because workerd's own clock stands still meanwhile.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";

export interface EdgeExchangeFigures {
  /** Per second of computing. */
  readonly commandsPerSecond: number;
  /** Milliseconds of computing for the first request after a start and for the next ones, by number of commands before. */
  readonly wakes: readonly { readonly commands: number; readonly ms: number; readonly warmMs: number }[];
  readonly megabytesPerObject: number;
  readonly megabytesStored: number;
}

const WORKER = `
import { ExchangeObject } from "agentexchange/workers";
export class Exchange extends ExchangeObject {
  static options = { rateLimits: false };
  async ask(apiKey, method, path, body) {
    const init = { method, headers: { "x-api-key": apiKey, "content-type": "application/json" }, body: body && JSON.stringify(body) };
    const response = await this.fetch(new Request("https://x/api/v1" + path, init));
    if (!response.ok) throw new Error(await response.text());
    return response.status === 204 ? undefined : response.json();
  }
  async open() {
    const { accountKey } = await this.register({ displayName: "bench" });
    const risk_profile = { max_position_size_pct: 100, daily_loss_limit_pct: 100, max_open_orders: 1000000, max_order_size_pct: 100, order_rate_limit: 1000000 };
    const agent = await this.ask(accountKey, "POST", "/agents", { display_name: "bench", starting_balance: "1000000", risk_profile });
    return agent.api_key;
  }
  async load(apiKey, commands) {
    for (let done = 0; done < commands; done += 100) {
      await Promise.all(Array.from({ length: 50 }, async () => {
        const order = { symbol: "BTCUSDT", side: "buy", type: "limit", quantity: "0.001", price: "20000" };
        const { order_id } = await this.ask(apiKey, "POST", "/trade/order", order);
        await this.ask(apiKey, "DELETE", "/trade/order/" + order_id);
      }));
    }
    const { n } = this.ctx.storage.sql.exec("SELECT max(id) AS n FROM exchange_entries").one();
    return { entries: n, bytes: this.ctx.storage.sql.databaseSize };
  }
}
export default {
  async fetch(request, env) {
    if (request.method === "HEAD") return new Response(null);
    const { name, method, parameters } = await request.json();
    return Response.json({ result: await env.EXCHANGE.getByName(name)[method](...parameters) ?? null });
  },
};
`;

interface Bench {
  call<Result>(name: string, method: string, ...parameters: readonly unknown[]): Promise<Result>;
  readonly cpu: () => number;
  readonly memory: () => number;
  stop(): Promise<void>;
}

export async function edgeExchangeBench(sizes: readonly number[]): Promise<EdgeExchangeFigures> {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  try {
    const { outputFiles } = await build({
      stdin: { contents: WORKER, resolveDir: import.meta.dirname },
      bundle: true,
      format: "esm",
      write: false,
      external: ["cloudflare:workers"],
      target: "es2022",
      conditions: ["worker"],
    });
    const script = outputFiles[0]?.text ?? "";
    let bench = await start(script, folder);
    const apiKey = await bench.call<string>("main", "open");
    await bench.call("main", "load", apiKey, 2000);
    const others = new Map<string, string>();
    for (let other = 0; other < 20; other++) {
      const key = await bench.call<string>(`other ${other}`, "open");
      await bench.call(`other ${other}`, "load", key, 600);
      others.set(`other ${other}`, key);
    }
    let commands = 2000;
    let commandsPerSecond = 0;
    let megabytesStored = 0;
    const wakes = [];
    for (const size of sizes) {
      while (commands < size) {
        const count = Math.min(10_000, size - commands);
        const before = bench.cpu();
        const { bytes } = await bench.call<{ bytes: number }>("main", "load", apiKey, count);
        commandsPerSecond = Math.max(commandsPerSecond, (count / (bench.cpu() - before)) * 1000);
        commands += count;
        megabytesStored = bytes / 1e6;
      }
      const times = [];
      let warmMs = Infinity;
      for (let round = 0; round < 5; round++) {
        await bench.stop();
        bench = await start(script, folder);
        // The code is loaded and warm, as in an isolate that serves other objects.
        for (const [name, key] of others) await bench.call(name, "ask", key, "GET", "/account/balance");
        const balance = (): Promise<unknown> => bench.call("main", "ask", apiKey, "GET", "/account/balance");
        times.push(await timed(bench, balance));
        for (let warm = 0; warm < 20; warm++) warmMs = Math.min(warmMs, await timed(bench, balance));
      }
      console.log({ commands, times, warmMs, commandsPerSecond, megabytesStored });
      wakes.push({ commands, ms: times.toSorted((a, b) => a - b)[2] ?? 0, warmMs });
    }
    const before = bench.memory();
    const OBJECTS = 100;
    for (let index = 0; index < OBJECTS; index++) {
      const key = await bench.call<string>(`memory ${index}`, "open");
      await bench.call(`memory ${index}`, "load", key, 200);
    }
    const megabytesPerObject = (bench.memory() - before) / OBJECTS;
    await bench.stop();
    return { commandsPerSecond, wakes, megabytesPerObject, megabytesStored };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function timed({ cpu }: Bench, run: () => Promise<unknown>): Promise<number> {
  const before = cpu();
  await run();
  return cpu() - before;
}

/** Its program, from the package that Wrangler depends on. */
const { default: WORKERD } = createRequire(import.meta.url)("workerd") as { readonly default: string };

const CONFIG = (port: number): string => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .bench), (name = "disk", disk = (path = "objects", writable = true))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const bench :Workerd.Worker = (
  modules = [(name = "main", esModule = embed "worker.js")],
  compatibilityDate = "2026-10-20",
  bindings = [(name = "EXCHANGE", durableObjectNamespace = (className = "Exchange"))],
  durableObjectNamespaces = [(className = "Exchange", uniqueKey = "bench", enableSql = true)],
  durableObjectStorage = (localDisk = "disk"),
);
`;

async function start(script: string, folder: string): Promise<Bench> {
  const port = await freePort();
  mkdirSync(join(folder, "objects"), { recursive: true });
  writeFileSync(join(folder, "worker.js"), script);
  writeFileSync(join(folder, "config.capnp"), CONFIG(port));
  const child = spawn(WORKERD, ["serve", "config.capnp"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const url = `http://127.0.0.1:${port}/`;
  const send = async (body: object): Promise<unknown> => {
    const response = await fetch(url, { method: "POST", body: JSON.stringify(body) });
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    return (JSON.parse(text) as { readonly result: unknown }).result;
  };
  for (;;) {
    try {
      await fetch(url, { method: "HEAD" });
      break;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  return {
    call: async <Result>(name: string, method: string, ...parameters: readonly unknown[]) =>
      (await send({ name, method, parameters })) as Result,
    /** Milliseconds of computing so far, by all threads: other programs on the machine do not count. */
    cpu: () =>
      readdirSync(`/proc/${child.pid}/task`).reduce(
        (sum, task) =>
          sum + Number(readFileSync(`/proc/${child.pid}/task/${task}/schedstat`, "utf8").split(" ")[0]) / 1e6,
        0,
      ),
    /** Megabytes. */
    memory: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]) / 1000,
    async stop() {
      child.kill();
      await once(child, "exit");
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

// `node bench/edgeExchange.ts 100000 1000000`: it takes a quarter of an hour, so that bench/run.ts leaves it out.
if (import.meta.main) console.log(await edgeExchangeBench(process.argv.slice(2).map(Number)));
