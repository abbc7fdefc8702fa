// Secrets are removed from errors, and so are values that repeat the request.
import { describe, expect, test } from "vitest";
import { redactor } from "../../../src/errors/index.ts";
import { errorOf, envelope } from "./errorOf.ts";

test("values that repeat the request are removed at any depth", () => {
  const error = errorOf(
    422,
    envelope("VALIDATION_ERROR", {
      errors: [{ loc: ["api_secret"], msg: "bad", input: "hush" }],
      more: { input: "hush", deep: [{ input: "hush", kept: 1 }] },
    }),
  );
  expect(JSON.stringify(error)).not.toContain("hush");
  expect(error.details).toEqual({ errors: [{ loc: ["api_secret"], msg: "bad" }], more: { deep: [{ kept: 1 }] } });
  expect(error).toMatchObject({ issues: [{ field: "apiSecret", message: "bad" }] });
});

describe("secrets", () => {
  const secret = "tok_se_cr_et_value";
  const redact = redactor([secret, "tok_se", undefined, "abc"]);
  const everywhere = {
    error: {
      code: `C_${secret}`,
      message: `said ${secret} and ak_live_AbC-dEf_1 and eyJhbGciOi.eyJzdWIi.c2ln`,
      details: { field: secret, [secret]: { list: [secret, `x${secret}y`] } },
    },
  };

  test("are removed from every field, by value and by shape", () => {
    const shown = JSON.stringify(errorOf(422, everywhere, {}, { redact }));
    expect(shown).not.toMatch(/se_cr_et|seCrEt|AbC-dEf|eyJ/);
    expect(shown).toContain("[redacted]");
  });

  test("are removed from field names before these are converted to camelCase", () => {
    const error = errorOf(422, { detail: [{ loc: ["body", secret, "ak_live_AbC_dEf"], msg: secret }] }, {}, { redact });
    expect(JSON.stringify(error)).not.toMatch(/se_?cr_?et/i);
    expect(JSON.stringify(error)).not.toMatch(/dEf/i);
  });

  test("a secret that is a prefix of another leaves no remainder", () => {
    expect(redactor(["secret-1", "secret-1-and-more"])("is secret-1-and-more")).toBe("is [redacted]");
  });

  test("very short secrets are not redacted", () => {
    expect(redact("abc of trading")).toBe("abc of trading");
  });

  test("deeply nested values are dropped", () => {
    let deep: unknown = secret;
    for (let depth = 0; depth < 50; depth++) deep = { deep };
    expect(JSON.stringify(errorOf(400, envelope("TEAPOT", { deep }), {}, { redact }))).not.toContain(secret);
  });
});
