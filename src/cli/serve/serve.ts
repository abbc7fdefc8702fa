import { existsSync } from "node:fs";
import { createExchange, systemClock, type Exchange, type ExchangeClock } from "../../exchange/index.ts";
import { scaledClock } from "../../exchange/time/scaledClock.ts";
import { PLATFORM_ORIGINS, type CorsOrigins } from "../../exchange/http/cors.ts";
import { addressesOf } from "./addresses.ts";
import { createAdmission, LOCAL_ORIGINS } from "./admission.ts";
import { DEMO_HISTORY, registerDemoAccount } from "../../exchange/demoAccount.ts";
import { nodeFetch } from "../../node/nodeFetch.ts";
import { openFileStore } from "./fileStore.ts";
import { listen } from "./listen.ts";
import { createRecovering } from "./recovering.ts";
import { report } from "./report.ts";
import { randomSeed } from "./randomSeed.ts";
import type { ServeSettings } from "./settings.ts";
import { createStreams } from "./streams.ts";

/** A running server. */
export interface Service {
  /** Text to print once the server is running. */
  readonly greeting: string;
  /** The same for programs. */
  readonly facts: {
    readonly url: string;
    readonly apiKey: string;
    readonly demoKey: string | null;
    readonly seed: number | null;
  };
  close(): Promise<void>;
}

/** Opens an exchange and serves it over HTTP and WebSocket. */
export async function serve(settings: ServeSettings): Promise<Service> {
  const { host, fidelity, speed, latency, data, insecureKeys, trustProxy } = settings;
  const origins = allowedOrigins(settings);
  const admission = createAdmission([host.includes(":") ? `[${host}]` : host, ...settings.allowHosts], origins);
  await probe(host, settings.port);
  const store = data === undefined ? undefined : await openFileStore(data);
  const isKept = data !== undefined && existsSync(data);
  const seed = settings.seed ?? (isKept ? undefined : randomSeed());
  const clock = scaledClock(speed);
  const present = clock.now();
  // A file from an earlier run already has its demo account, or was made without one.
  const withDemo = settings.demo && !isKept;
  if (withDemo) clock.setTo(present - DEMO_HISTORY);
  const open = (guarded: ExchangeClock): Exchange =>
    createExchange({
      clock: guarded,
      seed,
      insecureKeys,
      fidelity,
      latency,
      webhookFetch: nodeFetch,
      webhookLookup: addressesOf,
      onError: report,
      store,
      corsOrigins: origins,
      clientAddress: addressOfSocket,
      trustProxy,
    });
  const exchange = createRecovering(open, clock);
  const demo = withDemo ? await registerDemoAccount(exchange.current(), clock, present) : undefined;
  const { apiKey } = await exchange.current().register({ displayName: "Agent" });
  const streams = createStreams(exchange, { admission, trustProxy });
  clock.run({ from: systemClock.now() });
  store?.startSaving(exchange.now, speed);
  const server = await listen(exchange.fetch, host, settings.port, streams.upgrade, {
    now: exchange.now,
    admission,
    behindProxy: trustProxy,
    latency,
  });

  const url = `http://${host.includes(":") ? `[${host}]` : host}:${server.port}`;
  const traits = [...(seed === undefined ? [] : [`seed ${seed}`]), `fidelity ${fidelity}`];
  if (insecureKeys === true) traits.push("insecure keys");
  if (data !== undefined) traits.push(`data in ${data}`);
  if (speed !== 1) traits.push(`${speed}× speed`);
  if (latency !== 0) traits.push(`${latency} ms latency`);
  const greeting = [
    `AgentExchange on ${url} (${traits.join(", ")})`,
    "",
    `Agent key: ${apiKey}`,
    ...(demo === undefined ? [] : [`Demo key:  ${demo.apiKey}`]),
    "",
    `  ${curlCommand(apiKey, url)}`,
    "",
    "Press Ctrl-C to stop.",
    "",
  ].join("\n");
  return {
    greeting,
    facts: { url, apiKey, demoKey: demo?.apiKey ?? null, seed: seed ?? null },
    async close() {
      await Promise.all([server.close(), streams.close()]);
      store?.stopSaving();
      exchange.close();
    },
  };
}

/** Pages on this machine, or the platform's list, plus the origins given as options. */
function allowedOrigins({ fidelity, allowOrigins }: ServeSettings): CorsOrigins {
  if (allowOrigins.includes("*")) return "*";
  return [...(fidelity === "observed" ? PLATFORM_ORIGINS : LOCAL_ORIGINS), ...allowOrigins];
}

/** The HTTP server's requests have an `ip` property. */
function addressOfSocket(request: Request): string | undefined {
  return "ip" in request && typeof request.ip === "string" ? request.ip : undefined;
}

/** Throws if the port cannot be used, before anything is created or written. */
async function probe(host: string, port: number): Promise<void> {
  const server = await listen(
    () => Promise.resolve(new Response()),
    host,
    port,
    (_, socket) => socket.destroy(),
  );
  await server.close();
}

/** A command that works in POSIX shells, cmd.exe and PowerShell. */
function curlCommand(apiKey: string, url: string): string {
  return `curl -H "X-API-Key: ${apiKey}" ${url}/api/v1/account/balance`;
}
