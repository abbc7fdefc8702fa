// HMAC-SHA256 of requests: test vectors, two implementations that agree, and rejection of changed requests.
import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { AgentExchangeClient } from "../../../src/client/index.ts";
import { createExchange, virtualClock } from "../../../src/exchange/index.ts";
import {
  createDigests,
  createSigner,
  equalInConstantTime,
  portableDigests,
  signRequest,
  verifyRequest,
} from "../../../src/signing/index.ts";
import { driveSlowly } from "../../support/driveSlowly.ts";

const secret = "sk_live_example";
const NOW = Date.parse("2026-03-05T14:00:00Z");
const body = '{"symbol":"BTCUSDT","side":"buy","type":"market","quantity":"0.02"}';

/** Decodes bytes, so that binary vectors can be passed as strings. */
const bytes = (...codes: readonly number[]): string => new TextDecoder("ascii").decode(new Uint8Array(codes));

// The vectors of RFC 4231 whose keys and data are strings.
const vectors = [
  [
    "case 1",
    bytes(...Array.from({ length: 20 }, () => 0x0b)),
    "Hi There",
    "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
  ],
  [
    "case 2",
    "Jefe",
    "what do ya want for nothing?",
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  ],
] as const;

describe.each([
  ["WebCrypto", createDigests],
  ["portable", portableDigests],
])("%s", (_name, create) => {
  test.each(vectors)("RFC 4231 %s", async (_case, key, data, expected) => {
    expect(await (await create(key)).hmac(data)).toBe(expected);
  });

  test("SHA-256 of the empty string and of abc", async () => {
    const digests = await create("x");
    expect(digests.sha256("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect(digests.sha256("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });
});

test("both return the same for any key and string", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ minLength: 1, unit: "binary" }), fc.string({ unit: "binary" }), async (key, text) => {
      const [one, other] = await Promise.all([createDigests(key), portableDigests(key)]);
      expect(await one.hmac(text)).toBe(await other.hmac(text));
      expect(one.sha256(text)).toBe(other.sha256(text));
    }),
    { numRuns: 50, seed: 7 },
  );
});

describe("signRequest", () => {
  test("signs the timestamp, the method, the target and the body's digest", async () => {
    const digests = await portableDigests(secret);
    const text = `${NOW}\nPOST\n/api/v1/trade/order?x=1\n${digests.sha256(body)}`;
    const signed = await signRequest({ method: "post", target: "/api/v1/trade/order?x=1", body }, secret, {
      timestamp: NOW,
      nonce: "n",
    });
    expect(signed).toEqual({ "X-Timestamp": String(NOW), "X-Nonce": "n", "X-Signature": await digests.hmac(text) });
  });

  test("treats no body like an empty one", async () => {
    const options = { timestamp: NOW, nonce: "n" };
    const none = await signRequest({ method: "GET", target: "/" }, secret, options);
    expect(await signRequest({ method: "GET", target: "/", body: "" }, secret, options)).toEqual(none);
  });

  test("uses a new nonce each time, and the current time", async () => {
    const sign = createSigner(secret);
    const signed = await Promise.all(Array.from({ length: 50 }, () => sign({ method: "GET", target: "/" })));
    expect(new Set(signed.map((headers) => headers["X-Nonce"])).size).toBe(50);
    for (const headers of signed) {
      expect(headers["X-Nonce"]).toMatch(/^[0-9a-f]{32}$/);
      expect(headers["X-Signature"]).toMatch(/^[0-9a-f]{64}$/);
      expect(headers["X-Timestamp"]).toMatch(/^\d{13}$/);
    }
  });
});

describe("verifyRequest", () => {
  const url = "https://exchange.example/api/v1/trade/order?dry=1";
  const signedRequest = async (
    change: {
      readonly url?: string;
      readonly method?: string;
      readonly body?: string;
      readonly headers?: object;
      readonly timestamp?: number;
    } = {},
  ): Promise<Request> => {
    const signed = await signRequest({ method: "POST", target: "/api/v1/trade/order?dry=1", body }, secret, {
      timestamp: change.timestamp ?? NOW,
    });
    const { method = "POST", ...rest } = change;
    return new Request(rest.url ?? url, {
      method,
      headers: { ...signed, ...rest.headers },
      ...(method === "GET" ? {} : { body: rest.body ?? body }),
    });
  };
  const verified = (request: Request, key = secret): Promise<boolean> => verifyRequest(request, key, { now: NOW });

  test("accepts a signed request, and leaves its body readable", async () => {
    const request = await signedRequest();
    expect(await verified(request)).toBe(true);
    expect(await request.text()).toBe(body);
  });

  test("accepts an upper-case signature", async () => {
    const signed = await signedRequest();
    const capitals = (signed.headers.get("X-Signature") ?? "").toUpperCase();
    expect(
      await verified(
        new Request(signed, { headers: { ...Object.fromEntries(signed.headers), "x-signature": capitals } }),
      ),
    ).toBe(true);
  });

  test.each<[string, Parameters<typeof signedRequest>[0]]>([
    ["another body", { body: body.replace("0.02", "0.03") }],
    ["a body with an extra space", { body: `${body} ` }],
    ["an empty body", { body: "" }],
    ["another path", { url: url.replace("order", "orders") }],
    ["another query", { url: url.replace("1", "2") }],
    ["no query", { url: url.split("?")[0] as string }],
    ["another method", { method: "PUT" }],
    ["no body at all", { method: "GET" }],
    ["another timestamp", { headers: { "X-Timestamp": String(NOW + 1) } }],
    ["a timestamp in words", { headers: { "X-Timestamp": "now" } }],
    ["a timestamp with a fraction", { headers: { "X-Timestamp": `${NOW}.0` } }],
    ["a negative timestamp", { headers: { "X-Timestamp": "-1" } }],
    ["no nonce", { headers: { "X-Nonce": undefined } }],
    ["another signature", { headers: { "X-Signature": "0".repeat(64) } }],
    ["half a signature", { headers: { "X-Signature": "abcdef" } }],
    ["an empty signature", { headers: { "X-Signature": "" } }],
  ])("rejects %s", async (_name, change) => {
    const headers = { ...change?.headers } as Record<string, string | undefined>;
    const request = await signedRequest({
      ...change,
      headers: Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)),
    });
    for (const [name, value] of Object.entries(headers)) if (value === undefined) request.headers.delete(name);
    expect(await verified(request)).toBe(false);
  });

  test("rejects another secret, and an unsigned request", async () => {
    expect(await verified(await signedRequest(), "sk_live_other")).toBe(false);
    expect(await verified(new Request(url))).toBe(false);
  });

  test.each([
    [-30_001, false],
    [-30_000, true],
    [30_000, true],
    [30_001, false],
  ])("signed %i ms ago: %s", async (age, expected) => {
    expect(await verified(await signedRequest({ timestamp: NOW - age }))).toBe(expected);
  });

  test("accepts another window, and uses the current time by default", async () => {
    expect(
      await verifyRequest(await signedRequest({ timestamp: NOW - 50_000 }), secret, { now: NOW, window: 60_000 }),
    ).toBe(true);
    expect(await verifyRequest(await signedRequest({ timestamp: Date.now() }), secret)).toBe(true);
    expect(await verifyRequest(await signedRequest(), secret)).toBe(false);
  });
});

describe("equalInConstantTime", () => {
  test("returns false wherever the strings differ", () => {
    expect(equalInConstantTime("", "")).toBe(true);
    expect(equalInConstantTime("abc", "abc")).toBe(true);
    for (const other of ["", "a", "ab", "abd", "bbc", "abcd", "abcabc"]) {
      expect(equalInConstantTime("abc", other)).toBe(false);
      expect(equalInConstantTime(other, "abc")).toBe(false);
    }
  });

  test("reads every character of the expected string, however early they differ", () => {
    const looks = (other: string): number => {
      let count = 0;
      const text = "0123456789abcdef";
      const expected = new Proxy(Object(text) as object, {
        get: (target, name) => {
          if (name !== "charCodeAt") return Reflect.get(target, name, target) as unknown;
          count++;
          return (index: number) => text.charCodeAt(index);
        },
      }) as unknown as string;
      equalInConstantTime(expected, other);
      return count;
    };
    for (const other of ["0123456789abcdef", "x123456789abcdef", "0123456789abcdex", "", "0123"])
      expect(looks(other)).toBe(16);
  });
});

describe("a client that signs", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });

  test("imports its key once, so that it cannot be exported, and then needs WebCrypto once a request", async () => {
    // On the prototype: WebKit does not always see another `crypto` in code that has run before.
    const imported = vi.spyOn(SubtleCrypto.prototype, "importKey");
    const signed = vi.spyOn(SubtleCrypto.prototype, "sign");
    const sign = createSigner(secret);
    for (const part of [body, undefined, body]) await sign({ method: "POST", target: "/", body: part });
    const keys = await Promise.all(imported.mock.results.map(({ value }) => value as Promise<CryptoKey>));
    expect(keys.map((key) => key.extractable)).toEqual([false]);
    expect(signed).toHaveBeenCalledTimes(3);
  });

  test.each(["with WebCrypto", "without WebCrypto, as on pages over plain http"])(
    "is accepted by an exchange that requires signatures: %s",
    async (where) => {
      const withCrypto = where === "with WebCrypto";
      const real = crypto;
      const bare = { getRandomValues: (array: Uint8Array<ArrayBuffer>) => real.getRandomValues(array) };
      vi.stubGlobal("crypto", withCrypto ? real : bare);
      expect((crypto as Partial<typeof crypto>).subtle !== undefined).toBe(withCrypto);
      const clock = virtualClock("2026-03-05T14:00:00Z");
      const exchange = createExchange({ clock, requireSignatures: true });
      const { apiKey, apiSecret } = await exchange.register();
      const signing = new AgentExchangeClient({ ...exchange.connection, apiKey, apiSecret, signRequests: true });
      const placed = await driveSlowly(
        clock,
        signing.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.001" }),
      );
      expect((await driveSlowly(clock, signing.getOrder(placed.orderId))).status).toBe("filled");
      expect(
        await driveSlowly(clock, signing.getTradeHistory({ symbol: "BTCUSDT", side: "buy", limit: 5 })),
      ).toHaveLength(1);
      const plain = new AgentExchangeClient({ ...exchange.connection, apiKey });
      await expect(driveSlowly(clock, plain.getBalance())).rejects.toMatchObject({ code: "INVALID_SIGNATURE" });
      const wrong = new AgentExchangeClient({
        ...exchange.connection,
        apiKey,
        apiSecret: "sk_live_wrong",
        signRequests: true,
      });
      await expect(driveSlowly(clock, wrong.getBalance())).rejects.toMatchObject({ code: "INVALID_SIGNATURE" });
    },
  );

  test.each([-600_000, 600_000])("learns the exchange's clock if its own is %d ms off", async (offset) => {
    const clock = virtualClock("2026-03-05T14:00:00Z");
    const exchange = createExchange({ clock, requireSignatures: true });
    const { apiKey, apiSecret } = await exchange.register();
    const client = new AgentExchangeClient({
      ...exchange.connection,
      clock: { ...clock, now: () => clock.now() + offset },
      apiKey,
      apiSecret,
      signRequests: true,
    });
    const order = { symbol: "BTCUSDT", side: "buy", quantity: "0.001" } as const;
    expect((await driveSlowly(clock, client.placeMarketOrder(order))).status).toBe("filled");
    expect((await driveSlowly(clock, client.placeMarketOrder(order))).status).toBe("filled");
    expect(await driveSlowly(clock, client.getTradeHistory())).toHaveLength(2);
  });

  test("signs each attempt anew", async () => {
    const clock = virtualClock("2026-03-05T14:00:00Z");
    const signatures: string[] = [];
    const client = new AgentExchangeClient({
      clock,
      apiKey: "ak_live_x",
      apiSecret: secret,
      signRequests: true,
      retry: { random: () => 1, baseDelay: 40_000, maxDelay: 40_000 },
      timeout: 200_000,
      fetch: async (url, init) => {
        const request = new Request(url, init);
        expect(await verifyRequest(request, secret, { now: clock.now() })).toBe(true);
        signatures.push(request.headers.get("x-signature") ?? "");
        return new Response(null, { status: 503 });
      },
    });
    const balance = client.getBalance().catch((error: unknown) => error);
    for (const sent of [1, 2]) {
      // Signing takes real time, not virtual time: after the response, two timers are waiting, the call's and the retry's.
      while (signatures.length < sent || clock.pending < 2) await clock.advance(0);
      await clock.advance(40_000);
    }
    expect(await balance).toMatchObject({ attempts: 3 });
    expect(new Set(signatures).size).toBe(3);
  });
});
