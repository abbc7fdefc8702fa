// Moves pending limit orders to another price, and reports the result of each move.
import { signal } from "@preact/signals";
import { type Decimal, OrderError, OrderNotFoundError, type Order } from "agentexchange";
import { cancelOrder, getOrder } from "agentexchange/core";
import { estimateOrder } from "agentexchange/tools";
import { price as priceText, quantity as quantityText } from "../parts/format.ts";
import { refreshAccount } from "./account.ts";
import { messageOf, recordFailure } from "./calls.ts";
import { link } from "./connection.ts";
import { filledOf, replaceOrder, type Replacement } from "./replaceOrder.ts";
import * as sent from "./sentOrders.ts";
import { concerns, toCall, type Draft } from "./ticket.ts";

/** Ids of orders that are being moved. */
export const moving = signal<ReadonlySet<string>>(new Set());

/** Whether a move of the order makes sense: only limit orders that wait have a price of their own. */
export const canMove = ({ type, status, price }: Order): boolean =>
  type === "limit" && status === "pending" && price !== null;

function draftOf(order: Order, price: Decimal): Draft {
  const quantity = order.quantity.minus(filledOf(order));
  return { kind: "limit", symbol: order.symbol, side: order.side, quantity, price };
}

/** What speaks against a move, found out without touching the order. */
export interface MovePreview {
  /** Why the new order would be rejected; null if nothing is known. */
  readonly rejection: string | null;
  /** Why one should look twice. */
  readonly concerns: readonly string[];
}

/** In a fork the old order is cancelled first, so that its funds count. A service can only be asked about the price. */
export async function previewMove(order: Order, price: Decimal): Promise<MovePreview> {
  const current = link.peek();
  if (current === null) return { rejection: "There is no connection.", concerns: [] };
  const copy = current.fork();
  try {
    await copy?.send(cancelOrder, order.orderId);
    const estimate = await estimateOrder(copy ?? current.client, ...toCall(draftOf(order, price)));
    const certain = copy === null ? undefined : estimate.problems.find((problem) => problem.certain);
    return { rejection: certain?.message ?? null, concerns: concerns(estimate) };
  } catch (error) {
    recordFailure("preview of a move", error);
    return { rejection: null, concerns: [`What it would do could not be worked out: ${messageOf(error)}`] };
  } finally {
    await copy?.close();
  }
}

/** Cancels the order and places what is left of it at another price. Nothing happens while another order is on its way. */
export async function moveOrder(order: Order, price: Decimal): Promise<void> {
  const client = link.peek()?.client;
  if (client === undefined || sent.sending.peek()) return;
  const outcome = sent.startOutcome(titleOf(order, price), "Cancelling the old order…");
  sent.sending.value = true;
  moving.value = new Set([...moving.peek(), order.orderId]);
  const stopWaiting = sent.tellWaiting(outcome);
  try {
    const result = await replaceOrder(client, order, price);
    stopWaiting();
    tell(outcome, order, price, result);
  } finally {
    stopWaiting();
    sent.sending.value = false;
    moving.value = new Set([...moving.peek()].filter((id) => id !== order.orderId));
    refreshAccount();
  }
}

/** Says why an order is not moved. */
export function refuse(order: Order, price: Decimal, reason: string): void {
  const outcome = sent.startOutcome(titleOf(order, price), "");
  const at = order.price === null ? "" : ` at ${priceText(order.price)}`;
  const message = `Not moved, the order still waits${at}. The new one would be rejected: ${reason}`;
  sent.upsertOutcome({ ...outcome, state: "refused", message });
}

function titleOf(order: Order, price: Decimal): string {
  const { side, symbol, quantity } = draftOf(order, price);
  return `Move ${side} ${quantityText(quantity)} ${symbol} to ${priceText(price)}`;
}

function tell(outcome: sent.Outcome, order: Order, price: Decimal, result: Replacement): void {
  const at = order.price === null ? "" : ` at ${priceText(order.price)}`;
  if ("error" in result && result.kind !== "lost") recordFailure("move", result.error);
  switch (result.kind) {
    case "replaced":
      sent.upsertOutcome({
        ...outcome,
        state: "placed",
        message: `Moved to ${priceText(price)}; the old order${at} is cancelled.`,
        undo: () => void sent.takeBack(outcome, result.placed),
      });
      break;
    case "lost":
      void sent.reconcile(outcome, result.error);
      break;
    case "unknown":
      void sent.settle(outcome, {
        message: `It is unknown whether the old order still waits: ${messageOf(result.error)} No new one was placed. Looking it up…`,
        name: "look up an order",
        find: () => lookUp(order),
      });
      break;
    case "refused": {
      const rejected = result.error instanceof OrderError;
      const { message, hint } = sent.describeError(result.error);
      sent.upsertOutcome({
        ...outcome,
        state: rejected ? "refused" : "failed",
        message: `The old order${at} is cancelled, but no new one was placed. ${message}`,
        hint,
      });
      break;
    }
    case "open":
      sent.upsertOutcome({
        ...outcome,
        state: "failed",
        message: `Not moved: the order still waits${at}. ${messageOf(result.error)} If the network only holds the cancellation back, it can still arrive.`,
      });
      break;
    case "filled":
    case "ended":
      sent.upsertOutcome({ ...outcome, state: "failed", message: `Not moved: ${describeOld(result.order)}` });
  }
}

function describeOld(old: Order): string {
  const filled = filledOf(old);
  if (old.status === "filled" && old.executedPrice !== null)
    return `the order was filled meanwhile at ${priceText(old.executedPrice)}. No new one was placed.`;
  if (filled.gt(0))
    return `${quantityText(filled)} of the order is filled, the rest is ${old.status}. No new one was placed.`;
  if (old.status === "pending") return "the order still waits at its old price. No new one was placed.";
  return `the order is ${old.status}. No new one was placed.`;
}

/** The state of the old order, as the present connection reports it. */
async function lookUp(order: Order): Promise<sent.Settled> {
  const client = link.peek()?.client;
  if (client === undefined) throw new Error("There is no connection.");
  try {
    const old = await client.send(getOrder, order.orderId);
    return { state: "failed", message: `Not moved: ${describeOld(old)}` };
  } catch (error) {
    if (!(error instanceof OrderNotFoundError)) throw error;
    return { state: "absent", message: "The old order is not known here. No new one was placed." };
  }
}
