import { fixed6, fixed8 } from "../../base/amount.ts";
import type { Archive, ArchiveQuery } from "../../persistence/store.ts";
import type { Account, Agent, Fill, History, HistoryFilter, Order, Trade } from "../model.ts";

/** A history of which only the waiting orders are in memory. */
export function archivedHistory(archive: Archive, accountOf: () => Account): History {
  const waiting = new Map<string, Order>();

  function agentOf(id: string): Agent {
    const agent = accountOf().agents.find((each) => each.id === id);
    if (agent === undefined) throw new Error(`the history knows an agent ${id} that does not exist`);
    return agent;
  }

  function put(order: Order, text: string): void {
    const { id, agent, symbol, side, status, sequence, createdAt } = order;
    archive.put({
      kind: "order",
      id,
      account: accountOf().id,
      agent: agent.id,
      symbol,
      side,
      status,
      place: sequence,
      time: createdAt,
      text,
    });
  }

  function revivedOrder(text: string): Order {
    const { agent, quantity, price, locked, fill, ...rest } = JSON.parse(text) as OrderText;
    return {
      ...rest,
      account: accountOf(),
      agent: agentOf(agent),
      quantity: fixed8(BigInt(quantity)),
      price: price === undefined ? undefined : fixed8(BigInt(price)),
      locked: fixed8(BigInt(locked)),
      fill: fill && revivedFill(fill),
    };
  }

  function revivedTrade(text: string): Trade {
    const { order, price, fee, gross, realised, ...rest } = JSON.parse(text) as TradeText;
    return {
      ...rest,
      order: revivedOrder(order),
      price: fixed8(BigInt(price)),
      fee: fixed8(BigInt(fee)),
      gross: fixed8(BigInt(gross)),
      realised: realised === undefined ? undefined : fixed8(BigInt(realised)),
    };
  }

  const queryOf = (kind: ArchiveQuery["kind"], agent: Agent | undefined, filter: HistoryFilter): ArchiveQuery => ({
    kind,
    account: accountOf().id,
    agent: agent?.id,
    ...filter,
  });

  return {
    addPending(order) {
      waiting.set(order.id, order);
      put(order, order.id);
    },
    addFinished(order) {
      waiting.delete(order.id);
      put(order, orderText(order));
    },
    addTrade(trade) {
      const { id, order, time } = trade;
      const { agent, symbol, side, status } = order;
      archive.put({
        kind: "trade",
        id,
        account: accountOf().id,
        agent: agent.id,
        symbol,
        side,
        status,
        place: undefined,
        time,
        text: tradeText(trade),
      });
    },
    order(id) {
      const order = waiting.get(id);
      if (order !== undefined) return order;
      const text = archive.find(accountOf().id, id);
      return text === undefined ? undefined : revivedOrder(text);
    },
    pending: () => [...waiting.values()],
    orders(agent, filter, limit, offset) {
      const { texts, matches } = archive.page(queryOf("order", agent, filter), limit, offset);
      // Of those that wait the archive holds the place only.
      return { items: texts.map((text) => waiting.get(text) ?? revivedOrder(text)), total: matches };
    },
    trades(agent, filter, limit, offset) {
      const { texts, matches } = archive.page(queryOf("trade", agent, filter), limit, offset);
      return { items: texts.map(revivedTrade), total: matches };
    },
    *tradesSince(agent, since) {
      for (const text of archive.since(queryOf("trade", agent, {}), since)) yield revivedTrade(text);
    },
    removeAgent(agent) {
      for (const order of waiting.values()) if (order.agent === agent) waiting.delete(order.id);
      archive.forget(agent.id);
    },
  };
}

type Texts<Item, Names extends keyof Item> = Omit<Item, Names> & { readonly [Name in Names]: string };

type FillText = Texts<Fill, "price" | "slippage" | "fee">;

interface OrderText extends Texts<Omit<Order, "account" | "fill" | "price">, "agent" | "quantity" | "locked"> {
  readonly price?: string;
  readonly fill?: FillText;
}

interface TradeText extends Texts<Omit<Trade, "realised">, "order" | "price" | "fee" | "gross"> {
  readonly realised?: string;
}

function orderText(order: Order): string {
  // The account is the one whose history it is.
  return textOf({ ...order, account: undefined, agent: order.agent.id });
}

function tradeText(trade: Trade): string {
  return textOf({ ...trade, order: orderText(trade.order) });
}

function textOf(value: object): string {
  return JSON.stringify(value, (_, field: unknown) => (typeof field === "bigint" ? field.toString() : field));
}

function revivedFill({ price, slippage, fee, time }: FillText): Fill {
  return { price: fixed8(BigInt(price)), slippage: fixed6(BigInt(slippage)), fee: fixed8(BigInt(fee)), time };
}
