// The server and the client of docs/mcp.md, with each other.
import { createExchange } from "agentexchange/exchange";
import type { McpHandler } from "agentexchange/mcp";
import { afterEach, expect, test, vi } from "vitest";
import { buy } from "../../examples/mcp-client.ts";
import { serve } from "../support/server.ts";

// Not a literal, since examples are compiled with options of their own.
const SERVER: string = "mcp-server";
const TOKEN = "a-token-of-at-least-thirty-two-characters";

afterEach(() => vi.unstubAllEnvs());

test("the client buys through the server, after a yes if the order is large", async () => {
  const exchange = createExchange();
  const { apiKey } = await exchange.register();
  const platform = await serve((request) => exchange.fetch(request));
  vi.stubEnv("AGENTEXCHANGE_BASE_URL", platform.url);
  vi.stubEnv("AGENTEXCHANGE_API_KEY", apiKey);
  vi.stubEnv("MCP_TOKEN", TOKEN);
  const { default: handler } = (await import(`../../examples/${SERVER}.ts`)) as { default: McpHandler };
  const server = await serve(handler.fetch);
  const url = `${server.url.replace("127.0.0.1", "localhost")}/mcp`;
  const questions: string[] = [];
  const ask = (answer: boolean) => (question: string) => {
    questions.push(question);
    return Promise.resolve(answer);
  };
  try {
    expect(await buy(url, TOKEN, "0.001", ask(false))).toContain("orderId");
    expect(questions).toEqual([]);
    expect(await buy(url, TOKEN, "0.005", ask(false))).toContain("APPROVAL_REFUSED");
    expect(await buy(url, TOKEN, "0.005", ask(true))).toContain("orderId");
    expect(questions).toHaveLength(2);
    await expect(buy(url, "wrong", "0.001", ask(true))).rejects.toThrow(/401|bearer/i);
  } finally {
    await server.close();
    await platform.close();
  }
});
