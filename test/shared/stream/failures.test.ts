// Failed connections are reported immediately, with the reason, and retried if that can help.
import { afterEach, describe, expect, test, vi } from "vitest";
import { AuthenticationError, ConnectionError, isAgentExchangeError } from "../../../src/errors/index.ts";
import type { ClientOptions, WebSocketEvent } from "../../../src/transport/index.ts";
import { failure } from "../../support/drive.ts";
import { throwingSocket } from "../../support/sockets.ts";
import { createHarness } from "./harness.ts";

afterEach(() => vi.unstubAllGlobals());

/** A WebSocket class whose events come from the test. */
function socketClass(
  start: (emit: (event: WebSocketEvent & { readonly message?: string }) => void) => void,
): NonNullable<ClientOptions["WebSocket"]> {
  return class {
    readonly #listeners: ((event: WebSocketEvent) => void)[] = [];
    constructor() {
      void Promise.resolve().then(() => start((event) => this.#listeners.forEach((listener) => listener(event))));
    }
    addEventListener(type: string, listener: (event: WebSocketEvent) => void): void {
      this.#listeners.push((event) => {
        if (event.type === type) listener(event);
      });
    }
    send(): void {}
    close(): void {}
  };
}

describe("a failed connection", () => {
  test("is reported at the first failure with a diagnosis by REST, and once until the stream is live", async () => {
    const { stream, sockets: connections, errors, states, seconds } = await createHarness();
    connections.down = true;
    stream.onTicker("BTCUSDT", () => {});
    await seconds(1);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toBeInstanceOf(ConnectionError);
    expect(errors[0]).toMatchObject({ code: "NO_CONNECTION", retryable: true });
    expect(String(errors[0])).toContain("http://exchange.localhost/ws/v1 could not be opened");
    expect(String(errors[0])).toContain("The REST API accepts the key");
    expect(stream.problem).toMatchObject({ code: "NO_CONNECTION" });
    await seconds(300);
    expect([errors.length, states]).toEqual([1, ["connecting"]]);
    connections.down = false;
    await seconds(61);
    expect([stream.state, stream.problem]).toEqual(["live", null]);
    connections.down = true;
    connections.open[0]?.end(1006);
    await seconds(62);
    expect([errors.length, stream.state]).toEqual([2, "stale"]);
    await stream.close();
  });

  test("is diagnosed as an unreachable server if REST does not respond within half a second", async () => {
    const silent = await createHarness({}, { fetch: () => new Promise(() => {}) });
    silent.sockets.down = true;
    silent.stream.onTicker("BTCUSDT", () => {});
    await silent.seconds(0.5);
    expect(String(silent.errors[0])).toContain("Check that the server is running, that baseUrl is correct");
    await silent.stream.close();
    const down = await createHarness({}, { fetch: () => Promise.reject(new TypeError("fetch failed")) });
    down.sockets.down = true;
    down.stream.onOrders(() => {});
    await down.seconds(1);
    const reported = down.errors.find((error) => isAgentExchangeError(error) && error.code === "NO_CONNECTION");
    expect(String(reported)).toContain("Check that the server is running");
    await down.stream.close();
  });

  test("is reported after 5 s if the server accepts but does not respond", async () => {
    const { stream, sockets: connections, errors, seconds } = await createHarness();
    connections.hung = true;
    stream.onTicker("BTCUSDT", () => {});
    await seconds(6);
    expect(errors).toMatchObject([{ code: "NO_CONNECTION" }]);
    expect(String(errors[0])).toContain("has not answered for 5 s");
    await stream.close();
  });

  test("is reported after 10 s if the server never acknowledges", async () => {
    const { stream, errors, states, seconds } = await createHarness(
      {},
      { WebSocket: socketClass((emit) => emit({ type: "open" })) },
    );
    stream.onTicker("BTCUSDT", () => {});
    await seconds(11);
    expect(errors).toMatchObject([{ code: "NOT_ACKNOWLEDGED" }]);
    expect(states.slice(0, 2)).toEqual(["connecting", "stale"]);
    await seconds(600);
    expect(errors).toHaveLength(1);
    await stream.close();
  });

  test("is reported if the server closes before it acknowledges", async () => {
    const closing = socketClass((emit) => {
      emit({ type: "open" });
      emit({ type: "close", code: 1011 });
    });
    const { stream, errors, seconds } = await createHarness({}, { WebSocket: closing });
    stream.onTicker("BTCUSDT", () => {});
    await seconds(1);
    expect(errors).toMatchObject([{ code: "NOT_ACKNOWLEDGED" }]);
    expect(String(errors[0])).toContain("was closed (1011) before");
    await stream.close();
  });

  test.each([
    [403, "The REST API accepts the key"],
    [404, "Check baseUrl"],
    [429, "too many connections"],
    [503, "unavailable"],
  ])("has the status %i if the socket reports it", async (status, hint) => {
    const refusing = socketClass((emit) => emit({ type: "error", message: `Unexpected server response: ${status}` }));
    const { stream, errors, seconds } = await createHarness({}, { WebSocket: refusing });
    const ticks = stream.ticker("BTCUSDT");
    await seconds(2);
    expect(errors).toMatchObject([{ name: "ConnectionError", code: "STREAM_REFUSED", status }]);
    expect(String(errors[0])).toContain(hint);
    expect(stream.state).toBe("connecting");
    await ticks.return();
    await stream.close();
  });

  test('has the status of a rejected upgrade with WebSocket: "fetch"', async () => {
    const harness = await createHarness({}, { WebSocket: "fetch" });
    harness.stream.onTicker("BTCUSDT", () => {});
    await harness.seconds(1);
    expect(harness.errors).toMatchObject([{ code: "STREAM_REFUSED" }]);
    expect(String(harness.errors[0])).toMatch(/HTTP \d\d\d/);
    const refusing = await createHarness(
      {},
      {
        WebSocket: "fetch",
        fetch: (url, init) =>
          url.includes("/ws/") ? Promise.reject(new TypeError("no upgrade")) : harness.exchange.fetch(url, init),
        apiKey: harness.apiKey,
      },
    );
    refusing.stream.onTicker("BTCUSDT", () => {});
    await refusing.seconds(1);
    expect(String(refusing.errors[0])).toContain('WebSocket: "fetch" requires a fetch that can upgrade');
    await refusing.stream.close();
    await harness.stream.close();
  });

  test("with a rejected key is reported once and closes the stream", async () => {
    const { stream, errors, clock, states } = await createHarness({}, { apiKey: "ak_live_unknown" });
    expect(await failure(clock, stream.ticker("BTCUSDT").next(), 1000)).toBeInstanceOf(AuthenticationError);
    await Promise.resolve();
    expect(errors).toHaveLength(1);
    expect(errors[0]).toBeInstanceOf(AuthenticationError);
    expect([stream.state, states]).toEqual(["closed", ["connecting", "closed"]]);
    expect(stream.problem).toBe(errors[0]);
  });
});

describe("a stream that this runtime cannot open", () => {
  const url = "ws://exchange.localhost/ws/v1?api_key=ak_live_hidden";
  test.each<readonly [name: string, socket: ClientOptions["WebSocket"], code: string, hint: string]>([
    ["without a WebSocket", undefined, "NO_WEBSOCKET", "Node has one since version 22"],
    [
      "in a page over https",
      throwingSocket(() => new DOMException(url, "SecurityError")),
      "NO_CONNECTION",
      "only open streams over https",
    ],
    ["with a wrong address", throwingSocket(() => new SyntaxError(url)), "NO_CONNECTION", "Check baseUrl"],
    [
      "without permission",
      throwingSocket(() => Object.assign(new Error(url), { name: "NotCapable" })),
      "NO_CONNECTION",
      "--allow-net",
    ],
    ["if something other than an Error is thrown", throwingSocket(() => undefined), "NO_CONNECTION", "Check baseUrl"],
  ])("%s ends its iterators immediately, and reports an error", async (_name, socket, code, hint) => {
    vi.stubGlobal("WebSocket", undefined);
    const { stream, errors, clock, seconds, exchange } = await createHarness({}, { WebSocket: socket });
    const rejections = [
      stream.ticker("BTCUSDT"),
      stream.ticker("all"),
      stream.orders(),
      stream.candles("BTCUSDT", "1m"),
    ].map((updates) => failure(clock, updates.next(), 100));
    for (const end of await Promise.all(rejections)) {
      expect(end).toBeInstanceOf(ConnectionError);
      expect(end).toMatchObject({ code });
      expect(String(end)).toContain(hint);
      expect(String(end)).not.toContain("ak_live");
    }
    expect(errors.length).toBeGreaterThan(0);
    await seconds(1);
    expect(stream.state).toBe("idle");
    // Handlers stay subscribed.
    const off = stream.onTicker("BTCUSDT", () => {});
    await seconds(1);
    expect([stream.state, stream.problem?.code]).toEqual(["connecting", code]);
    expect(await failure(clock, stream.ticker("ETHUSDT").next(), 100)).toMatchObject({ code });
    vi.stubGlobal("WebSocket", exchange.connection.WebSocket);
    await seconds(61);
    expect(stream.state).toBe(socket === undefined ? "live" : "connecting");
    off();
    await stream.close();
    await seconds(0);
    expect(clock.pending).toBe(0);
  });

  test("leaves no timers when it is closed or aborted meanwhile", async () => {
    const { stream, clock, seconds, sockets: connections } = await createHarness();
    connections.down = true;
    const abort = new AbortController();
    const ticks = stream.ticker("BTCUSDT", { signal: abort.signal });
    const next = failure(clock, ticks.next());
    await seconds(10);
    abort.abort(new Error("enough"));
    expect(await next).toMatchObject({ message: "enough" });
    expect(stream.state).toBe("idle");
    stream.onTicker("BTCUSDT", () => {});
    await stream.close();
    await seconds(0);
    expect([stream.state, clock.pending]).toEqual(["closed", 0]);
  });
});
