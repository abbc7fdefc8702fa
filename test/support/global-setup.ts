import type { TestProject } from "vitest/node";
import { serve } from "./server.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Root of the loopback server that every project's tests can reach. */
    serverUrl: string;
  }
}

const counts = new Map<string, number>();

/** Counts requests to `/count/<name>/…`, and tells how many at `/count/<name>/seen`; nothing else is served. */
function answer(request: Request): Response {
  const [, name, rest] = /^\/count\/([^/]+)\/(.+)$/.exec(new URL(request.url).pathname) ?? [];
  if (name !== undefined && rest === "seen") return Response.json({ count: counts.get(name) ?? 0 });
  if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Response.json({ error: { code: "NOT_FOUND", message: "Nothing is served here." } }, { status: 404 });
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await serve(answer);
  project.provide("serverUrl", server.url);
  return () => server.close();
}
