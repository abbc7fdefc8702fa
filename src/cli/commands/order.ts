import type { Client } from "../../client/createClient.ts";
import { getPairs, getPrice } from "../../client/operations/market.ts";
import { placeLimitOrder, placeMarketOrder, placeStopLoss, placeTakeProfit } from "../../client/operations/trading.ts";
import { quantityFor } from "../../endpoints/quantity.ts";
import type { PlacedOrder } from "../../endpoints/index.ts";
import { defineCommand, type Arguments, type Command } from "../command.ts";
import { CommandError } from "../exits.ts";
import { expectCount } from "../parse.ts";
import { settleOrder } from "../settleOrder.ts";
import { orderLines } from "../terminal/orderLines.ts";
import { previewLines } from "../terminal/previewLines.ts";
import { UsageError } from "../usageError.ts";

const options = {
  usdt: {
    type: "string",
    value: "AMOUNT",
    about: "the quantity that this many USDT buy, fee and slippage not included",
  },
  limit: { type: "string", value: "PRICE", about: "limit order: at this price or a better one" },
  stop: { type: "string", value: "PRICE", about: "stop-loss: at the market price once the price is at or below PRICE" },
  take: {
    type: "string",
    value: "PRICE",
    about: "take-profit: at the market price once the price is at or above PRICE",
  },
  preview: { type: "boolean", about: "print what the order would do, and do not place it" },
  yes: { type: "boolean", short: "y", about: "place it without a question; needed without a terminal" },
} as const;

/** An order as the command line describes it. */
interface Wanted {
  readonly side: "buy" | "sell";
  readonly symbol: string;
  /** Undefined: as much as `usdt` is worth. */
  readonly quantity: string | undefined;
  readonly usdt: string | undefined;
  readonly kind: "market" | "limit" | "stop" | "take";
  readonly price: string | undefined;
}

export const order: Command = defineCommand({
  usage: [
    "order buy|sell SYMBOL QUANTITY [--limit PRICE | --stop PRICE | --take PRICE] [--preview | --yes]",
    "order buy|sell SYMBOL --usdt AMOUNT [--limit PRICE | --stop PRICE | --take PRICE] [--preview | --yes]",
  ],
  about: `Places an order. In a terminal it shows what the order would do and asks first; without one, or with --json, it needs --yes.
An order is sent once. If its response is lost, it is looked up; see exit code 6.`,
  options,
  completes: ["buy", "sell"],
  async run(context, args) {
    const wanted = readWanted(args);
    const { preview, yes } = args.values;
    if (preview && yes) throw new UsageError("Pass either --preview or --yes. Try --help.");
    // Refuse before anything is read or registered.
    if (!preview && !yes && !context.canAsk)
      throw new UsageError("An order is placed without a question only with --yes. Pass --yes, or use a terminal.");
    const client = await context.traderClient({ onlyLooks: preview });
    const { tool, input, place } = prepare(wanted, wanted.quantity ?? (await quantityOf(client, wanted)));
    if (!yes) {
      // Loaded only to look first.
      const { estimateOrder } = await import("../../tools/preview/estimateOrder.ts");
      const estimate = await estimateOrder(client, tool, input);
      if (preview) return context.result(estimate, (layout) => previewLines(estimate, layout));
      await context.show((layout) => previewLines(estimate, layout));
      await context.confirm("Place this order?", "Pass --yes.");
    }
    const placed = await settleOrder(context, place(client));
    return context.result(placed, (layout) => orderLines(placed, layout), true);
  },
});

function readWanted({ values, positionals }: Arguments<typeof options>): Wanted {
  const [side, symbol = "", quantity] = positionals;
  if (side !== "buy" && side !== "sell")
    throw new UsageError(`order needs buy or sell${side === undefined ? "" : `, received "${side}"`}. Try --help.`);
  expectCount(positionals, 2, 3, "A symbol, such as BTCUSDT,");
  if ((quantity === undefined) === (values.usdt === undefined))
    throw new UsageError("order needs either a quantity or --usdt AMOUNT. Try --help.");
  const prices = (["limit", "stop", "take"] as const).filter((name) => values[name] !== undefined);
  if (prices.length > 1) throw new UsageError("Pass only one of --limit, --stop and --take. Try --help.");
  const [kind = "market"] = prices;
  return { side, symbol, quantity, usdt: values.usdt, kind, price: kind === "market" ? undefined : values[kind] };
}

/** The quantity that an amount is worth: at the order's own price, or else at the last one. */
async function quantityOf(client: Client, { symbol, usdt = "", price }: Wanted): Promise<string> {
  const [each, pairs] = await Promise.all([
    price ?? client.send(getPrice, symbol).then((last) => last.price),
    client.send(getPairs),
  ]);
  const pair = pairs.find((entry) => entry.symbol === symbol.toUpperCase());
  const quantity = quantityFor(usdt, each, pair);
  if (!quantity.isZero()) return quantity.toFixed();
  throw new CommandError(
    `${usdt} USDT are less than the smallest order of ${symbol.toUpperCase()}.`,
    "ORDER_TOO_SMALL",
    "refused",
  );
}

/** A method that places an order, and its arguments. */
interface Prepared {
  readonly tool: string;
  readonly input: object;
  readonly place: (client: Client) => Promise<PlacedOrder>;
}

function prepare({ symbol, side, kind, price = "" }: Wanted, quantity: string): Prepared {
  const market = { symbol, side, quantity };
  const limit = { ...market, price };
  const trigger = { ...market, triggerPrice: price };
  if (kind === "limit")
    return { tool: "placeLimitOrder", input: limit, place: (client) => client.send(placeLimitOrder, limit) };
  if (kind === "stop")
    return { tool: "placeStopLoss", input: trigger, place: (client) => client.send(placeStopLoss, trigger) };
  if (kind === "take")
    return { tool: "placeTakeProfit", input: trigger, place: (client) => client.send(placeTakeProfit, trigger) };
  return { tool: "placeMarketOrder", input: market, place: (client) => client.send(placeMarketOrder, market) };
}
