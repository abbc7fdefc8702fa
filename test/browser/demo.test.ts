/// <reference types="vite/client" />
import { expect, test, vi } from "vitest";
import page from "../../demo/index.html?raw";

const soon = { timeout: 10_000, interval: 50 };
const texts = (selector: string): string[] =>
  [...document.querySelectorAll(selector)].map((found) => found.textContent ?? "");
const took = (): number => Number(/\d+/.exec(texts("#took")[0] ?? "")?.[0]);

test("the demo page: five tiles, an error tile, and what asking all at once saves", async () => {
  document.body.innerHTML = /<body>(.*)<\/body>/s.exec(page)?.[1] ?? "";
  void import("../../demo/src/main.ts"); // it goes on for ever

  await vi.waitFor(() => expect(texts("ul h2")).toEqual(["BTCUSDT", "ETHUSDT", "SOLUSDT", "BNBUSDT", "ADAUSDT"]), soon);
  for (const price of texts(".price")) expect(price).toMatch(/\d/);
  for (const change of texts(".change")) expect(change).toMatch(/^[▲▼=] [+-−]?\d/);
  await vi.waitFor(() => expect(took()).toBeLessThan(200), soon);

  document.querySelector<HTMLInputElement>("[value=apart]")?.click();
  await vi.waitFor(() => expect(took()).toBeGreaterThanOrEqual(250), soon);
  document.querySelector<HTMLInputElement>("[value=together]")?.click();

  const field = document.querySelector<HTMLInputElement>("[name=symbols]") as HTMLInputElement;
  field.value = "BTCUSDT NOSUCH";
  await vi.waitFor(() => expect(texts("[data-direction=failed]").join()).toContain("NOSUCH"), soon);
  expect(texts(".price")).toHaveLength(1);

  const button = document.querySelector("button") as HTMLButtonElement;
  button.click();
  expect(button.textContent).toBe("Go on");
});
