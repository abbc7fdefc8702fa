import { describe, expect, it } from "vitest";
import { toWireRequest, validate } from "../../../src/endpoints/index.ts";
import { ValidationError } from "../../../src/errors/index.ts";
import { exchanges } from "../../fixtures/rest.ts";
import { calls } from "./calls.ts";
import { refusedCalls, unsendable } from "./refused.ts";

interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

function read(method: string, target: string, body: string | undefined): Request {
  const [path = "", query = ""] = target.split("?");
  return {
    method,
    path: decodeURIComponent(path),
    query: Object.fromEntries(new URLSearchParams(query)),
    body: body === undefined ? undefined : (JSON.parse(body) as unknown),
  };
}

it("every recording is in exactly one table", () => {
  const tables = [calls, refusedCalls, unsendable].flatMap((table) => Object.keys(table));
  expect(exchanges).toHaveLength(158);
  expect(tables.toSorted()).toEqual(exchanges.map(({ name }) => name).toSorted());
});

describe("the client's request equals the recorded one", () => {
  for (const { name, request } of exchanges) {
    const call = calls[name];
    if (call === undefined) continue;
    it(`request of ${name}`, () => {
      const ours = toWireRequest(call.endpoint, validate(call.endpoint, call.input));
      const recorded = read(request.method, request.path, request.body);
      const { query = recorded.query, body = recorded.body } = call.instead ?? {};
      expect(read(ours.method, ours.target, ours.body)).toEqual({ ...recorded, query, body });
    });
  }
});

describe("a request that the platform rejects is rejected before it is sent", () => {
  for (const [name, { endpoint, input, field, message }] of Object.entries(refusedCalls)) {
    it(`not sent: ${name}`, () => {
      const status = exchanges.find((exchange) => exchange.name === name)?.response.status;
      expect(status).toBeOneOf([400, 422]);
      let error: unknown;
      try {
        validate(endpoint, input);
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(ValidationError);
      const { issues, message: whole, status: none } = error as ValidationError;
      expect(issues[0]?.field).toBe(field);
      expect(issues[0]?.message).toContain(message);
      expect(whole).toContain(`${endpoint.name}: ${field} ${issues[0]?.message}`);
      expect(none).toBeNull();
    });
  }
});
