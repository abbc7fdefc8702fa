import { describe, expect, it } from "vitest";
import * as api from "../../../src/endpoints/index.ts";
import { examples } from "../../fixtures/examples.ts";
import { exchanges } from "../../fixtures/rest.ts";
import { expectDecoded } from "../../support/differences.ts";
import { calls } from "./calls.ts";
import { unsendable } from "./refused.ts";

const succeeded = exchanges.filter(({ response }) => response.status >= 200 && response.status < 300);

it("every successful recording belongs to a client call, except those without one", () => {
  const others = succeeded.map(({ name }) => name).filter((name) => calls[name] === undefined);
  expect(others).toEqual(["preflight_allowed"]);
  expect(Object.keys(unsendable)).toEqual(expect.arrayContaining(others));
});

describe("every value of a recorded response is decoded", () => {
  for (const { name, response } of succeeded) {
    const call = calls[name];
    if (call === undefined) continue;
    it(`response to ${name}`, () =>
      expectDecoded(call.endpoint, response.body === "" ? undefined : JSON.parse(response.body)));
  }
});

describe("every value of a generated response is decoded", () => {
  for (const [name, answers] of Object.entries(examples)) {
    it(`response to ${name}`, () => {
      const endpoint = (api as unknown as Readonly<Record<string, api.Endpoint<unknown, unknown>>>)[name];
      for (const answer of answers) expectDecoded(endpoint as api.Endpoint<unknown, unknown>, answer);
    });
  }
});
