// The embedded exchange behind the page, and what happens to the link when another takes its place.
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Decimal } from "agentexchange";
import { getOpenOrders, getPortfolio, placeLimitOrder } from "agentexchange/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { failures, resetCalls, traffic } from "../../demo/src/state/calls.ts";
import * as connection from "../../demo/src/state/connection.ts";
import type { Link } from "../../demo/src/state/connection.ts";
import { logIn, openGateway, openService } from "../../demo/src/state/service.ts";

const open = (seed: number): Promise<void> => connection.openEmbedded({ seed, fidelity: "declared" });

function current(): Link {
  const link = connection.link.peek();
  if (link === null) throw new Error("There is no link.");
  return link;
}

beforeAll(async () => {
  connection.latency.value = 0;
  await expect(connection.replaceLink(() => Promise.reject(new Error("nobody there")))).rejects.toThrow("nobody there");
  expect(connection.linkState.value).toEqual({ kind: "failed", message: "nobody there" });
  expect(connection.link.value).toBeNull();
  resetCalls("key");
  await open(5);
});

afterAll(() => connection.link.peek()?.close());

test("an attempt that fails leaves the present connection as it was, and says why", async () => {
  const [before, count] = [current(), connection.connectionCount.value];
  const attempt = connection.replaceLink(() => Promise.reject(new Error("no such host")));
  expect(connection.linkState.value).toEqual({ kind: "opening" });
  await expect(attempt).rejects.toThrow("no such host");
  expect(connection.linkState.value).toEqual({ kind: "open" });
  expect([connection.link.value, connection.connectionCount.value]).toEqual([before, count]);
  expect(failures.value[0]).toMatchObject({ action: "connect", message: "no such host" });
  await before.client.send(getPortfolio);
});

test.for([
  [200, "<!doctype html>"],
  [500, "Internal Server Error"],
] as const)("an address that answers %i and %s responds, but is no exchange", async ([status, text]) => {
  const server = createServer((_request, response) => {
    response.writeHead(status, { "content-type": "text/html", "access-control-allow-origin": "*" }).end(text);
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  try {
    await expect(openService(`http://127.0.0.1:${port}`, "")).rejects.toThrow(
      `127.0.0.1:${port} responds, but cannot be used: `,
    );
  } finally {
    server.close();
  }
});

test("a fork tries things out: the exchange keeps none of them, and its faults do not reach it", async () => {
  connection.faults.value = true;
  const copy = current().fork();
  for (let order = 0; order < 10; order++)
    await copy?.send(placeLimitOrder, {
      symbol: "BTCUSDT",
      side: "buy",
      quantity: new Decimal("0.001"),
      price: new Decimal(20_000),
    });
  const inCopy = (await copy?.send(getOpenOrders))?.length ?? 0;
  await copy?.close();
  connection.faults.value = false;
  expect((await current().client.send(getOpenOrders)).length).toBe(inCopy - 10);
});

test("another speed is the same exchange with the same account", async () => {
  const [before, count] = [current(), connection.connectionCount.value];
  const owned = await before.client.send(getPortfolio);
  connection.setSpeed(60);
  expect(connection.speed.value).toBe(60);
  expect(connection.connectionCount.value).toBe(count);
  expect(current()).not.toBe(before);
  expect(current().speed).toBe(60);
  const { positions } = await current().client.send(getPortfolio);
  expect(positions.map(({ quantity }) => quantity.toFixed())).toEqual(
    owned.positions.map(({ quantity }) => quantity.toFixed()),
  );
  connection.setSpeed(1);
});

test("an order that is on its way while the speed changes is answered to who sent it", async () => {
  const before = current();
  const order = { symbol: "BTCUSDT", side: "buy", quantity: new Decimal("0.001"), price: new Decimal(20_000) } as const;
  const answers = connection.SPEEDS.toReversed().map((speed) => {
    const answer = current().client.send(placeLimitOrder, order);
    connection.setSpeed(speed);
    return answer;
  });
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(["pending", "pending", "pending"]);
  await open(5);
  await expect(before.client.send(getPortfolio)).rejects.toThrow("closed");
});

test("a service that does not answer can be given up, and a later attempt ends an earlier one", async () => {
  const waiting: ServerResponse[] = [];
  const server = createServer((_request, response) => void waiting.push(response));
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const [before, told] = [current(), failures.value];
  try {
    const attempt = openService(`http://127.0.0.1:${port}`, "");
    await expect.poll(() => waiting.length).toBe(1);
    connection.cancelOpening();
    await expect(attempt).rejects.toThrow("Cancelled.");
    expect(connection.linkState.value).toEqual({ kind: "open" });
    const earlier = openService(`http://127.0.0.1:${port}`, "");
    const login = openGateway(`http://127.0.0.1:${port}`, (abort) => logIn(`http://127.0.0.1:${port}`, "", abort));
    await expect(earlier).rejects.toThrow("Another connection is opened instead.");
    expect(connection.linkState.value).toEqual({ kind: "opening" });
    connection.cancelOpening();
    await expect(login).rejects.toThrow("Cancelled.");
    expect([connection.link.value, connection.linkState.value.kind]).toEqual([before, "open"]);
    expect(failures.value).toEqual(told);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test("another exchange is another connection: its requests are counted anew, and the old client is closed", async () => {
  const [before, count] = [current(), connection.connectionCount.value];
  await before.client.send(getPortfolio);
  expect(traffic.value.requests).toBeGreaterThan(0);
  await open(6);
  expect(connection.connectionCount.value).toBe(count + 1);
  expect(connection.embedded.value.seed).toBe(6);
  expect(traffic.value.requests).toBe(0);
  expect(failures.value).toEqual([]);
  await expect(before.client.send(getPortfolio)).rejects.toThrow("closed");
});
