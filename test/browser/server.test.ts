import { expect, inject, test } from "vitest";

const serverUrl = inject("serverUrl");

test("the page and the server have different origins", () => {
  expect(location.origin).not.toBe(new URL(serverUrl).origin);
});

test("the response to a preflighted request is readable", async () => {
  const response = await fetch(`${serverUrl}/nothing`, { method: "POST", headers: { "x-api-key": "k" }, body: "{}" });
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ error: { code: "NOT_FOUND" } });
});

test("faults are as visible as in other runtimes", async () => {
  const bad = await fetch(`${serverUrl}/fault/html-502/x`, { headers: { "x-api-key": "k" } });
  expect(bad.status).toBe(502);
  await expect(fetch(`${serverUrl}/fault/reset-before/x`)).rejects.toBeInstanceOf(TypeError);
  const cut = await fetch(`${serverUrl}/fault/truncate/x`);
  await expect(cut.text()).rejects.toBeInstanceOf(TypeError);
});
