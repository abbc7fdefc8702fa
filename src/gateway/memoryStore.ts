import { systemClock, type ClientOptions } from "../transport/index.ts";
import { OrderDesk } from "./orderDesk.ts";
import { createSignatureMemory, memorySignatures } from "./signatureMemory.ts";
import type { GatewayStore, OrderRecord, OrderRecords } from "./types.ts";

/** Keeps orders in memory. */
export function memoryRecords(): OrderRecords {
  /** In the order of their creation, so the oldest come first. */
  const records = new Map<string, OrderRecord>();
  const unanswered = new Map<string, OrderRecord>();
  const byCaller = new Map<string, number>();
  const idsByLikeness = new Map<string, Set<string>>();

  function drop(record: OrderRecord): void {
    records.delete(record.id);
    unanswered.delete(record.id);
    byCaller.set(record.caller, (byCaller.get(record.caller) ?? 1) - 1);
    const ids = idsByLikeness.get(record.likeness);
    if (record.answer?.orderId) ids?.delete(record.answer.orderId);
    if (ids?.size === 0) idsByLikeness.delete(record.likeness);
  }

  return {
    get: (id) => records.get(id),
    put(record) {
      const { id, caller, likeness, answer } = record;
      if (!records.has(id)) byCaller.set(caller, (byCaller.get(caller) ?? 0) + 1);
      records.set(id, record);
      if (answer === null) unanswered.set(id, record);
      else unanswered.delete(id);
      if (answer?.orderId) idsByLikeness.set(likeness, (idsByLikeness.get(likeness) ?? new Set()).add(answer.orderId));
    },
    delete(id) {
      const record = records.get(id);
      if (record !== undefined) drop(record);
    },
    unanswered: () => [...unanswered.values()],
    orderIds: (likeness) => [...(idsByLikeness.get(likeness) ?? [])],
    prune(before, caller, max) {
      for (const record of records.values()) {
        const isTooMany = record.caller === caller && (byCaller.get(caller) ?? 0) > max;
        if (record.createdAt > before && !((byCaller.get(caller) ?? 0) > max)) break;
        if (record.answer !== null && (record.createdAt <= before || isTooMany)) drop(record);
      }
    },
  };
}

/**
 * What a gateway in one process remembers: signatures in memory, orders in memory or in the given records. After a restart
 * without records, a key can place another order.
 *
 * @param upstream the options of the gateway's `upstream`
 * @example
 * ```ts
 * import { memoryStore } from "agentexchange/gateway";
 *
 * const store = memoryStore({ ...connection, apiKey: "ak_live_example" });
 * console.log(store.remember("dashboard", "a signature", Date.now() + 30_000)); // true
 * ```
 */
export function memoryStore(upstream: ClientOptions, records: OrderRecords = memoryRecords()): GatewayStore {
  const signatures = createSignatureMemory(memorySignatures(), upstream.clock ?? systemClock);
  const desk = new OrderDesk(upstream, records);
  return {
    remember: (caller, signature, validUntil) => signatures.remember(`${caller}\n${signature}`, validUntil),
    placeOrder: (order) => desk.place(order),
  };
}
