import { expect, test } from "vitest";
import { manualMarket, virtualClock, type JournalEntry } from "../../../src/exchange/index.ts";
import { open, send, START, trader } from "./trader.ts";

const market = manualMarket({ BTCUSDT: { price: "50000", volume: "18000" } });

const kinds = (entries: Iterable<JournalEntry>): readonly string[] =>
  [...entries].map((entry) => (entry.kind === "command" ? `${entry.method} ${entry.path}` : entry.kind));

test("accepted commands and their fills are journalled in order; reads and rejections are not", async () => {
  const exchange = open({ market });
  const bot = await trader(exchange);
  await bot.order({ symbol: "BTCUSDT", side: "buy", type: "market", quantity: "0.01" });
  await bot.get("/account/balance");
  const refused = await bot.order({ symbol: "BTCUSDT", side: "buy", type: "market", quantity: "1000" });
  expect(refused.status).toBe(400);
  const { json } = await bot.order({ symbol: "BTCUSDT", side: "buy", type: "limit", quantity: "0.02", price: "40000" });
  await bot.send("DELETE", `/trade/order/${(json as { order_id: string }).order_id}`);
  expect(kinds(exchange.journal)).toEqual([
    "POST /api/v1/auth/register",
    "POST /api/v1/trade/order",
    "fill",
    "POST /api/v1/trade/order",
    `DELETE /api/v1/trade/order/${(json as { order_id: string }).order_id}`,
  ]);
  const [, command, fill] = exchange.journal;
  expect(command).toEqual({
    kind: "command",
    time: new Date(START).getTime(),
    method: "POST",
    path: "/api/v1/trade/order",
    accountId: bot.accountId,
    agentId: bot.agentId,
    body: '{"symbol":"BTCUSDT","side":"buy","type":"market","quantity":"0.01"}',
    status: 201,
  });
  expect(fill).toMatchObject({ agentId: bot.agentId, symbol: "BTCUSDT", side: "buy", quantity: "0.01000000" });
  expect(exchange.journal.at(-1)?.kind).toBe("command");
  expect(exchange.journal).toHaveLength(5);
});

test("a pending order's fill has the timestamp of its sweep", async () => {
  const clock = virtualClock(START);
  const exchange = open({ market, clock });
  const bot = await trader(exchange);
  await bot.order({ symbol: "BTCUSDT", side: "buy", type: "limit", quantity: "0.01", price: "49000" });
  exchange.market.set("BTCUSDT", { price: "48000" });
  await clock.advance(5000);
  expect(exchange.sweep()).toBe(1);
  expect(exchange.journal.at(-1)).toMatchObject({ kind: "fill", time: clock.now(), quantity: "0.01000000" });
});

test("passwords and secrets are not journalled", async () => {
  const exchange = open({ market });
  const { json } = await send(exchange, "POST", "/api/v1/auth/register", {
    display_name: "Kestrel",
    email: "kestrel@example.com",
    password: "correct horse",
  });
  const { api_key, api_secret } = json as unknown as { api_key: string; api_secret: string };
  const login = await send(exchange, "POST", "/api/v1/auth/login", { api_key, api_secret });
  expect(login.status).toBe(200);
  await exchange.register();
  const text = JSON.stringify([...exchange.journal]);
  expect(kinds(exchange.journal)).toEqual([
    "POST /api/v1/auth/register",
    "POST /api/v1/auth/login",
    "POST /api/v1/auth/register",
  ]);
  expect(text).toContain("kestrel@example.com");
  for (const secret of ["correct horse", api_key, api_secret]) expect(text).not.toContain(secret);
});
