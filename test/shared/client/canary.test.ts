// No key, secret, token or signature in anything that a program can print, for any failure and anything a server echoes.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { AgentExchangeClient } from "../../../src/client/index.ts";
import { virtualClock } from "../../../src/exchange/index.ts";
import type { CallOptions, ClientOptions } from "../../../src/transport/index.ts";
import * as answers from "../../support/answers.ts";
import { drive } from "../../support/drive.ts";
import { methodsOf } from "../../support/methods.ts";
import { everyPrintedForm } from "../../support/everyPrintedForm.ts";
import {
  brokenConnection,
  neverSettles,
  hungBody,
  refusedConnection,
  scripted,
  type Sent,
} from "../../support/scripted.ts";

const canary = {
  apiKey: "ak_live_canary_KEY_0123456789",
  apiSecret: "sk_live_canary_SECRET_0123456789",
  password: "canary_PASSWORD_0123456789",
  /** Has no recognisable format. */
  opaque: "canary-TOKEN-0123456789",
  jwt: "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.canarySIGNATURE",
} as const;

const ways: readonly (readonly [name: string, options: ClientOptions])[] = [
  ["a key", { apiKey: canary.apiKey, apiSecret: canary.apiSecret }],
  ["a signing key", { apiKey: canary.apiKey, apiSecret: canary.apiSecret, signRequests: true }],
  ["an opaque token", { token: canary.opaque }],
  ["tokens of a function", { token: () => canary.opaque, apiSecret: canary.apiSecret }],
  ["a login", { apiKey: canary.apiKey, apiSecret: canary.apiSecret, token: "login" }],
];

/** Echoes the request in every part of an error that a server controls. */
function echo(sent: Sent, status: number): Response {
  const said = JSON.stringify({ ...sent.headers, body: sent.body });
  return Response.json(
    {
      error: {
        code: status === 401 ? "INVALID_TOKEN" : "ECHO",
        message: `you sent ${said}`,
        details: {
          ...sent.headers,
          [said]: said,
          input: sent.body,
          list: [{ deep: { said } }],
          field: said,
          reason: said,
        },
      },
    },
    { status, headers: { "x-echo": sent.headers["x-api-key"] ?? "" } },
  );
}

const rules = (sent: Sent): Response =>
  Response.json(
    {
      detail: [
        {
          type: "missing",
          loc: ["body", sent.headers["x-api-key"] ?? sent.headers["authorization"] ?? "x"],
          msg: JSON.stringify(sent.headers),
          input: sent.body,
          ctx: { sent: sent.body },
        },
      ],
    },
    { status: 422 },
  );

const failures: readonly (readonly [name: string, answer: (sent: Sent) => Response | Promise<Response>])[] = [
  ["an echo with 400", (sent) => echo(sent, 400)],
  ["an echo with 401", (sent) => echo(sent, 401)],
  ["an echo with 403", (sent) => echo(sent, 403)],
  ["an echo with 404", (sent) => echo(sent, 404)],
  ["an echo with 409", (sent) => echo(sent, 409)],
  ["an echo with 422", (sent) => echo(sent, 422)],
  ["an echo with 429", (sent) => echo(sent, 429)],
  ["an echo with 500", (sent) => echo(sent, 500)],
  ["an echo with 503", (sent) => echo(sent, 503)],
  ["an echo with 200", (sent) => echo(sent, 200)],
  ["an echo as rule failures", rules],
  ["an echo in words", (sent) => Response.json({ detail: JSON.stringify(sent.headers) }, { status: 418 })],
  ["an echo in HTML", (sent) => new Response(`<html>${JSON.stringify(sent.headers)}`, { status: 502 })],
  ["an echo as a text", (sent) => new Response(JSON.stringify(sent.headers).slice(1), { status: 200 })],
  ["a cut echo", (sent) => new Response(JSON.stringify(sent.headers).slice(0, -1), { status: 500 })],
  ["no connection", () => Promise.reject(refusedConnection())],
  ["a broken connection", () => Promise.reject(brokenConnection())],
  [
    "a failure that holds the request",
    (sent) =>
      Promise.reject(
        Object.assign(new TypeError(`failed with ${JSON.stringify(sent.headers)}`), {
          request: sent,
          cause: new Error(JSON.stringify(sent.headers)),
        }),
      ),
  ],
  ["silence", neverSettles],
  ["a hung body", () => hungBody()],
  ["a redirect", () => new Response(null, { status: 307, headers: { location: `/x?key=${canary.apiKey}` } })],
];

const calls: readonly ((client: AgentExchangeClient, options: CallOptions) => Promise<unknown>)[] = [
  (client, options) => client.getBalance(options),
  (client, options) => client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.02" }, options),
  (client, options) => client.cancelAllOrders(options),
  (client, options) => client.createAgent({ displayName: "scalper" }, options),
];

const said: unknown[] = [];
beforeEach(() => {
  said.length = 0;
  for (const method of ["log", "info", "warn", "error", "debug", "trace"] as const) {
    vi.spyOn(console, method).mockImplementation((...parts: unknown[]) => void said.push(parts));
  }
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** The secrets that appear in anything the value prints as. */
function found(signatures: readonly string[], ...things: readonly unknown[]): readonly string[] {
  const text = things.map(everyPrintedForm).join("\n");
  const secrets = [
    ...Object.values(canary),
    "canary_KEY",
    "canary_SECRET",
    "canary_PASSWORD",
    "canary-TOKEN",
    "canarySIGNATURE",
    ...signatures,
  ];
  return secrets.filter((secret) => text.toLowerCase().includes(secret.toLowerCase()));
}

describe.each(ways)("with %s", (_name, options) => {
  test.each(failures)("%s reveals no secret", async (_failure, answer) => {
    const clock = virtualClock("2026-03-05T14:00:00Z");
    const events: unknown[] = [];
    const server = scripted((sent) => {
      const isLogin = sent.path === "/api/v1/auth/login";
      return isLogin
        ? Response.json({ token: canary.jwt, expires_at: "2026-03-05T15:00:00Z", token_type: "Bearer" })
        : answer(sent);
    }, clock);
    const client = new AgentExchangeClient({
      ...options,
      clock,
      fetch: server.fetch,
      timeout: 5000,
      rateLimit: false,
      onRequest: (event) => events.push(event),
      onResponse: (event) => events.push(event),
    });
    const errors: unknown[] = [];
    for (const call of calls) {
      const work = call(client, {}).catch((error: unknown) => errors.push(error));
      // WebCrypto takes real time.
      await vi.waitFor(async () => {
        await clock.advance(500);
        expect(server.sent.length).toBeGreaterThan(0);
      });
      await drive(clock, work);
    }
    expect(errors).toHaveLength(calls.length);
    const signatures = server.sent.flatMap(({ headers }) => headers["x-signature"] ?? []);
    expect(signatures.length > 0).toBe(options.signRequests === true);
    expect(found(signatures, ...errors, events, client, said)).toEqual([]);
    await client.close();
  });
});

test("registering and logging in reveal no secret either", async () => {
  const clock = virtualClock();
  for (const [, answer] of failures) {
    const { fetch } = scripted(answer, clock);
    const connection = { clock, fetch, timeout: 5000, rateLimit: false } as const;
    const account = { displayName: "Kestrel", email: "a@b.example", password: canary.password };
    const errors = [
      await drive(
        clock,
        AgentExchangeClient.register(account, connection).catch((error: unknown) => error),
      ),
      await drive(
        clock,
        AgentExchangeClient.login({ apiKey: "canary-TOKEN-0123456789", apiSecret: canary.password }, connection).catch(
          (error: unknown) => error,
        ),
      ),
    ];
    expect(found([], ...errors, said)).toEqual([]);
  }
});

test("a renewed token is still redacted when a response repeats it", async () => {
  const clock = virtualClock();
  let asked = 0;
  const server = scripted(async (sent, index) => {
    // The second response arrives when the first call already has a new token.
    if (index === 1) await new Promise<void>((resolve) => void clock.setTimeout(resolve, 2000));
    return echo(sent, index === 1 ? 400 : 401);
  }, clock);
  const token = (): string => `canary-TOKEN-${asked++}-0123456789`;
  const client = new AgentExchangeClient({ clock, fetch: server.fetch, token });
  const both = [client.getBalance(), client.getPositions()].map((call) => call.catch((error: unknown) => error));
  const errors = await drive(clock, Promise.all(both));
  expect(asked).toBe(2);
  expect(errors).toMatchObject([{ code: "INVALID_TOKEN" }, { code: "ECHO", attempts: 1 }]);
  expect(found([], ...errors)).toEqual([]);
});

test("nothing reachable from a client exposes a secret, or a way to send requests that bypasses its methods", async () => {
  const clock = virtualClock();
  const { fetch } = scripted(() => answers.balance(), clock);
  for (const [, options] of ways) {
    const client = new AgentExchangeClient({ ...options, clock, fetch });
    const members = membersOf(client);
    const names = [...members.keys()].filter((name) => !name.endsWith("asyncDispose)"));
    expect(names.toSorted()).toEqual(["constructor", ...methodsOf(AgentExchangeClient)].toSorted());
    expect([...members.values()].filter((member) => typeof member !== "function")).toEqual([]);
    expect(found([], client, { client }, ...members.values())).toEqual([]);
    await client.close();
  }
});

/** Everything that an inspector can reach: own and inherited members, hidden ones, symbols and the values of getters. */
function membersOf(target: object): ReadonlyMap<string, unknown> {
  const members = new Map<string, unknown>();
  for (
    let at: object | null = target;
    at !== null && at !== Object.prototype;
    at = Object.getPrototypeOf(at) as object
  ) {
    for (const key of Reflect.ownKeys(at)) members.set(String(key), Reflect.get(at, key, target));
  }
  return members;
}

test("results with secrets hide them when printed", async () => {
  const clock = virtualClock();
  const connection = {
    clock,
    fetch: scripted(() =>
      Response.json({ token: canary.jwt, expires_at: "2026-03-05T15:00:00Z", token_type: "Bearer" }),
    ).fetch,
  };
  const answer = await drive(
    clock,
    AgentExchangeClient.login({ apiKey: canary.apiKey, apiSecret: canary.apiSecret }, connection),
  );
  expect(answer.token).toBe(canary.jwt);
  expect(JSON.stringify(answer)).not.toContain("canary");
  expect(JSON.stringify({ ...answer })).not.toContain("canary");
});
