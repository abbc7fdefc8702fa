// What every MCP client does in the tests of the runtimes: look, order, an order that needs a yes, resources, prompts.

const MODERN = { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode: { pin: "2026-07-28" } } };
const LEGACY = { capabilities: { elicitation: {} }, versionNegotiation: { mode: "legacy" } };
const order = (quantity) => ({ name: "placeMarketOrder", arguments: { symbol: "BTCUSDT", side: "buy", quantity } });

/**
 * Connects clients of both protocols with `connect` and returns what happened, in words. `canAskOld`: the transport lets
 * the server ask a client of the old protocol.
 */
export async function task(connect, trades, canAskOld = false) {
  const seen = [];
  let questions = 0;
  const answer = () => {
    questions++;
    return { action: "accept", content: { decision: "approve" } };
  };
  for (const options of [MODERN, LEGACY]) {
    const mcp = await connect(options, answer);
    const { tools } = await mcp.listTools();
    const { structuredContent } = await mcp.callTool({ name: "getPrice", arguments: { symbol: "BTCUSDT" } });
    const small = await mcp.callTool(order("0.001"));
    const large = await mcp.callTool(order("0.01"));
    const tooLarge = await mcp.callTool(order("0.1"));
    const { contents } = await mcp.readResource({ uri: "agentexchange://mandate" });
    const { resources } = await mcp.listResources();
    const { prompts } = await mcp.listPrompts();
    seen.push(
      mcp.getNegotiatedProtocolVersion(),
      tools.length <= 15 && tools.some(({ name }) => name === "placeMarketOrder") ? "tools" : "no tools",
      structuredContent.price,
      small.isError === true ? "small refused" : "small filled",
      large.isError === true ? "large refused" : "large filled",
      tooLarge.isError === true ? "too large refused" : "too large filled",
      JSON.parse(contents[0].text).mandate.symbols.join(),
      `${resources.length} resources`,
      prompts.length > 0 ? "prompts" : "no prompts",
    );
    await mcp.close();
  }
  const expected = canAskOld ? 2 : 1;
  seen.push(questions === expected ? "asked" : `asked ${questions} times`, `${await trades()} trades`);
  return seen;
}
