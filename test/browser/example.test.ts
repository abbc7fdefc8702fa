import { expect, test } from "vitest";

test("the README's page lists three prices", async () => {
  await import("../../examples/browser.ts");
  const lines = [...document.querySelectorAll("li")].map((item) => item.textContent);
  expect(lines).toEqual(
    ["BTCUSDT", "ETHUSDT", "SOLUSDT"].map((symbol): unknown => expect.stringMatching(`^${symbol} [\\d.]+$`)),
  );
});
