// Orders that need a person's yes, through the official client of both protocol versions.
import { createMcpHandler, toMcp } from "../../src/mcp/index.ts";
import { InMemoryTransport } from "@modelcontextprotocol/client";
import { afterEach, expect, test } from "vitest";
import {
  APPROVE,
  connectHttp,
  createClient,
  LEGACY,
  MCP_URL,
  MODERN,
  openDesk,
  textOf,
  TOKEN,
  type Answer,
  type ClientSetup,
  type Desk,
} from "../support/mcp.ts";

const ORDER = { name: "placeMarketOrder", arguments: { symbol: "BTCUSDT", side: "buy", quantity: "0.01" } };
const SMALL = { ...ORDER, arguments: { ...ORDER.arguments, quantity: "0.001" } };

const closings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0).toReversed()) await close();
});

/** A client whose requests are kept. */
async function connect(desk: Desk, setup: ClientSetup = {}) {
  const sent: Request[] = [];
  const client = await connectHttp(desk.handler.fetch, { ...setup, watch: (request) => void sent.push(request) });
  closings.push(() => client.close());
  return { client, sent };
}

const resend = async (desk: Desk, request: Request | undefined): Promise<string> =>
  (await desk.handler.fetch((request as Request).clone())).text();

test("an order over the limit is placed after a person's yes, once, whatever is sent again", async () => {
  const desk = await openDesk();
  const questions: string[] = [];
  const { client, sent } = await connect(desk, {
    answer: (message) => {
      questions.push(message);
      return APPROVE();
    },
  });
  const result = await client.callTool(ORDER);
  expect(result.isError).not.toBe(true);
  expect(questions).toEqual([expect.stringMatching(/0\.01.*BTCUSDT.*USDT/)]);
  expect(await desk.trades()).toBe(1);

  const [asked, answered] = sent.slice(-2);
  const again = await Promise.all(Array.from({ length: 50 }, () => resend(desk, answered)));
  expect(await desk.trades()).toBe(1);
  expect(again.every((text) => text.includes("agentexchange/repeated"))).toBe(true);
  // The first request only asks, so it is a new question each time.
  const questionsAgain = await Promise.all(Array.from({ length: 20 }, () => resend(desk, asked)));
  expect(questionsAgain.every((text) => text.includes("input_required"))).toBe(true);
  expect(await desk.trades()).toBe(1);
});

test("fifty answers at once to one question place one order", async () => {
  const desk = await openDesk();
  const { client, sent } = await connect(desk, { answer: () => ({ action: "cancel" }) });
  await client.callTool(ORDER);
  const answered = sent.at(-1) as Request;
  const body = (await answered.clone().text()).replace('{"action":"cancel"}', JSON.stringify(APPROVE()));
  expect(body).toContain('"approve"');
  const yes = new Request(answered, { method: "POST", body });
  await Promise.all(Array.from({ length: 50 }, () => resend(desk, yes)));
  expect(await desk.trades()).toBe(1);
});

test.for<[string, Answer, string]>([
  ["a no", { action: "accept", content: { decision: "decline" } }, "APPROVAL_REFUSED"],
  ["a declined form", { action: "decline" }, "APPROVAL_REFUSED"],
  ["a closed form", { action: "cancel" }, "APPROVAL_REFUSED"],
])("%s places nothing", async ([, answer, code]) => {
  const desk = await openDesk();
  const { client } = await connect(desk, { answer: () => answer });
  const result = await client.callTool(ORDER);
  expect(result.isError).toBe(true);
  expect(JSON.parse(textOf(result))).toMatchObject({ code, retryable: false });
  expect(await desk.trades()).toBe(0);
});

test.for<[string, Record<string, string>]>([
  ["nothing", {}],
  ["another word", { decision: "yes" }],
  ["another field", { approved: "true" }],
])("an accepted form that says %s is asked again, and places nothing", async ([, content]) => {
  const desk = await openDesk();
  let asked = 0;
  const { client } = await connect(desk, {
    answer: () => (++asked < 3 ? { action: "accept", content } : { action: "decline" }),
  });
  await client.callTool(ORDER);
  expect(asked).toBe(3);
  expect(await desk.trades()).toBe(0);
});

test("a client that cannot ask is told so, and nothing is sent", async () => {
  const desk = await openDesk();
  for (const version of [undefined, LEGACY]) {
    const { client } = await connect(desk, version === undefined ? {} : { version });
    const result = await client.callTool(ORDER);
    expect(result.isError).toBe(true);
    expect(textOf(result)).toMatch(/APPROVAL_REQUIRED.*this client cannot ask.*did not declare elicitation/s);
    expect((await client.callTool(SMALL)).isError).not.toBe(true);
  }
  expect(await desk.trades()).toBe(2);
});

test("over HTTP, a client of the old protocol cannot be asked, even if it has elicitation", async () => {
  const desk = await openDesk();
  const { client } = await connect(desk, { version: LEGACY, answer: APPROVE });
  expect(textOf(await client.callTool(ORDER))).toContain("this client cannot ask");
  expect(await desk.trades()).toBe(0);
});

test("over a connection, a client of the old protocol is asked", async () => {
  const desk = await openDesk();
  for (const answer of [() => ({ action: "decline" }) as const, APPROVE]) {
    const [mine, theirs] = InMemoryTransport.createLinkedPair();
    const server = toMcp(desk.toolbox);
    await server.connect(theirs);
    const client = createClient({ version: LEGACY, answer });
    await client.connect(mine);
    closings.push(() => client.close());
    const result = await client.callTool(ORDER);
    expect(result.isError === true).toBe(answer !== APPROVE);
  }
  expect(await desk.trades()).toBe(1);
});

test("a model cannot answer for the person", async () => {
  const desk = await openDesk();
  const { client, sent } = await connect(desk);
  for (const forged of [
    { approved: true },
    { approval: "yes" },
    { decision: "approve" },
    { inputResponses: { approval: APPROVE() } },
    { requestState: "{}" },
    { _meta: { approval: APPROVE() } },
  ]) {
    const result = await client.callTool({ ...ORDER, arguments: { ...ORDER.arguments, ...forged } });
    expect(result.isError).toBe(true);
  }
  // Nor can a client that sends an answer to a question it was never asked.
  const request = sent.at(-1) as Request;
  const { params, ...message } = JSON.parse(await request.text()) as { params: object };
  for (const forged of [
    { inputResponses: { approval: APPROVE() } },
    { inputResponses: { approval: APPROVE() }, requestState: "{}" },
  ]) {
    const body = JSON.stringify({ ...message, params: { ...params, ...ORDER, ...forged } });
    const text = await resend(desk, new Request(MCP_URL, { method: "POST", headers: request.headers, body }));
    expect(text).not.toContain('"orderId"');
  }
  expect(await desk.trades()).toBe(0);
});

test("a yes counts only for the tool, the arguments and the toolbox that were asked about", async () => {
  const desk = await openDesk();
  const { client, sent } = await connect(desk, { answer: () => ({ action: "cancel" }) });
  await client.callTool(ORDER);
  const answered = sent.at(-1) as Request;
  const body = (await answered.text()).replace('{"action":"cancel"}', JSON.stringify(APPROVE()));
  const send = async (changed: string, to = desk.handler): Promise<string> =>
    (await to.fetch(new Request(MCP_URL, { method: "POST", headers: answered.headers, body: changed }))).text();

  expect(await send(body.replace('"quantity":"0.01"', '"quantity":"0.02"'))).not.toContain("orderId");
  expect(await send(body.replace('"side":"buy"', '"side":"sell"'))).not.toContain("orderId");
  const other = createMcpHandler((await openDesk()).toolbox, { token: TOKEN, hosts: ["mcp.test"] });
  expect(await send(body, other)).toContain("input_required");
  expect(
    await send(body.replaceAll(String.raw`\"quantity\":\"0.01\"`, String.raw`\"quantity\":\"0.02\"`)),
  ).not.toContain("orderId");
  expect(await send(body.replace(/"requestState":"/, '"requestState":"x'))).toContain(
    "Invalid or expired requestState",
  );
  expect(await desk.trades()).toBe(0);
  // That was an outcome of the call, so the true answer comes too late as well.
  expect(await send(body)).not.toContain("orderId");
  expect(await desk.trades()).toBe(0);
});

test.for([MODERN, LEGACY])("%s: a client names a call, so that a repeated request has one effect", async (version) => {
  const desk = await openDesk();
  const { client } = await connect(desk, { version });
  const named = { ...SMALL, _meta: { "agentexchange/callId": "order-1" } };
  const results = await Promise.all(Array.from({ length: 20 }, () => client.callTool(named)));
  expect(results.every(({ isError }) => isError !== true)).toBe(true);
  expect(await desk.trades()).toBe(1);
  await expect(client.callTool({ ...SMALL, _meta: { "agentexchange/callId": "a b" } })).rejects.toThrow(/callId/);
  // Without a name, two requests are two calls.
  await client.callTool(SMALL);
  await client.callTool(SMALL);
  expect(await desk.trades()).toBe(3);
});

test("an order refused by the mandate is refused before anybody is asked", async () => {
  const desk = await openDesk();
  let asked = 0;
  const { client } = await connect(desk, {
    answer: () => {
      asked++;
      return APPROVE();
    },
  });
  const result = await client.callTool({ ...ORDER, arguments: { ...ORDER.arguments, quantity: "5" } });
  expect(result.isError).toBe(true);
  expect(asked).toBe(0);
  expect(await desk.trades()).toBe(0);
});
