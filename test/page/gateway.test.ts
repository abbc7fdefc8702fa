// The page through a real gateway: orders, the stream, the end of a token, a wrong origin, and addresses that are kept.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createExchange } from "agentexchange/exchange";
import { createGateway, type Gateway } from "agentexchange/gateway";
import type { Page } from "playwright";
import { afterAll, describe, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import { normalizeAddress } from "../../demo/src/state/profiles.ts";
import { expiryOf } from "../../demo/src/state/service.ts";
import { describePage } from "./browsers.ts";
import { violations } from "./pageActions.ts";

/** What the page asks an account for. */
const ALLOWED =
  "getAccountInfo getBalance getPortfolio getPortfolioHistory getPositions getTradeHistory getOpenOrders listOrders getOrder placeMarketOrder placeLimitOrder cancelOrder cancelAllOrders getPrice getAllPrices getTicker getPairs".split(
    " ",
  );
const PASSWORD = "correct horse";
/** Of a caller that may trade, but not read all of the account. */
const TRADER = "battery staple";
const exchange = createExchange({ seed: 3, rateLimits: false });
const { apiKey } = await exchange.register({ startingBalance: "4321" });

interface RunningGateway {
  readonly url: string;
  close(): Promise<void>;
}

/** A gateway on a loopback port, with HTTP and WebSocket. */
async function runGateway(origins: () => readonly string[], tokenLifetime: number): Promise<RunningGateway> {
  let gateway: Gateway | undefined;
  const of = (host: string): Gateway =>
    (gateway ??= createGateway({
      upstream: { ...exchange.connection, apiKey },
      hosts: [host],
      origins: origins(),
      public: [
        "getPrice",
        "getAllPrices",
        "getTicker",
        "getTickers",
        "getCandles",
        "getRecentTrades",
        "getPairs",
        "getOrderbook",
      ],
      callers: (id) =>
        id === "page"
          ? { allow: ALLOWED, channels: ["ticker", "ticker_all", "candles", "orders"] }
          : id === "trader"
            ? { allow: "trading" }
            : null,
      login: async (request) => {
        const { password } = (await request.json()) as { readonly password?: unknown };
        return password === PASSWORD ? "page" : password === TRADER ? "trader" : null;
      },
      tokenSecret: "signs-tokens-0123456789-0123456789-0123456789",
      tokenLifetime,
    }));
  const toRequest = (incoming: import("node:http").IncomingMessage, body: Buffer | null): Request => {
    const headers = Object.entries(incoming.headers).map(([name, value]): [string, string] => [name, String(value)]);
    const method = incoming.method ?? "GET";
    const hasBody = method !== "GET" && method !== "HEAD" && body !== null && body.length > 0;
    return new Request(`http://${incoming.headers.host ?? ""}${incoming.url ?? "/"}`, {
      method,
      headers,
      body: hasBody ? new Uint8Array(body) : null,
    });
  };
  const server = createServer((incoming, outgoing) => {
    const answer = async (): Promise<void> => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const response = await of(incoming.headers.host ?? "").fetch(toRequest(incoming, Buffer.concat(chunks)));
      outgoing.writeHead(response.status, Object.fromEntries(response.headers));
      outgoing.end(Buffer.from(await response.arrayBuffer()));
    };
    answer().catch(() => outgoing.destroy());
  });
  const sockets = new WebSocketServer({ noServer: true });
  server.on("upgrade", (incoming, connection, head) => {
    const upgrade = async (): Promise<void> => {
      let socket: import("ws").WebSocket | undefined;
      const session = await of(incoming.headers.host ?? "").connect(toRequest(incoming, null), {
        send: (text) => socket?.send(text),
        close: (code, reason) => socket?.close(code, reason),
      });
      if (session instanceof Response) {
        connection.end(`HTTP/1.1 ${session.status} Refused\r\n\r\n`);
        return;
      }
      connection.on("close", () => session.closed());
      sockets.handleUpgrade(incoming, connection, head, (accepted) => {
        socket = accepted;
        accepted.on("message", (data) => session.receive((data as Buffer).toString()));
        accepted.on("error", () => session.closed());
      });
    };
    connection.on("error", () => {});
    upgrade().catch(() => connection.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      await gateway?.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

afterAll(() => exchange.close());

async function logIn(page: Page, address: string, password: string): Promise<void> {
  await page.locator(".status").click();
  await page.getByLabel("Gateway", { exact: true }).check();
  await page.getByLabel("Gateway's address").fill(address);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Connect", exact: true }).click();
}

describe("an address", () => {
  test("is kept without user, query and fragment, or not at all", () => {
    expect(normalizeAddress(" https://user:secret@gw.example.com/api/?token=1#x ")).toBe("https://gw.example.com/api");
    expect(normalizeAddress("http://localhost:8787/")).toBe("http://localhost:8787");
    expect(normalizeAddress("javascript:alert(1)")).toBe(null);
    expect(normalizeAddress("gw.example.com")).toBe(null);
  });

  test("a token says when it expires, or nothing", () => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
    expect(expiryOf(`${part({})}.${part({ exp: 1_800_000_000 })}.x`)).toBe(1_800_000_000_000);
    for (const text of ["", "a.b.c", `${part({})}.${part({ exp: "soon" })}.x`]) expect(expiryOf(text)).toBe(null);
  });
});

describePage("the page and a gateway", ({ open }) => {
  test("trades and streams with a token, and asks for another one when it ends", async () => {
    let origin = "";
    const gateway = await runGateway(() => [origin], 20_000);
    const { page } = await open("#/account", { contactsOthers: true });
    origin = new URL(page.url()).origin;
    await logIn(page, gateway.url, "wrong");
    await page.getByRole("alert").getByText("The gateway refused the login.").waitFor();
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Connect", exact: true }).click();
    await page.locator("#stream").getByText(/^live/).waitFor();
    await page.getByRole("button", { name: "Save the address" }).click();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.evaluate(() => (location.hash = "#/desk/BTCUSDT"));
    await page.getByText("Available:").waitFor();
    await page.getByLabel("Amount, BTC").fill("0.001");
    await page.getByLabel("Amount, BTC").press("Enter");
    await page
      .getByRole("status")
      .getByText(/^Bought 0.001 BTCUSDT/)
      .waitFor();
    // The token ends.
    await page.locator('.status[data-health="refused"]').waitFor({ timeout: 25_000 });
    await page.getByRole("button", { name: "Enter another token" }).first().waitFor();
    const stored = await page.evaluate(() => JSON.stringify(Object.entries(localStorage)));
    expect(stored).toContain(gateway.url);
    expect(stored).not.toMatch(/horse|eyJ/);
    await page.locator(".status").click();
    await page
      .getByRole("list", { name: "Saved addresses" })
      .getByRole("button", { name: /gateway$/ })
      .click();
    expect(await page.getByLabel("Gateway's address").inputValue()).toBe(gateway.url);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Connect", exact: true }).click();
    await page.locator('.status[data-health="connected"]').waitFor();
    await page.context().close();
    await gateway.close();
  });

  test("says of each panel what a token may not read, and shows the rest", async () => {
    let origin = "";
    const gateway = await runGateway(() => [origin], 600_000);
    const { page } = await open("#/account", { contactsOthers: true });
    origin = new URL(page.url()).origin;
    await logIn(page, gateway.url, TRADER);
    await page.locator('.status[data-health="connected"]').getByText(new URL(gateway.url).host).waitFor();
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await page.keyboard.press("Escape");
    const region = (name: string): ReturnType<Page["getByRole"]> => page.getByRole("region", { name, exact: true });
    const absent = (what: string): string => `This token may not read the ${what}.`;
    await region("Balances").getByText(absent("balances")).waitFor();
    await region("Trades").getByText(absent("trades")).waitFor();
    await region("Equity").getByText(absent("equity curve")).waitFor();
    await page.getByText("Available cash").waitFor();
    await region("Positions").getByText("Loading…").waitFor({ state: "detached" });
    await region("Open orders (0)").waitFor();
    await page.evaluate(() => (location.hash = "#/desk/ETHUSDT"));
    await page.getByText(/^Available: [\d,.]+ USDT · last [\d,.]+$/).waitFor();
    await page.getByLabel("Amount, ETH").fill("0.1");
    await page.getByText("This token may not read all that a preview needs.").waitFor();
    await page.getByRole("button", { name: "Buy ETHUSDT", exact: true }).click();
    const question = page.getByRole("alertdialog", { name: "Buy 0.1 ETHUSDT?" });
    await question.getByText("What it would do cannot be worked out").waitFor();
    await question.getByRole("button", { name: "Buy 0.1 ETHUSDT" }).click();
    await page.getByRole("log").getByText("✓ Placed").waitFor();
    await page.getByRole("button", { name: "Close the position in ETHUSDT" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Sell at the market" }).click();
    await page.getByRole("button", { name: "Close the position in ETHUSDT" }).waitFor({ state: "detached" });
    await page.evaluate(() => (location.hash = "#/lab"));
    await page.getByText("This token may not use the backtests and strategies of").waitFor();
    // What is refused is asked for rarely.
    expect(asked.filter((path) => path === "/api/v1/account/balance").length).toBeLessThan(6);
    expect(asked.filter((path) => path === "/api/v1/account/portfolio").length).toBeGreaterThan(1);
    await page.context().close();
    await gateway.close();
  });

  test("says that a gateway does not let pages of this origin in, and that nobody answers", async () => {
    const gateway = await runGateway(() => ["https://dashboard.example.com"], 60_000);
    const { page } = await open("", { contactsOthers: true });
    await logIn(page, gateway.url, PASSWORD);
    const alert = page.getByRole("alert");
    await alert.getByText(`does not let pages of ${new URL(page.url()).origin} read its answers`).waitFor();
    await alert.getByText("“origins” of the gateway").waitFor();
    await gateway.close();
    await page.getByRole("button", { name: "Connect", exact: true }).click();
    await alert.getByText("does not respond").waitFor();
    await page.getByLabel("Gateway's address").fill("not an address");
    await page.getByRole("button", { name: "Connect", exact: true }).click();
    await alert.getByText("Enter an address that begins with").waitFor();
    expect(await page.getByLabel("Gateway's address").getAttribute("aria-invalid")).toBe("true");
    await page.keyboard.press("Escape");
    await page.locator('.status[data-health="connected"]').waitFor();
    await page.context().close();
  });
});
