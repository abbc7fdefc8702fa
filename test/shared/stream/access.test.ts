// Credentials and transports of a stream, and the effect of a rejected key or channel.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { AgentExchangeClient } from "../../../src/client/index.ts";
import { AuthenticationError, ValidationError } from "../../../src/errors/index.ts";
import { createExchange, virtualClock, type Exchange, type ExchangeSocket } from "../../../src/exchange/index.ts";
import type { ClientOptions, WebSocketEvent } from "../../../src/transport/index.ts";
import { failure } from "../../support/drive.ts";
import { everyPrintedForm } from "../../support/everyPrintedForm.ts";
import { throwingSocket } from "../../support/sockets.ts";
import { createHarness } from "./harness.ts";

const KEY = "ak_live_canary_KEY_0123456789";

const logged: unknown[] = [];
beforeEach(() => {
  logged.length = 0;
  for (const method of ["log", "info", "warn", "error", "debug", "trace"] as const) {
    vi.spyOn(console, method).mockImplementation((...parts: unknown[]) => void logged.push(parts));
  }
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe("openStream", () => {
  test.each<readonly [name: string, options: ClientOptions, field: string]>([
    ["no key", {}, "apiKey"],
    ["a token only", { token: "token" }, "apiKey"],
    ["plain ws to another host", { apiKey: KEY, baseUrl: "http://exchange.example", fetch }, "baseUrl"],
    ["plain ws with the runtime's own fetch", { apiKey: KEY, baseUrl: "http://exchange.example", fetch }, "baseUrl"],
  ])("rejects %s", (_name, options, field) => {
    const client = new AgentExchangeClient(options);
    expect(() => client.openStream()).toThrow(ValidationError);
    expect(() => client.openStream()).toThrow(field);
  });

  test("allows plain ws to this machine, with a custom socket, or with allowInsecureHttp", () => {
    const WebSocket = createExchange().connection.WebSocket;
    for (const options of [
      { baseUrl: "http://localhost:8000" },
      { baseUrl: "https://exchange.example" },
      { baseUrl: "http://exchange.example", fetch, WebSocket },
      { baseUrl: "http://exchange.example", fetch, WebSocket: "fetch" },
      { baseUrl: "http://exchange.example", allowInsecureHttp: true },
    ] as const) {
      expect(new AgentExchangeClient({ apiKey: KEY, ...options }).openStream().state).toBe("idle");
    }
  });

  test("throws on a closed client, whose streams are closed", async () => {
    const { client, stream, seconds } = await createHarness();
    const ticks = stream.ticker("BTCUSDT");
    const next = ticks.next();
    await seconds(1);
    await client.close();
    expect(await next).toEqual({ done: true, value: undefined });
    expect(stream.state).toBe("closed");
    expect(() => client.openStream()).toThrow("closed");
    expect(() => stream.ticker("BTCUSDT")).toThrow("closed");
    expect(() => stream.onOrders(() => {})).toThrow("closed");
  });

  test("reports a runtime without WebSocket, and keeps checking", async () => {
    vi.stubGlobal("WebSocket", undefined);
    const { stream, errors, exchange, seconds } = await createHarness({}, { WebSocket: undefined });
    const off = stream.onTicker("BTCUSDT", () => {});
    await seconds(1);
    expect(errors[0]).toMatchObject({ code: "NO_WEBSOCKET" });
    vi.stubGlobal("WebSocket", exchange.connection.WebSocket);
    await seconds(10);
    expect(stream.state).toBe("live");
    off();
  });
});

describe("a rejected key", () => {
  async function createRefused(): Promise<Awaited<ReturnType<typeof createHarness>>> {
    return createHarness({}, { apiKey: KEY });
  }

  test("closes the stream for good, with all its iterators", async () => {
    const { stream, sockets, states, errors, clock, requests, seconds } = await createRefused();
    const work = [stream.ticker("BTCUSDT"), stream.orders(), stream.portfolio()].map((updates) =>
      failure(clock, updates.next()),
    );
    const problems = await Promise.all(work);
    for (const problem of problems) expect(problem).toBeInstanceOf(AuthenticationError);
    expect(states).toEqual(["connecting", "closed"]);
    expect(requests.filter((request) => request.includes("/account/balance"))).toHaveLength(1);
    await seconds(600);
    expect([sockets.all.length, clock.pending]).toEqual([1, 0]);
    expect(errors.some((error) => error instanceof AuthenticationError)).toBe(true);
  });

  test("is detected even if no close event follows the error event", async () => {
    const onlyError = class {
      addEventListener(type: string, listener: (event: WebSocketEvent) => void): void {
        if (type === "error") void Promise.resolve().then(() => listener({ type }));
      }
      send(): void {}
      close(): void {}
    };
    const { stream, clock } = await createHarness({}, { apiKey: KEY, WebSocket: onlyError });
    expect(await failure(clock, stream.ticker("BTCUSDT").next(), 1000)).toBeInstanceOf(AuthenticationError);
  });

  test("is distinguished from a network that is down", async () => {
    const { stream, sockets, states, seconds } = await createHarness();
    sockets.down = true;
    stream.onTicker("BTCUSDT", () => {});
    await seconds(30);
    expect(states).toEqual(["connecting"]);
    sockets.down = false;
    await seconds(61);
    expect(states).toEqual(["connecting", "live"]);
    await stream.close();
  });
});

test("events, errors and inspection never contain the key", async () => {
  const clock = virtualClock();
  const exchange = createExchange({ clock });
  const { apiKey } = await exchange.register();
  const throwing = throwingSocket((url) => new SyntaxError(`The URL '${url}' is invalid.`));
  for (const [key, WebSocket] of [
    [KEY, exchange.connection.WebSocket],
    [KEY, throwing],
    [KEY, "fetch"],
    [apiKey, exchange.connection.WebSocket],
    [apiKey, throwing],
    [apiKey, "fetch"],
  ] as const) {
    const emitted: unknown[] = [];
    const client = new AgentExchangeClient({ ...exchange.connection, apiKey: key, WebSocket });
    const stream = client.openStream();
    for (const name of ["state", "gap", "error"] as const) stream.on(name, (event) => void emitted.push(event));
    const ticks = stream.ticker("BTCUSDT");
    const next = ticks.next().catch((error: unknown) => emitted.push(error));
    stream.onOrders((order) => void emitted.push(order));
    await exchange.advance(5000);
    emitted.push(stream, client, ticks, stream.state);
    await stream.close();
    await next;
    expect(emitted.length).toBeGreaterThan(5);
    expect([...emitted, ...logged].map(everyPrintedForm).join("\n")).not.toContain(key);
  }
});

describe('WebSocket: "fetch", as in Workers', () => {
  /** A fetch that can upgrade, as in Workers. */
  function upgradingFetch(exchange: Exchange, seen: string[]): NonNullable<ClientOptions["fetch"]> {
    return async (url, init) => {
      const headers = new Headers(init.headers);
      if (headers.get("upgrade") !== "websocket") return exchange.fetch(url, init);
      seen.push(url);
      const socket: ExchangeSocket = new exchange.connection.WebSocket(url);
      const isOpen = await new Promise<boolean>((resolve) => {
        socket.addEventListener("open", () => resolve(true));
        socket.addEventListener("close", () => resolve(false));
      });
      if (!isOpen) return new Response(null, { status: 403 });
      const webSocket = Object.assign(socket, { accept() {} });
      return Object.defineProperty(new Response(null), "webSocket", { value: webSocket });
    };
  }

  test("connects with the client's fetch, over http", async () => {
    const clock = virtualClock();
    const exchange = createExchange({ clock });
    const { apiKey } = await exchange.register();
    const seen: string[] = [];
    const fetch = upgradingFetch(exchange, seen);
    const client = new AgentExchangeClient({ ...exchange.connection, apiKey, WebSocket: "fetch", fetch });
    const stream = client.openStream();
    let ticks = 0;
    stream.onTicker("all", () => void ticks++);
    await exchange.advance(60_000);
    expect(stream.state).toBe("live");
    expect(ticks).toBeGreaterThan(10);
    expect(seen).toEqual([`http://exchange.localhost/ws/v1?api_key=${apiKey}`]);
    await client.close();
    await exchange.advance(0);
    expect(clock.pending).toBe(0);
  });

  test("detects a rejected key by its status", async () => {
    const clock = virtualClock();
    const exchange = createExchange({ clock });
    const fetch = upgradingFetch(exchange, []);
    const client = new AgentExchangeClient({ ...exchange.connection, apiKey: KEY, WebSocket: "fetch", fetch });
    const stream = client.openStream();
    expect(await failure(clock, stream.ticker("BTCUSDT").next())).toBeInstanceOf(AuthenticationError);
    expect(stream.state).toBe("closed");
  });
});

describe("a channel that the platform rejects", () => {
  test("ends its own subscriptions with the platform's message, and no others", async () => {
    const { stream, sockets, clock, errors, price, seconds } = await createHarness();
    const seen: string[] = [];
    stream.onTicker("BTCUSDT", (tick) => void seen.push(tick.price.toString()));
    const bad = failure(clock, stream.ticker(["ETHUSDT", "SOLUSDT"]).next());
    sockets.refused = "ETHUSDT";
    expect(await bad).toMatchObject({ name: "AgentExchangeError", code: "INVALID_CHANNEL" });
    expect(String(await bad)).toContain("Unknown channel 'none'");
    expect(errors).toHaveLength(1);
    price("BTCUSDT", "101");
    await seconds(2);
    expect([seen, stream.state]).toEqual([["101"], "live"]);
    await stream.close();
  });
});
