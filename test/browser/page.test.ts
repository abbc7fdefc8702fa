import { expect, test, vi } from "vitest";

const soon = { timeout: 10_000, interval: 50 };
const texts = (selector: string): string[] =>
  [...document.querySelectorAll(selector)].map((found) => found.textContent ?? "");
const took = (): number => Number(/\d+/.exec(texts(".total strong")[0] ?? "")?.[0]);

function choose(label: string): void {
  const found = [...document.querySelectorAll("label")].find(({ textContent }) => textContent === label);
  if (found === undefined) throw new Error(`There is no "${label}".`);
  found.click();
}

test("the page shows five tiles, the speed-up of concurrent requests, and an error for an unknown pair", async () => {
  document.body.innerHTML = '<div id="page"></div>';
  await import("../../demo/src/main.tsx");

  await vi.waitFor(
    () => expect(texts(".tile h3")).toEqual(["BTCUSDT", "ETHUSDT", "SOLUSDT", "BNBUSDT", "ADAUSDT"]),
    soon,
  );
  await vi.waitFor(() => expect(texts(".tile .price")).toHaveLength(5), soon);
  for (const price of texts(".tile .price")) expect(price).toMatch(/\d/);
  for (const change of texts(".tile .change")) expect(change).toMatch(/^[▲▼■] [+-−]?\d/);
  await vi.waitFor(() => expect(took()).toBeLessThan(300), soon);

  choose("One by one");
  await vi.waitFor(() => expect(took()).toBeGreaterThanOrEqual(400), soon);
  choose("Concurrent");

  const { setSymbols, symbols } = await import("../../demo/src/state/board.ts");
  setSymbols([...symbols.peek(), "NOSUCH"]);
  await vi.waitFor(() => expect(texts(".tile.failed").join()).toContain("NOSUCH"), soon);
  expect(new URLSearchParams(location.search).get("symbols")).toContain("NOSUCH");
  expect(texts(".tile .price")).toHaveLength(5);
});
