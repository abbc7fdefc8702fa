import type { TestProject } from "vitest/node";
import { createExchange } from "../../src/exchange/index.ts";
import { serve } from "./server.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Base URL of the loopback server for the tests of every project. */
    serverUrl: string;
  }
}

const counts = new Map<string, number>();

/** Every runtime's tests register accounts here, more than three per minute. */
const exchange = createExchange({ seed: 42, rateLimits: false });

/** An exchange that also counts requests to `/count/<name>/…`; `/count/<name>/seen` returns the count. */
async function answer(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === "/health" || pathname.startsWith("/api/v1/")) return exchange.fetch(request);
  const [, name, rest] = /^\/count\/([^/]+)\/(.+)$/.exec(pathname) ?? [];
  if (name !== undefined && rest === "seen") return Response.json({ count: counts.get(name) ?? 0 });
  if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Response.json({ error: { code: "NOT_FOUND", message: "Nothing is served here." } }, { status: 404 });
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await serve(answer);
  project.provide("serverUrl", server.url);
  return () => {
    exchange.close();
    return server.close();
  };
}
