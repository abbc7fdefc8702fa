// The built page, served and opened in the browsers that are installed.
import {
  chromium,
  firefox,
  type Browser,
  type BrowserContextOptions,
  type BrowserType,
  type LaunchOptions,
  type Page,
} from "playwright";
import { afterAll, afterEach, beforeAll, describe, expect, inject } from "vitest";
import { findChromium, findFirefox, type FoundBrowser } from "../../scripts/find-browsers.ts";
import { servePage, type ServedPage } from "../../scripts/page/serve.ts";

// Without a browser, its tests are skipped.
interface Engine {
  readonly name: string;
  readonly type: BrowserType;
  readonly found: FoundBrowser | undefined;
  readonly launch: LaunchOptions;
  readonly schemes: readonly ("light" | "dark")[];
}

const engines: readonly Engine[] = [
  {
    name: "Chromium",
    type: chromium,
    found: await findChromium().catch(() => undefined),
    launch: { args: ["--no-sandbox"] },
    schemes: ["light", "dark"],
  },
  {
    // Driven over WebDriver BiDi, which ignores the colour scheme and always renders light.
    name: "Firefox",
    type: firefox,
    found: findFirefox(),
    launch: { channel: "moz-firefox" },
    schemes: ["light"],
  },
];

export interface OpenOptions extends BrowserContextOptions {
  /** Runs before the page is loaded. */
  readonly before?: (page: Page) => Promise<void>;
  /** Where the page is served; by default by the tests themselves. */
  readonly site?: string;
  /** Whether requests to other hosts are expected, such as those to a service. */
  readonly contactsOthers?: boolean;
}

/** Marks what the page reports of violations of its content security policy. */
const VIOLATION = "policy violated:";

/** What the tests of one browser use. */
export interface PageTests {
  readonly schemes: readonly ("light" | "dark")[];
  /** The folder of the built page. */
  readonly folder: string;
  /** Opens the page; `problems` collects its errors and requests to other hosts. */
  readonly open: (address?: string, options?: OpenOptions) => Promise<{ page: Page; problems: string[] }>;
}

/** Describes tests once for each installed browser. */
export function describePage(what: string, tests: (page: PageTests) => void): void {
  for (const { name, type, found, launch, schemes } of engines)
    describe.skipIf(found === undefined)(`${what} in ${name}`, { timeout: 60_000 }, () => {
      const folder = inject("pageFolder");
      let served: ServedPage;
      let browser: Browser;
      const violated: string[] = [];

      beforeAll(async () => {
        served = await servePage(folder);
        const { executablePath, env } = found ?? { executablePath: "" };
        browser = await type.launch({ ...launch, executablePath, env: { ...process.env, ...env } });
      }, 60_000);

      afterAll(async () => {
        await browser.close();
        await served.close();
      });

      // Whatever a test does, the page must obey its own policy.
      afterEach(() => {
        expect(violated.splice(0)).toEqual([]);
      });

      tests({
        schemes,
        folder,
        async open(address = "", { before, site = served.url, contactsOthers = false, ...options } = {}) {
          const context = await browser.newContext({ locale: "en-US", serviceWorkers: "block", ...options });
          const page = await context.newPage();
          await page.addInitScript((mark) => {
            document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, sourceFile }) =>
              console.warn(mark, effectiveDirective, blockedURI, sourceFile),
            );
          }, VIOLATION);
          page.setDefaultTimeout(20_000);
          const problems: string[] = [];
          page.on("pageerror", (error) => problems.push(error.message));
          page.on("console", (message) => {
            if (message.type() === "error") problems.push(message.text());
            if (message.text().startsWith(VIOLATION)) violated.push(message.text());
          });
          page.on("request", (request) => {
            const url = request.url();
            if (!contactsOthers && !url.startsWith(site)) problems.push(url);
          });
          await before?.(page);
          await page.goto(site + address);
          return { page, problems };
        },
      });
    });
}
