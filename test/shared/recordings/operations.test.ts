import { describe, expect, it } from "vitest";
import * as api from "../../../src/endpoints/index.ts";
import { fromResponse, redactor, type AgentExchangeError } from "../../../src/errors/index.ts";
import { operations, type Operation } from "../../fixtures/operations.ts";
import { expectDecoded } from "../../support/differences.ts";

type AnyEndpoint = api.Endpoint<unknown, unknown>;

const endpoints = Object.values(api).filter(
  (each): each is AnyEndpoint => typeof each === "object" && each !== null && "path" in each && "output" in each,
);

/** The endpoint of ours that the request was for; of several the one with the fewest parameters. */
function endpointOf({ method, path }: Operation): AnyEndpoint | undefined {
  const asked = path.split("/");
  const fits = (pattern: string): boolean => {
    const segments = (pattern.startsWith("//") ? pattern.slice(1) : `/api/v1${pattern}`).split("/");
    return segments.length === asked.length && segments.every((each, at) => each.startsWith("{") || each === asked[at]);
  };
  return endpoints
    .filter((each) => each.method === method && fits(each.path))
    .toSorted((a, b) => a.path.split("{").length - b.path.split("{").length)[0];
}

function errorOf(operation: Operation): AgentExchangeError {
  const { method, status, body } = operation;
  const endpoint = endpointOf(operation);
  return fromResponse(
    { status, body: typeof body === "string" ? body : JSON.stringify(body), header: () => null },
    {
      name: endpoint?.name ?? "call",
      attempts: 1,
      symbol: /NOPEUSDT/.exec(operation.request)?.[0],
      repeatable: method === "GET",
      now: Date.parse("2026-11-27T07:05:42Z"),
      redact: redactor([]),
    },
  );
}

const numbered = operations.map((operation, index) => [`${index} ${operation.request}`, operation] as const);

describe("every answer of the walk", () => {
  for (const [name, operation] of numbered) {
    const endpoint = endpointOf(operation);
    if (operation.status >= 300 || endpoint === undefined) continue;
    it(`is decoded: ${name}`, () => expectDecoded(endpoint, operation.body ?? undefined));
  }
  it("errors", () => {
    for (const [name, operation] of numbered) if (operation.status >= 400) { const e = errorOf(operation); console.log(name, "=>", e.name, e.code, "|", e.message); }
  });
});
