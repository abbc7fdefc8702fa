// All trades of the account as a file: every digit, times in UTC.
import { signal } from "@preact/signals";
import type { Trade } from "agentexchange";
import { getAccountInfo, iterateTradeHistory, type Client } from "agentexchange/core";
import { messageOf, recordFailure } from "./calls.ts";
import { link } from "./connection.ts";

export type ExportFormat = "csv" | "json";

export type ExportState =
  | { readonly kind: "idle" }
  | { readonly kind: "reading"; readonly count: number }
  | { readonly kind: "saved"; readonly count: number; readonly name: string }
  | { readonly kind: "cancelled" }
  | { readonly kind: "failed"; readonly message: string };

export const exportState = signal<ExportState>({ kind: "idle" });

const PAGE_SIZE = 500;
const COLUMNS = ["tradeId", "orderId", "executedAt", "symbol", "side", "quantity", "price", "fee", "total"] as const;
let controller: AbortController | null = null;

/** A trade as text: decimals with all their digits, the time in ISO 8601. */
function toTexts(trade: Trade): Readonly<Record<(typeof COLUMNS)[number], string>> {
  const { tradeId, orderId, executedAt, symbol, side, quantity, price, fee, total } = trade;
  return {
    tradeId,
    orderId,
    executedAt: executedAt.toISOString(),
    symbol,
    side,
    quantity: quantity.toFixed(),
    price: price.toFixed(),
    fee: fee.toFixed(),
    total: total.toFixed(),
  };
}

/** What is no number and begins like a formula is marked as text, so that a spreadsheet does not run it. */
function toCell(text: string): string {
  const isFormula = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text);
  const safe = isFormula ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** CSV by RFC 4180, with a header. */
export function toCsv(trades: readonly Trade[]): string {
  const rows = trades.map((trade) => {
    const texts = toTexts(trade);
    return COLUMNS.map((column) => texts[column]);
  });
  return [COLUMNS, ...rows].map((row) => `${row.map(toCell).join(",")}\r\n`).join("");
}

export function toJson(trades: readonly Trade[]): string {
  return `${JSON.stringify(trades.map(toTexts), null, 2)}\n`;
}

/** A name that every system accepts, such as `trades-demo-2026-11-28.csv`. */
export function fileName(account: string, time: Date, format: ExportFormat): string {
  const name = account
    .normalize("NFKD")
    .replaceAll(/[^A-Za-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "")
    .toLowerCase();
  return `trades-${name === "" ? "account" : name}-${time.toISOString().slice(0, 10)}.${format}`;
}

/** Reads all trades, page by page, newest first. */
export async function readTrades(
  client: Client,
  abort: AbortSignal,
  onProgress: (count: number) => void,
  pageSize: number = PAGE_SIZE,
): Promise<readonly Trade[]> {
  const trades: Trade[] = [];
  for await (const trade of client.send(iterateTradeHistory, { pageSize }, { signal: abort })) {
    abort.throwIfAborted();
    trades.push(trade);
    if (trades.length % pageSize === 1) onProgress(trades.length);
  }
  return trades;
}

/** Reads all trades and gives them to `save`. While an export is under way, nothing happens. */
export async function exportTrades(
  format: ExportFormat,
  save: (name: string, type: string, text: string) => void,
): Promise<void> {
  const current = link.peek();
  if (current === null || controller !== null) return;
  controller = new AbortController();
  const { signal: abort } = controller;
  exportState.value = { kind: "reading", count: 0 };
  try {
    const trades = await readTrades(current.client, abort, (count) => {
      exportState.value = { kind: "reading", count };
    });
    const name = fileName(await accountName(current.client, abort, current.name), new Date(current.now()), format);
    if (format === "csv") save(name, "text/csv;charset=utf-8", toCsv(trades));
    else save(name, "application/json", toJson(trades));
    exportState.value = { kind: "saved", count: trades.length, name };
  } catch (error) {
    if (abort.aborted) exportState.value = { kind: "cancelled" };
    else {
      recordFailure("export", error);
      exportState.value = { kind: "failed", message: messageOf(error) };
    }
  } finally {
    controller = null;
  }
}

export function cancelExport(): void {
  controller?.abort(new DOMException("cancelled", "AbortError"));
}

/** The account's name; a gateway need not tell it. */
async function accountName(client: Client, abort: AbortSignal, otherwise: string): Promise<string> {
  try {
    return (await client.send(getAccountInfo, { signal: abort })).displayName;
  } catch {
    abort.throwIfAborted();
    return otherwise;
  }
}
