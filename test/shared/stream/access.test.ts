// Who may open a stream, over what, and what is told when it is refused.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { AgentExchangeClient } from "../../../src/client/index.ts";
import { AuthenticationError, ValidationError } from "../../../src/errors/index.ts";
import { createExchange, virtualClock, type Exchange, type ExchangeSocket } from "../../../src/exchange/index.ts";
import type { ClientOptions, WebSocketConstructor, WebSocketEvent } from "../../../src/transport/index.ts";
import { failure } from "../../support/drive.ts";
import { printed } from "../../support/printed.ts";
import { stage } from "./stage.ts";

const KEY = "ak_live_canary_KEY_0123456789";

const said: unknown[] = [];
beforeEach(() => {
  said.length = 0;
  for (const method of ["log", "info", "warn", "error", "debug", "trace"] as const) {
    vi.spyOn(console, method).mockImplementation((...parts: unknown[]) => void said.push(parts));
  }
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe("before anything is opened", () => {
  test.each<readonly [name: string, options: ClientOptions, field: string]>([
    ["no key", {}, "apiKey"],
    ["a token only", { token: "token" }, "apiKey"],
    ["plain ws to another host", { apiKey: KEY, baseUrl: "http://exchange.example", fetch }, "baseUrl"],
    ["the same by the fetch of the runtime", { apiKey: KEY, baseUrl: "http://exchange.example", fetch }, "baseUrl"],
  ])("%s is refused", (_name, options, field) => {
    const client = new AgentExchangeClient(options);
    expect(() => client.openStream()).toThrow(ValidationError);
    expect(() => client.openStream()).toThrow(field);
  });

  test("plain ws is allowed on this machine, with an own socket, or where somebody says so", () => {
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

  test("a closed client opens no stream, and its streams are closed", async () => {
    const { client, stream, seconds } = await stage();
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

  test("a runtime without WebSocket is told of, and asked again", async () => {
    vi.stubGlobal("WebSocket", undefined);
    const { stream, errors, exchange, seconds } = await stage({}, { WebSocket: undefined });
    const off = stream.onTicker("BTCUSDT", () => {});
    await seconds(1);
    expect(errors[0]).toMatchObject({ code: "NO_WEBSOCKET" });
    vi.stubGlobal("WebSocket", exchange.connection.WebSocket);
    await seconds(10);
    expect(stream.state).toBe("live");
    off();
  });
});

describe("a refused key", () => {
  async function refused(): Promise<Awaited<ReturnType<typeof stage>>> {
    return stage({}, { apiKey: KEY });
  }

  test("ends the stream for good, with all its iterators", async () => {
    const { stream, sockets, states, errors, clock, requests, seconds } = await refused();
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

  test("is noticed where no close event follows the error", async () => {
    const onlyError = class {
      addEventListener(type: string, listener: (event: WebSocketEvent) => void): void {
        if (type === "error") void Promise.resolve().then(() => listener({ type }));
      }
      send(): void {}
      close(): void {}
    };
    const { stream, clock } = await stage({}, { apiKey: KEY, WebSocket: onlyError });
    expect(await failure(clock, stream.ticker("BTCUSDT").next(), 1000)).toBeInstanceOf(AuthenticationError);
  });

  test("is told apart from a network that is down", async () => {
    const { stream, sockets, states, seconds } = await stage();
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

test("nothing that is told or printed holds the key", async () => {
  const clock = virtualClock();
  const exchange = createExchange({ clock });
  const { apiKey } = await exchange.register();
  const throwing = function (url: string): never {
    throw new SyntaxError(`The URL '${url}' is invalid.`);
  } as unknown as WebSocketConstructor;
  for (const [key, WebSocket] of [
    [KEY, exchange.connection.WebSocket],
    [KEY, throwing],
    [KEY, "fetch"],
    [apiKey, exchange.connection.WebSocket],
    [apiKey, throwing],
    [apiKey, "fetch"],
  ] as const) {
    const told: unknown[] = [];
    const client = new AgentExchangeClient({ ...exchange.connection, apiKey: key, WebSocket });
    const stream = client.openStream();
    for (const name of ["state", "gap", "error"] as const) stream.on(name, (event) => void told.push(event));
    const ticks = stream.ticker("BTCUSDT");
    const next = ticks.next().catch((error: unknown) => told.push(error));
    stream.onOrders((order) => void told.push(order));
    await exchange.advance(5000);
    told.push(stream, client, ticks, stream.state);
    await stream.close();
    await next;
    expect(told.length).toBeGreaterThan(5);
    expect([...told, ...said].map(printed).join("\n")).not.toContain(key);
  }
});

describe('the way of Workers: WebSocket: "fetch"', () => {
  /** A fetch that upgrades, as that of Workers does. */
  function upgrading(exchange: Exchange, seen: string[]): NonNullable<ClientOptions["fetch"]> {
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

  test("opens by the client's own fetch, over http", async () => {
    const clock = virtualClock();
    const exchange = createExchange({ clock });
    const { apiKey } = await exchange.register();
    const seen: string[] = [];
    const fetch = upgrading(exchange, seen);
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

  test("learns of a refused key by its status", async () => {
    const clock = virtualClock();
    const exchange = createExchange({ clock });
    const fetch = upgrading(exchange, []);
    const client = new AgentExchangeClient({ ...exchange.connection, apiKey: KEY, WebSocket: "fetch", fetch });
    const stream = client.openStream();
    expect(await failure(clock, stream.ticker("BTCUSDT").next())).toBeInstanceOf(AuthenticationError);
    expect(stream.state).toBe("closed");
  });
});

describe("a channel that the platform refuses", () => {
  test("ends those who asked for it, with its words, and nobody else", async () => {
    const { stream, sockets, clock, errors, price, seconds } = await stage();
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
