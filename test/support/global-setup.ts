import type { TestProject } from "vitest/node";
import { serve } from "./server.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Root of the loopback server that every project's tests can reach. */
    serverUrl: string;
  }
}

const notFound = (): Response =>
  Response.json({ error: { code: "NOT_FOUND", message: "Nothing is served here." } }, { status: 404 });

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await serve(notFound);
  project.provide("serverUrl", server.url);
  return () => server.close();
}
