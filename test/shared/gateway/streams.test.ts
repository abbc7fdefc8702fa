// Streams through a gateway: tickets, permissions and the end of a session.
import { expect, test } from "vitest";
import type { GatewayOptions, GatewaySession } from "../../../src/gateway/index.ts";
import { drive } from "../../support/drive.ts";
import { BASE, gatewayDesk, ORIGIN, withHeaders, type GatewayDesk } from "../../support/gateway.ts";

interface Page {
  readonly desk: GatewayDesk;
  readonly frames: string[];
  readonly closes: number[];
  readonly ticket: string;
  open(ticket?: string, headers?: Readonly<Record<string, string>>): Promise<GatewaySession | Response>;
}

async function openPage(options: Partial<GatewayOptions> = {}): Promise<Page> {
  const desk = await gatewayDesk(options);
  const headers = { authorization: `Bearer ${await desk.token()}` };
  const response = await desk.gateway.fetch(new Request(`${BASE}/gateway/ticket`, { method: "POST", headers }));
  const { ticket } = (await response.json()) as { ticket: string };
  const frames: string[] = [];
  const closes: number[] = [];
  return {
    desk,
    frames,
    closes,
    ticket,
    async open(used = ticket, added = {}) {
      const request = new Request(`${BASE}/ws/v1?ticket=${used}`);
      const opening = desk.gateway.connect(Object.keys(added).length === 0 ? request : withHeaders(request, added), {
        send: (text) => void frames.push(text),
        close: (code) => void closes.push(code),
      });
      return drive(desk.clock, opening, 60_000, 1);
    },
  };
}

async function session(page: Page): Promise<GatewaySession> {
  const opened = await page.open();
  if (opened instanceof Response) throw new Error(`It was refused: ${opened.status} ${await opened.text()}`);
  return opened;
}

const subscribe = (channel: string, more: object = {}): string =>
  JSON.stringify({ action: "subscribe", channel, ...more });

test("only allowed channels pass, in messages that the gateway builds", async () => {
  const page = await openPage();
  const opened = await session(page);
  const answerTo = async (text: string): Promise<string> => {
    page.frames.length = 0;
    opened.receive(text);
    await page.desk.clock.advance(1);
    return page.frames[0] ?? "";
  };
  expect(await answerTo(subscribe("ticker", { symbol: "btcusdt" }))).toContain('"subscribed"');
  expect(await answerTo(subscribe("orders"))).toContain('"subscribed"');
  for (const refused of [
    subscribe("portfolio"),
    subscribe("candles", { symbol: "BTCUSDT", interval: "1m" }),
    subscribe("ticker_all"),
    subscribe("ticker", { symbol: " aLl " }),
  ])
    expect(await answerTo(refused)).toContain("PERMISSION_DENIED");
  expect(await answerTo(subscribe("battle", { battle_id: "x" }))).toContain("INVALID_CHANNEL");
  expect(await answerTo(subscribe("__proto__"))).toContain("INVALID_CHANNEL");
  expect(await answerTo('{"action":"subscribe","channel":"orders","channel":"portfolio"}')).toContain(
    "PERMISSION_DENIED",
  );
  expect(await answerTo(subscribe("ticker", { symbol: ["BTCUSDT"] }))).toContain("INVALID_MESSAGE");
  expect(await answerTo('{"action":"trade"}')).toContain("UNKNOWN_ACTION");
  for (const unreadable of ["", "[]", "x".repeat(5000)])
    expect(await answerTo(unreadable)).toContain("INVALID_MESSAGE");
  opened.closed();
});

test("order updates arrive, without the key, until the caller is gone", async () => {
  const page = await openPage();
  const opened = await session(page);
  opened.receive(subscribe("orders"));
  await page.desk.clock.advance(1);
  const order = { symbol: "BTCUSDT", side: "buy", quantity: "0.01" } as const;
  await page.desk.createClient().placeMarketOrder(order);
  await page.desk.clock.advance(1);
  expect(page.frames.join()).toContain('"filled"');
  expect(page.frames.join()).not.toContain(page.desk.keys.apiKey);
  opened.closed();
  page.frames.length = 0;
  await page.desk.createClient().placeMarketOrder(order);
  await page.desk.clock.advance(1);
  expect(page.frames).toEqual([]);
});

test("a ticket opens one stream, within 30 s, for this gateway and listed pages", async () => {
  const page = await openPage();
  const refused = async (...parameters: Parameters<Page["open"]>): Promise<number> => {
    const answer = await page.open(...parameters);
    return answer instanceof Response ? answer.status : 0;
  };
  expect(await refused(`${page.ticket}x`)).toBe(401);
  expect(await refused(await page.desk.token())).toBe(401);
  expect(await refused(page.ticket, { origin: "https://evil.example" })).toBe(403);
  expect(await refused(page.ticket, { origin: ORIGIN })).toBe(0);
  expect(await refused(page.ticket)).toBe(401);
  const late = await openPage();
  await late.desk.clock.advance(30_001);
  expect(await late.open()).toBeInstanceOf(Response);
  const withoutChannels = await openPage({ callers: () => ({ allow: ["getBalance"] }) });
  expect(await withoutChannels.open()).toMatchObject({ status: 403 });
});

test("a caller with an agent sees no stream of the whole account", async () => {
  const page = await openPage({
    callers: () => ({ allow: [], channels: ["orders", "ticker"], agentId: "0f0e0d0c-0b0a-4908-8706-050403020100" }),
  });
  const opened = await session(page);
  opened.receive(subscribe("orders"));
  opened.receive(subscribe("ticker", { symbol: "BTCUSDT" }));
  await page.desk.clock.advance(1);
  expect(page.frames.map((frame) => (JSON.parse(frame) as { type: string }).type)).toEqual(["error", "subscribed"]);
});

test("a stream ends with its token, with the gateway, and with the platform's stream", async () => {
  const byToken = await openPage();
  await session(byToken);
  // The platform closes a stream that does not reply to its pings.
  const expiring = await openPage({ tokenLifetime: 20_000 });
  await session(expiring);
  await expiring.desk.clock.advance(20_001);
  expect(expiring.closes).toEqual([1008]);
  const closing = await openPage();
  await session(closing);
  await closing.desk.gateway.close();
  expect(closing.closes).toEqual([1001]);
  await byToken.desk.clock.advance(60_000);
  expect(byToken.closes).toEqual([1012]);
});

test("32 streams of one caller are open at most", async () => {
  const page = await openPage();
  const headers = { authorization: `Bearer ${await page.desk.token()}` };
  const open = async (): Promise<GatewaySession | Response> => {
    const answer = await page.desk.gateway.fetch(new Request(`${BASE}/gateway/ticket`, { method: "POST", headers }));
    return page.open(((await answer.json()) as { ticket: string }).ticket);
  };
  const opened: GatewaySession[] = [];
  for (let count = 0; count < 32; count++) {
    const one = await open();
    if (!(one instanceof Response)) opened.push(one);
  }
  expect(opened).toHaveLength(32);
  expect(await open()).toMatchObject({ status: 429 });
  opened[0]?.closed();
  expect(await open()).not.toBeInstanceOf(Response);
});
