import { describe, expect, it } from "vitest";
import { setup, UNKNOWN } from "./httpSetup.ts";
import { send, SETS_ORIGIN } from "./trader.ts";

describe.skipIf(!SETS_ORIGIN)("CORS", () => {
  const origin = { origin: "http://localhost:5173" };
  const known = { origin: "http://localhost:3000" };
  const preflightHeaders = {
    "access-control-request-method": "POST",
    "access-control-request-headers": "content-type,x-api-key",
  };

  it("lets every page read every response", async () => {
    const { exchange, owner } = await setup({ rateLimits: true });
    for (const answer of [
      await owner.get("/account/balance", origin),
      await send(exchange, "GET", "/api/v1/account/balance", undefined, origin),
      await owner.get("/nope", origin),
    ]) {
      expect(answer.headers.get("access-control-allow-origin")).toBe(origin.origin);
      expect(answer.headers.get("access-control-expose-headers")).toContain("Retry-After");
      expect(answer.headers.get("vary")).toBe("Origin");
    }
    const preflight = await send(exchange, "OPTIONS", "/api/v1/auth/login", undefined, {
      ...origin,
      ...preflightHeaders,
    });
    expect([
      preflight.status,
      preflight.json,
      preflight.headers.get("access-control-allow-headers"),
      preflight.headers.get("x-ratelimit-limit"),
    ]).toEqual([200, "OK", "content-type,x-api-key", null]);
    expect((await owner.get("/account/balance")).headers.get("access-control-allow-origin")).toBeNull();
  });

  it("restricts pages to a list of origins", async () => {
    const credentials = async (fidelity: "declared" | "observed"): Promise<string | null> =>
      (await (await setup({ fidelity })).owner.get("/account/balance", known)).headers.get(
        "access-control-allow-credentials",
      );
    expect([await credentials("declared"), await credentials("observed")]).toEqual([null, "true"]);
    const anyPort = await setup({ corsOrigins: ["http://localhost:*", "http://[::1]:*"] });
    for (const [page, allowed] of [
      ["http://localhost", true],
      ["http://localhost:1234", true],
      ["http://[::1]:5173", true],
      ["https://localhost:1234", false],
      ["http://localhost.evil.example:80", false],
      ["http://localhost:80@evil.example", false],
      ["null", false],
    ] as const) {
      const { headers } = await anyPort.owner.get("/account/balance", { origin: page });
      expect([page, headers.get("access-control-allow-origin")]).toEqual([page, allowed ? page : null]);
    }
    const { exchange, owner } = await setup({ corsOrigins: [known.origin] });
    expect((await owner.get("/account/balance", known)).headers.get("access-control-allow-origin")).toBe(known.origin);
    expect((await owner.get("/account/balance", origin)).headers.get("access-control-allow-origin")).toBeNull();
    expect(
      (await send(exchange, "OPTIONS", "/api/v1/trade/order", undefined, { ...origin, ...preflightHeaders })).status,
    ).toBe(400);
  });

  it("lacks headers where the platform's responses lack them, when observed", async () => {
    const { exchange, owner } = await setup({ fidelity: "observed", rateLimits: true });
    expect((await owner.get("/account/balance", known)).headers.get("access-control-expose-headers")).not.toContain(
      "Retry-After",
    );
    expect(
      (await send(exchange, "GET", "/api/v1/account/balance", undefined, known)).headers.get(
        "access-control-allow-origin",
      ),
    ).toBeNull();
    expect(
      (await send(exchange, "OPTIONS", "/api/v1/trade/order", undefined, { ...known, ...preflightHeaders })).status,
    ).toBe(200);
    expect(
      (await send(exchange, "OPTIONS", "/api/v1/trade/order", undefined, { ...origin, ...preflightHeaders })).status,
    ).toBe(400);
    const crash = await owner.get(`/agents/${UNKNOWN}`, known);
    expect([
      crash.status,
      crash.headers.get("x-ratelimit-limit"),
      crash.headers.get("access-control-allow-origin"),
    ]).toEqual([500, null, null]);
  });
});
