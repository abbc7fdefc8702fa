import { expect, test } from "vitest";
import { serve } from "../support/server.ts";

const echo = async (request: Request): Promise<Response> =>
  Response.json(
    { method: request.method, path: new URL(request.url).pathname, body: await request.text() },
    { status: 201, headers: { "x-key": request.headers.get("x-key") ?? "" } },
  );

async function serving(use: (url: string) => Promise<void>, handler = echo): Promise<void> {
  const server = await serve(handler);
  try {
    await use(server.url);
  } finally {
    await server.close();
    expect(server.connections()).toBe(0);
  }
}

test("passes method, path, headers and body to the handler and returns its response", async () => {
  await serving(async (url) => {
    const response = await fetch(`${url}/a/b`, { method: "PUT", headers: { "x-key": "k" }, body: "ü" });
    expect(response.status).toBe(201);
    expect(response.headers.get("x-key")).toBe("k");
    expect(await response.json()).toEqual({ method: "PUT", path: "/a/b", body: "ü" });
  });
});

test("a handler that throws is visible", async () => {
  const broken = (): Promise<Response> => Promise.reject(new Error("boom"));
  await serving(async (url) => {
    const response = await fetch(url);
    expect(response.status).toBe(500);
    expect(await response.text()).toContain("boom");
  }, broken);
});

test("a caller that disconnects aborts the handler's request", async () => {
  const caller = new AbortController();
  let aborted: Promise<unknown> | undefined;
  const waiting = (request: Request): Promise<Response> => {
    aborted = new Promise((resolve) => {
      request.signal.addEventListener("abort", resolve);
    });
    caller.abort();
    return new Promise(() => {});
  };
  await serving(async (url) => {
    await expect(fetch(url, { signal: caller.signal })).rejects.toThrow("aborted");
    expect(await aborted).toBeInstanceOf(Event);
  }, waiting);
});

test.for([
  ["close-after-500", 500, '{"error":'],
  ["html-502", 502, "<html>"],
  ["empty-500", 500, ""],
] as const)("/fault/%s", async ([name, status, start]) => {
  await serving(async (url) => {
    for (const method of ["GET", "POST", "DELETE"]) {
      const response = await fetch(`${url}/fault/${name}/api/v1/orders?limit=1`, { method });
      expect(response.status).toBe(status);
      expect((await response.text()).slice(0, start.length || undefined)).toBe(start);
    }
  });
});

test("/fault/reset-before and /fault/truncate break off", async () => {
  await serving(async (url) => {
    await expect(fetch(`${url}/fault/reset-before/x`, { method: "POST", body: "{}" })).rejects.toThrow("fetch failed");
    const cut = await fetch(`${url}/fault/truncate/x`);
    expect(cut.status).toBe(200);
    await expect(cut.text()).rejects.toThrow("terminated");
  });
});

test("/fault/hang and /fault/hang-body never end on their own", async () => {
  const server = await serve(echo);
  const hanging = fetch(`${server.url}/fault/hang/x`);
  const body = (await fetch(`${server.url}/fault/hang-body/x`)).text();
  expect(server.connections()).toBe(2);
  await server.close();
  await expect(hanging).rejects.toThrow("fetch failed");
  await expect(body).rejects.toThrow("terminated");
});

test("/fault/lose-answer runs the handler and drops its response", async () => {
  const seen: string[] = [];
  const handler = (request: Request): Promise<Response> => {
    seen.push(`${request.method} ${new URL(request.url).pathname}`);
    return echo(request);
  };
  await serving(async (url) => {
    const lost = fetch(`${url}/fault/lose-answer/api/v1/orders`, { method: "POST", body: "{}" });
    await expect(lost).rejects.toThrow("fetch failed");
    expect(seen).toEqual(["POST /api/v1/orders"]);
  }, handler);
});
