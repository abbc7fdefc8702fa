import { getPortfolio } from "../../client/operations/account.ts";
import { getPortfolioHistory } from "../../client/operations/analytics.ts";
import type { Client } from "../../client/createClient.ts";
import { defineCommand, type Command } from "../command.ts";
import { expectCount } from "../parse.ts";
import { portfolioLines } from "../terminal/portfolioLines.ts";

export const portfolio: Command = defineCommand({
  usage: ["portfolio"],
  about: "Prints equity, cash, profit and positions, in USDT.",
  options: {},
  async run(context, { positionals }) {
    expectCount(positionals, 0, 0, "");
    const client = await context.traderClient();
    const [found, equity] = await Promise.all([client.send(getPortfolio), context.json ? [] : recentEquity(client)]);
    await context.result(found, (layout) => portfolioLines(found, equity, layout));
  },
});

/** Equity of the last day, for a line; empty if it cannot be read, since it is only decoration. */
async function recentEquity(client: Client): Promise<readonly number[]> {
  try {
    const history = await client.send(getPortfolioHistory, { interval: "1h", limit: 48 });
    return history.map(({ totalEquity }) => totalEquity.toNumber());
  } catch {
    return [];
  }
}
