// A stream that cannot come about says so at once, and why; what can get better is tried again.
import { afterEach, describe, expect, test, vi } from "vitest";
import { AuthenticationError, ConnectionError } from "../../../src/errors/index.ts";
import type { ClientOptions, WebSocketEvent } from "../../../src/transport/index.ts";
import { failure } from "../../support/drive.ts";
import { stage } from "./stage.ts";

afterEach(() => vi.unstubAllGlobals());

/** A class of sockets that tells its events itself. */
function sockets(
  begin: (tell: (event: WebSocketEvent & { readonly message?: string }) => void) => void,
): NonNullable<ClientOptions["WebSocket"]> {
  return class {
    readonly #listeners: ((event: WebSocketEvent) => void)[] = [];
    constructor() {
      void Promise.resolve().then(() => begin((event) => this.#listeners.forEach((listener) => listener(event))));
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

function throwing(error: unknown): NonNullable<ClientOptions["WebSocket"]> {
  return function Throwing(): never {
    throw error;
  } as never;
}

describe("no connection", () => {
  test("is told at the first failure, with what REST says, once until it was live", async () => {
    const { stream, sockets: line, errors, states, seconds } = await stage();
    line.down = true;
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
    line.down = false;
    await seconds(61);
    expect([stream.state, stream.problem]).toEqual(["live", null]);
    line.down = true;
    line.open[0]?.end(1006);
    await seconds(62);
    expect([errors.length, stream.state]).toEqual([2, "stale"]);
    await stream.close();
  });

  test("says that nothing answers where REST does not, either, and at most half a second late", async () => {
    const silent = await stage({}, { fetch: () => new Promise(() => {}) });
    silent.sockets.down = true;
    silent.stream.onTicker("BTCUSDT", () => {});
    await silent.seconds(0.5);
    expect(String(silent.errors[0])).toContain("Check that the server is running, that baseUrl is correct");
    await silent.stream.close();
    const down = await stage({}, { fetch: () => Promise.reject(new TypeError("fetch failed")) });
    down.sockets.down = true;
    down.stream.onOrders(() => {});
    await down.seconds(1);
    const told = down.errors.find((error) => (error as ConnectionError).code === "NO_CONNECTION");
    expect(String(told)).toContain("Check that the server is running");
    await down.stream.close();
  });

  test("of a server that accepts and does not answer is told after 5 s", async () => {
    const { stream, sockets: line, errors, seconds } = await stage();
    stream.onTicker("BTCUSDT", () => {});
    const [first] = line.all;
    if (first !== undefined) first.deaf = true;
    await seconds(6);
    expect(errors).toMatchObject([{ code: "NO_CONNECTION" }]);
    expect(String(errors[0])).toContain("has not answered for 5 s");
    await stream.close();
  });

  test("of a server that opens and never acknowledges is told after 10 s", async () => {
    const { stream, errors, states, seconds } = await stage(
      {},
      { WebSocket: sockets((tell) => tell({ type: "open" })) },
    );
    stream.onTicker("BTCUSDT", () => {});
    await seconds(11);
    expect(errors).toMatchObject([{ code: "NOT_ACKNOWLEDGED" }]);
    expect(states.slice(0, 2)).toEqual(["connecting", "stale"]);
    await seconds(600);
    expect(errors).toHaveLength(1);
    await stream.close();
  });

  test("of a server that closes before it acknowledges is told", async () => {
    const closing = sockets((tell) => {
      tell({ type: "open" });
      tell({ type: "close", code: 1011 });
    });
    const { stream, errors, seconds } = await stage({}, { WebSocket: closing });
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
  ])("names the status %i where the socket tells it", async (status, hint) => {
    const refusing = sockets((tell) => tell({ type: "error", message: `Unexpected server response: ${status}` }));
    const { stream, errors, seconds } = await stage({}, { WebSocket: refusing });
    const ticks = stream.ticker("BTCUSDT");
    await seconds(2);
    expect(errors).toMatchObject([{ name: "ConnectionError", code: "STREAM_REFUSED", status }]);
    expect(String(errors[0])).toContain(hint);
    expect(stream.state).toBe("connecting");
    await ticks.return();
    await stream.close();
  });

  test('names the status of an answer to WebSocket: "fetch" that is no upgrade', async () => {
    const scene = await stage({}, { WebSocket: "fetch" });
    scene.stream.onTicker("BTCUSDT", () => {});
    await scene.seconds(1);
    expect(scene.errors).toMatchObject([{ code: "STREAM_REFUSED" }]);
    expect(String(scene.errors[0])).toMatch(/HTTP \d\d\d/);
    const refusing = await stage(
      {},
      {
        WebSocket: "fetch",
        fetch: (url, init) =>
          url.includes("/ws/") ? Promise.reject(new TypeError("no upgrade")) : scene.exchange.fetch(url, init),
        apiKey: scene.apiKey,
      },
    );
    refusing.stream.onTicker("BTCUSDT", () => {});
    await refusing.seconds(1);
    expect(String(refusing.errors[0])).toContain('WebSocket: "fetch" requires a fetch that can upgrade');
    await refusing.stream.close();
    await scene.stream.close();
  });

  test("with a refused key is one error, and the end", async () => {
    const { stream, errors, clock, states } = await stage({}, { apiKey: "ak_live_unknown" });
    expect(await failure(clock, stream.ticker("BTCUSDT").next(), 1000)).toBeInstanceOf(AuthenticationError);
    await Promise.resolve();
    expect(errors).toHaveLength(1);
    expect(errors[0]).toBeInstanceOf(AuthenticationError);
    expect([stream.state, states]).toEqual(["closed", ["connecting", "closed"]]);
    expect(stream.problem).toBe(errors[0]);
  });
});

describe("a stream that cannot come about in this program", () => {
  const url = "ws://exchange.localhost/ws/v1?api_key=ak_live_hidden";
  test.each<readonly [name: string, socket: ClientOptions["WebSocket"], code: string, hint: string]>([
    ["without a WebSocket", undefined, "NO_WEBSOCKET", "Node has one since version 22"],
    [
      "in a page over https",
      throwing(new DOMException(url, "SecurityError")),
      "NO_CONNECTION",
      "only open streams over https",
    ],
    ["with a wrong address", throwing(new SyntaxError(url)), "NO_CONNECTION", "Check baseUrl"],
    [
      "without the right",
      throwing(Object.assign(new Error(url), { name: "NotCapable" })),
      "NO_CONNECTION",
      "--allow-net",
    ],
    ["with what is no error", throwing(undefined), "NO_CONNECTION", "Check baseUrl"],
  ])("%s ends its iterators at once, and tells handlers", async (_name, socket, code, hint) => {
    vi.stubGlobal("WebSocket", undefined);
    const { stream, errors, clock, seconds, exchange } = await stage({}, { WebSocket: socket });
    const ends = [stream.ticker("BTCUSDT"), stream.ticker("all"), stream.orders(), stream.candles("BTCUSDT", "1m")].map(
      (updates) => failure(clock, updates.next(), 100),
    );
    for (const end of await Promise.all(ends)) {
      expect(end).toBeInstanceOf(ConnectionError);
      expect(end).toMatchObject({ code });
      expect(String(end)).toContain(hint);
      expect(String(end)).not.toContain("ak_live");
    }
    expect(errors.length).toBeGreaterThan(0);
    await seconds(1);
    expect(stream.state).toBe("idle");
    // Handlers wait for what may come.
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

  test("leaves nothing behind when it is closed or aborted meanwhile", async () => {
    const { stream, clock, seconds, sockets: line } = await stage();
    line.down = true;
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
