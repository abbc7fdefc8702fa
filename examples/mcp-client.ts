// examples/mcp-client.ts
import { createInterface } from "node:readline/promises";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";

/** Buys through an MCP server, and asks in the terminal if the server requires an approval. */
export async function buy(url: string, token: string, quantity: string, ask = askAtTerminal): Promise<string> {
  const client = new Client(
    { name: "example", version: "1.0.0" },
    { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode: "auto" } },
  );
  client.setRequestHandler("elicitation/create", async ({ params }) =>
    (await ask(params.message)) ? { action: "accept", content: { decision: "approve" } } : { action: "decline" },
  );
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
  try {
    const order = { symbol: "BTCUSDT", side: "buy", quantity };
    const { content } = await client.callTool({ name: "placeMarketOrder", arguments: order });
    return content.map((block) => (block.type === "text" ? block.text : "")).join("\n");
  } finally {
    await client.close();
  }
}

async function askAtTerminal(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${question} [y/N] `);
  terminal.close();
  return answer === "y";
}
