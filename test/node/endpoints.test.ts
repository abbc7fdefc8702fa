// Every endpoint is complete: a client method, a route of the embedded exchange, and a test of its request.
import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { AgentExchangeClient } from "../../src/client/index.ts";
import * as exported from "../../src/endpoints/index.ts";
import { allRoutes } from "../../src/exchange/http/routes/index.ts";
import { methodsOf } from "../support/methods.ts";
import { repository } from "../support/run-process.ts";
import { calls } from "../shared/recordings/calls.ts";

const read = (path: string): string => readFileSync(repository + path, "utf8");
const endpoints = (Object.entries(exported) as [string, unknown][]).flatMap(([name, value]) =>
  typeof value === "object" && value !== null && "effect" in value
    ? [[name, value as exported.Endpoint<unknown, unknown>] as const]
    : [],
);

/** Endpoints that a method of another name sends, depending on its arguments. */
const SECOND_ENDPOINTS = ["stepBacktestBatch", "updateAgentRiskProfile"];

test("all endpoints are found, each under its own name", () => {
  expect(endpoints.length).toBeGreaterThan(60);
  for (const [name, endpoint] of endpoints) expect(endpoint.name).toBe(name);
});

test("every endpoint has a method of the client", () => {
  const methods = new Set([...methodsOf(AgentExchangeClient), "register", "login", ...SECOND_ENDPOINTS]);
  const sources = globSync("src/client/operations/*.ts", { cwd: repository }).map(read).join("\n");
  const isSent = (name: string): boolean => new RegExp(`endpoints\\.${name}\\b`).test(sources);
  expect(endpoints.filter(([name]) => !methods.has(name) || !isSent(name)).map(([name]) => name)).toEqual([]);
});

test("every endpoint has a route of the embedded exchange", () => {
  const routes = allRoutes().map(({ method, segments }) => `${method} /${segments.join("/")}`);
  const unnamed = (route: string): string => route.replace(/\{\w+\}/g, "{}");
  const known = new Set(routes.map(unnamed));
  const missing = endpoints.filter(
    ([, { method, base = "/api/v1", path }]) => !known.has(unnamed(`${method} ${base}${path}`)),
  );
  expect(missing.map(([name]) => name)).toEqual([]);
});

test("every endpoint has a recorded or an expected request", () => {
  const recorded = new Set(Object.values(calls).map(({ endpoint }) => endpoint.name));
  const expected = read("test/shared/endpoints/requests.test.ts");
  const untested = endpoints.filter(([name]) => !recorded.has(name) && !expected.includes(`api.${name}`));
  expect(untested.map(([name]) => name)).toEqual([]);
});
