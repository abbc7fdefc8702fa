// Every view in the reader's language: what numbers look like, how typed ones are read, and an order from both.
import type { Page } from "playwright";
import { expect, test } from "vitest";
import { describePage } from "./browsers.ts";

interface Language {
  readonly locale: string;
  /** Numbers that are not written as here. */
  readonly foreign: RegExp;
  /** 0.01, 1500.5 and 10000, as one types them. */
  readonly amount: string;
  readonly price: string;
  readonly balance: string;
  /** The price as the page shows it. */
  readonly shown: string;
  /** A number with two readings, and these. */
  readonly ambiguous: string;
  readonly readings: string;
}

const LANGUAGES: readonly Language[] = [
  {
    locale: "en-US",
    foreign: /\d,\d{1,2}(?!\d)|\d\.\d{3},/,
    amount: "0.01",
    price: "1,500.5",
    balance: "10,000",
    shown: "1,500.50",
    ambiguous: "1,5",
    readings: "an mean 1.5 or 15. ",
  },
  {
    locale: "de-DE",
    foreign: /\d\.\d{1,2}(?!\d)|\d,\d{3}\./,
    amount: "0,01",
    price: "1.500,5",
    balance: "10.000",
    shown: "1.500,50",
    ambiguous: "1.5",
    readings: "an mean 1,5 or 15. ",
  },
  {
    locale: "ar-EG",
    foreign: /[0-9]/,
    amount: "٠٫٠١",
    price: "١٬٥٠٠٫٥",
    balance: "١٠٬٠٠٠",
    shown: "١٬٥٠٠٫٥٠",
    ambiguous: "1,234",
    readings: "an mean ١٫٢٣٤ or ١٬٢٣٤. ",
  },
];

/** Sentences of the page, of agents and of the schema, whose numbers are part of the text. */
const PROSE =
  /24 hours|5-minute|my last 5 trades|7-day|80 ms|600×|default 1h|^It is time to buy|changed by|of the equity away/;

/** What is written like elsewhere: texts, values of number fields, and names that only a screen reader says. */
function foreignIn(page: Page, { foreign }: Language): Promise<string[]> {
  return page.evaluate(
    ([source, prose]) => {
      const [wrong, allowed] = [new RegExp(source ?? ""), new RegExp(prose ?? "")];
      const found = new Set<string>();
      const check = (where: string, text: string | null): void => {
        const trimmed = text?.trim() ?? "";
        if (wrong.test(trimmed) && !allowed.test(trimmed)) found.add(`${where}: ${trimmed}`);
      };
      // Code and what is sent are not written in the reader's language; a chart's own labels are pictures.
      const exempt = "pre, code, textarea, .code-area, .read, .findings li > span, #share-address";
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
        const parent = node.parentElement;
        if (parent?.checkVisibility() === true && parent.closest(exempt) === null)
          check(parent.localName, node.textContent);
      }
      for (const field of document.querySelectorAll<HTMLInputElement>("input[inputmode]")) check(field.id, field.value);
      for (const name of ["aria-label", "aria-valuetext", "title"])
        for (const element of document.querySelectorAll(`[${name}]`))
          if (element.closest(exempt) === null) check(name, element.getAttribute(name));
      return [...found];
    },
    [foreign.source, PROSE.source],
  );
}

describePage("languages", ({ open }) => {
  test.for(LANGUAGES)("numbers of $locale are shown and read in all views", { timeout: 180_000 }, async (language) => {
    const { locale, amount, price, shown, balance, ambiguous, readings } = language;
    const { page, problems } = await open("", { locale, viewport: { width: 1440, height: 900 } });
    const found: Record<string, string[]> = {};
    const look = async (where: string): Promise<void> => {
      found[where] = await foreignIn(page, language);
    };
    const go = (hash: string): Promise<string> => page.evaluate((next) => (location.hash = next), hash);
    const refuses = async (label: string, again: string): Promise<void> => {
      await page.getByLabel(label).fill(ambiguous);
      await page.getByText(readings).first().waitFor();
      expect(await page.getByLabel(label).getAttribute("aria-invalid")).toBe("true");
      await page.getByLabel(label).fill(again);
    };

    await page.getByLabel("Latency").fill("0");
    await expect.poll(() => page.locator(".tile svg").count()).toBe(5);
    await page.getByText("Board as a table").click();
    await page.getByText("Requests as a table").click();
    await look("board");
    await page.locator(".status").click();
    await page.getByLabel("Seed").waitFor();
    await look("connection");
    await page.keyboard.press("Escape");

    await go("#/desk/ETHUSDT");
    await page.getByText("Available:").waitFor();
    await page.locator(".depth").first().waitFor();
    await page.locator('[aria-labelledby="public-trades"] tbody th').first().waitFor();
    await page.getByText("Candles as a table").click();
    await page.getByRole("button", { name: /^RSI/ }).click();
    await page.getByLabel("Limit", { exact: true }).check();
    await refuses("Amount, ETH", amount);
    await refuses("Limit price, USDT", price);
    await page.getByText("Sent as 1500.5 USDT").waitFor();
    await page.getByText("Sent as 0.01 ETH").waitFor();
    await page.getByText(`Waits until the market reaches ${shown}.`).waitFor();
    await look("desk");
    await page.getByRole("button", { name: "Buy ETHUSDT", exact: true }).click();
    const question = page.getByRole("alertdialog", { name: `Buy ${amount} ETHUSDT?` });
    await question.getByText("below the last price").waitFor();
    await look("question");
    await question.getByRole("button", { name: "Buy" }).click();
    const row = page.getByRole("row", { name: `ETHUSDT buy limit ${amount} ${shown}` });
    await row.getByRole("button", { name: "Move" }).click();
    const before = await page.getByLabel("New limit price, USDT").inputValue();
    expect(before).toBe(new Intl.NumberFormat(locale, { useGrouping: false }).format(1500.5));
    await refuses("New limit price, USDT", before);
    await look("move");
    await page.keyboard.press("Escape");
    await page.getByLabel("Market", { exact: true }).check();
    await page.getByLabel("Amount, ETH").fill(amount);
    await page.getByLabel("Amount, ETH").press("Enter");
    await page.getByRole("region", { name: "Notifications" }).getByText(`Bought ${amount} ETHUSDT at`).waitFor();
    await look("after an order");

    await go("#/account");
    await page.getByText("Equity as a table").click();
    await page
      .getByRole("row", { name: `ETHUSDT buy ${amount} ` })
      .first()
      .waitFor();
    await look("account");

    await go("#/agents");
    await page.getByRole("button", { name: "Step" }).click();
    await page.locator(".arena-clock").getByText("paused").waitFor();
    await page.getByRole("button", { name: "Edit Dollar-cost average" }).click();
    const form = page.getByRole("form", { name: "Settings of Dollar-cost average" });
    await form.getByLabel("Amount of one order, USDT").fill(ambiguous);
    await form.getByRole("button", { name: "Save agent" }).click();
    await form.getByText(readings).waitFor();
    await form.getByLabel("Amount of one order, USDT").fill(price);
    await look("agents");
    await form.getByRole("button", { name: "Save agent" }).click();
    await form.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Edit Dollar-cost average" }).click();
    expect(await form.getByLabel("Amount of one order, USDT").inputValue()).toBe(before);

    await go("#/lab");
    await page.getByText("Agrees with the schema.").waitFor();
    await refuses("Stop loss, %", amount);
    await expect.poll(() => page.getByLabel("Definition as JSON").inputValue()).toContain('"stop_loss_pct": 0.01');
    await refuses("Starting balance, USDT", balance);
    await page.getByRole("button", { name: "Run the backtest" }).click();
    await page.getByText("“Buy the dip” is done.").waitFor({ timeout: 40_000 });
    await page.getByText("Equity as a table").click();
    await look("lab");

    for (const step of [1, 6]) {
      await go(`#/tour/${step}`);
      await page.getByRole("heading", { level: 1, name: /^Step/ }).waitFor();
      await page.getByRole("button", { name: "Run again" }).waitFor({ timeout: 30_000 });
      await look(`step ${step} of the tour`);
    }
    expect(Object.fromEntries(Object.entries(found).filter(([, texts]) => texts.length > 0))).toEqual({});
    expect(problems).toEqual([]);
    await page.context().close();
  });
});
