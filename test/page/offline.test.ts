// The page without a network, and a newer version of it: with a server that stops and starts again.
import { cpSync, globSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright";
import { createExchange } from "agentexchange/exchange";
import { expect, test } from "vitest";
import { servePage } from "../../scripts/page/serve.ts";
import { serve } from "../support/server.ts";
import { describePage } from "./browsers.ts";
import { VIEWS } from "./pageActions.ts";

/** Waits until the page is kept whole. */
async function isKept(page: Page): Promise<void> {
  await expect
    .poll(() => page.evaluate(() => navigator.serviceWorker.controller?.state), { timeout: 20_000 })
    .toBe("activated");
}

/** The addresses of everything that is kept. */
function kept(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const caches_ = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
    const requests = await Promise.all(caches_.map((cache) => cache.keys()));
    return requests.flat().map(({ url }) => url);
  });
}

/** Another version of the page: the code of the account view has another name, and the page another title. */
function nextVersion(folder: string): string {
  const next = mkdtempSync(join(tmpdir(), "next-"));
  cpSync(folder, next, { recursive: true });
  const [chunk = ""] = globSync("assets/account-*.js", { cwd: next }).map((path) => path.replaceAll("\\", "/"));
  const renamed = "assets/account-12345678.js";
  renameSync(join(next, chunk), join(next, renamed));
  for (const path of globSync("**/*.{js,html}", { cwd: next })) {
    const text = readFileSync(join(next, path), "utf8");
    const changed = text
      .replaceAll(chunk.slice("assets/".length), renamed.slice("assets/".length))
      .replace("<title>", '<meta name="version" content="next" /><title>')
      .replace(/const VERSION = "/, "$&next");
    writeFileSync(join(next, path), changed);
  }
  return next;
}

describePage("the page without a network", ({ folder, open }) => {
  test("it opens and shows every view, and keeps nothing that a service answers", async () => {
    const exchange = createExchange({ seed: 3 });
    const service = await serve((request) => exchange.fetch(request));
    const served = await servePage(folder);
    const { page } = await open("", { site: served.url, serviceWorkers: "allow", contactsOthers: true });
    await isKept(page);
    await page.evaluate((url) => fetch(`${url}/api/v1/market/prices`).then((response) => response.text()), service.url);
    // A service under the page's own address is not the page's either.
    await page.evaluate(() => fetch("api/v1/market/prices").then((response) => response.text()));
    const addresses = await kept(page);
    expect(addresses.filter((url) => url.includes("/api/"))).toEqual([]);
    const names = globSync("**/*.*", { cwd: folder }).map((path) => served.url + path.replaceAll("\\", "/"));
    expect(addresses.toSorted()).toEqual(
      [served.url, ...names].filter((url) => !url.endsWith("/service-worker.js")).toSorted(),
    );
    await service.close();
    exchange.close();
    await served.close();
    await page.reload();
    await page.locator(".tile .price").first().waitFor();
    for (const view of VIEWS) {
      await page.evaluate((name) => (location.hash = `#/${name}`), view);
      await page.getByRole("main").getByRole("heading", { level: 1 }).waitFor();
    }
    await page.goto(`${served.url}?symbols=ETHUSDT#/board`);
    await page.locator(".tile h3").getByText("ETHUSDT").waitFor();
    await page.context().close();
  });

  test("a newer version says so; the old one goes on with its own code until the page is loaded again", async () => {
    const next = nextVersion(folder);
    const before = await servePage(folder);
    const { page } = await open("", { site: before.url, serviceWorkers: "allow" });
    await isKept(page);
    await before.close();
    const after = await servePage(next, Number(new URL(before.url).port));
    await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
    await page.getByText("A newer version of this page is ready.").waitFor({ timeout: 20_000 });
    // The server no longer has this code.
    await page.evaluate(() => (location.hash = "#/account"));
    await page.getByRole("heading", { name: "Account" }).waitFor();
    expect(await page.locator('meta[name="version"]').count()).toBe(0);
    await page.getByRole("button", { name: "Reload", exact: true }).click();
    await page.locator('meta[name="version"]').waitFor({ state: "attached" });
    await page.getByRole("heading", { name: "Account" }).waitFor();
    await after.close();
    await page.context().close();
    rmSync(next, { recursive: true });
  });
});
