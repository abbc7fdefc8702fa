import { fixed6, fixed8 } from "../../base/amount.ts";
import type { Archive, ArchiveQuery, ArchiveRow } from "../../persistence/store.ts";
import type { Account, Agent, Fill, History, HistoryFilter, Order, Trade } from "../model.ts";

/** A history that keeps only pending orders in memory. */
export function archivedHistory(archive: Archive, accountOf: () => Account): History {
  const pending = new Map<string, Order>();

  function agentOf(id: string): Agent {
    const agent = accountOf().agents.find((each) => each.id === id);
    if (agent === undefined) throw new Error(`The history refers to an agent ${id} that does not exist.`);
    return agent;
  }

  function put(
    { agent, symbol, side, status }: Order,
    row: Pick<ArchiveRow, "kind" | "id" | "place" | "time" | "text">,
  ): void {
    archive.put({ ...row, account: accountOf().id, agent: agent.id, symbol, side, status });
  }

  function putOrder(order: Order, text: string): void {
    const { id, sequence, createdAt } = order;
    put(order, { kind: "order", id, place: sequence, time: createdAt, text });
  }

  function parseOrder(text: string): Order {
    const { agent, quantity, price, locked, fill, ...rest } = JSON.parse(text) as SerializedOrder;
    return {
      ...rest,
      account: accountOf(),
      agent: agentOf(agent),
      quantity: fixed8(BigInt(quantity)),
      price: price === undefined ? undefined : fixed8(BigInt(price)),
      locked: fixed8(BigInt(locked)),
      fill: fill && parseFill(fill),
    };
  }

  function parseTrade(text: string): Trade {
    const { order, price, fee, gross, realised, ...rest } = JSON.parse(text) as SerializedTrade;
    return {
      ...rest,
      order: parseOrder(order),
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
      pending.set(order.id, order);
      putOrder(order, order.id);
    },
    addFinished(order) {
      pending.delete(order.id);
      putOrder(order, serializeOrder(order));
    },
    addTrade(trade) {
      const { id, order, time } = trade;
      put(order, { kind: "trade", id, place: undefined, time, text: serializeTrade(trade) });
    },
    order(id) {
      const order = pending.get(id);
      if (order !== undefined) return order;
      const text = archive.find(accountOf().id, id);
      return text === undefined ? undefined : parseOrder(text);
    },
    pending: () => [...pending.values()],
    orders(agent, filter, limit, offset) {
      const { texts, matches } = archive.page(queryOf("order", agent, filter), limit, offset);
      // For pending orders the archive stores the id only.
      return { items: texts.map((text) => pending.get(text) ?? parseOrder(text)), total: matches };
    },
    trades(agent, filter, limit, offset) {
      const { texts, matches } = archive.page(queryOf("trade", agent, filter), limit, offset);
      return { items: texts.map(parseTrade), total: matches };
    },
    *tradesSince(agent, since) {
      for (const text of archive.since(queryOf("trade", agent, {}), since)) yield parseTrade(text);
    },
    removeAgent(agent) {
      for (const order of pending.values()) if (order.agent === agent) pending.delete(order.id);
      archive.forget(agent.id);
    },
  };
}

type Serialized<Item, Names extends keyof Item> = Omit<Item, Names> & { readonly [Name in Names]: string };

type SerializedFill = Serialized<Fill, "price" | "slippage" | "fee">;

interface SerializedOrder extends Serialized<
  Omit<Order, "account" | "fill" | "price">,
  "agent" | "quantity" | "locked"
> {
  readonly price?: string;
  readonly fill?: SerializedFill;
}

interface SerializedTrade extends Serialized<Omit<Trade, "realised">, "order" | "price" | "fee" | "gross"> {
  readonly realised?: string;
}

function serializeOrder(order: Order): string {
  // The account is implied by the history.
  return serialize({ ...order, account: undefined, agent: order.agent.id });
}

function serializeTrade(trade: Trade): string {
  return serialize({ ...trade, order: serializeOrder(trade.order) });
}

function serialize(value: object): string {
  return JSON.stringify(value, (_, field: unknown) => (typeof field === "bigint" ? field.toString() : field));
}

function parseFill({ price, slippage, fee, time }: SerializedFill): Fill {
  return { price: fixed8(BigInt(price)), slippage: fixed6(BigInt(slippage)), fee: fixed8(BigInt(fee)), time };
}
