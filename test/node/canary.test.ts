// What Node prints of a client and its errors, with every inspector enabled.
import { inspect } from "node:util";
import { expect, inject, test } from "vitest";
import { AgentExchangeClient } from "../../src/client/index.ts";
import type { ClientOptions } from "../../src/transport/index.ts";
import { run } from "../support/run-process.ts";
import { serve } from "../support/server.ts";

const canary = { apiKey: "ak_live_canary_KEY_0123456789", apiSecret: "sk_live_canary_SECRET_0123456789" } as const;
const bearerToken = "canary-TOKEN-0123456789";
const secrets = /canary_KEY|canary_SECRET|canary-TOKEN/i;

const everything = {
  depth: Infinity,
  showHidden: true,
  getters: true,
  maxStringLength: null,
  maxArrayLength: null,
} as const;

/** Echoes every request. */
const echo = async (request: Request): Promise<Response> => {
  const repeated = JSON.stringify([Object.fromEntries(request.headers), await request.text()]);
  const status = Number(/status-(\d+)/.exec(request.url)?.[1] ?? 400);
  return Response.json(
    { error: { code: "ECHO", message: repeated, details: { [repeated]: repeated, input: repeated } } },
    { status },
  );
};

const credentials: readonly ClientOptions[] = [
  canary,
  { ...canary, signRequests: true },
  { token: bearerToken },
  { token: () => bearerToken },
];

test("neither a client nor its errors reveal a secret, whatever the server echoes", async () => {
  const server = await serve(echo);
  try {
    for (const options of credentials) {
      for (const base of [
        ...[400, 401, 404, 422, 429, 500].map((status) => `${server.url}/status-${status}`),
        `${inject("serverUrl")}/fault/reset-before`,
        `${inject("serverUrl")}/fault/truncate`,
        `${inject("serverUrl")}/fault/hang-body`,
        "http://127.0.0.1:39999",
      ]) {
        const client = new AgentExchangeClient({
          ...options,
          baseUrl: base,
          timeout: 300,
          retry: { baseDelay: 1 },
          rateLimit: false,
        });
        const order = { symbol: "BTCUSDT", side: "buy", quantity: "1" } as const;
        for (const call of [() => client.getBalance(), () => client.placeMarketOrder(order)]) {
          const error: unknown = await call().catch((problem: unknown) => problem);
          expect(error).toBeInstanceOf(Error);
          for (const shown of [
            inspect(error, everything),
            inspect(client, everything),
            String(error),
            (error as Error).stack,
            JSON.stringify(error),
            JSON.stringify(client),
          ]) {
            expect(shown).not.toMatch(secrets);
            // A signature: no error has a reason to contain that many hex digits.
            expect(shown).not.toMatch(/[0-9a-f]{64}/i);
          }
        }
        await client.close();
      }
    }
  } finally {
    await server.close();
  }
});

test("an uncaught error reveals no secret either", async () => {
  const server = await serve(echo);
  try {
    const { pathname } = new URL("../../src/index.ts", import.meta.url);
    const program = `import { AgentExchangeClient } from ${JSON.stringify(pathname)};
      await new AgentExchangeClient({ ...${JSON.stringify(canary)}, baseUrl: ${JSON.stringify(server.url)} }).getBalance();`;
    const { code, output } = await run(process.execPath, ["--input-type=module", "--eval", program]);
    expect(code).toBe(1);
    expect(output).toContain("ECHO");
    // Node prints the throwing source line, which belongs to the program.
    expect(output.replace(program, "")).not.toMatch(secrets);
  } finally {
    await server.close();
  }
});
