import type { Decimal, MarketSnapshot, Portfolio, SnapshotEntry } from "../../src/index.ts";

/** Adds colour to a string, or returns it unchanged. */
export type Paint = (style: "green" | "red" | "dim" | "bold", text: string) => string;

const GAP = "   ";
const HEADINGS = ["SYMBOL", "PRICE, USDT", "24H CHANGE", "VOLUME", "PRICE CALL", "TICKER CALL"] as const;

/** Formats a snapshot as a table with one row per symbol, and the time that concurrency saved. */
export function formatTable(snapshot: MarketSnapshot, source: string, paint: Paint): string[] {
  const rows = snapshot.entries.map(formatCells);
  const points = Math.max(...rows.map(([, price]) => price.length - indexOfPoint(price)));
  for (const row of rows) row[1] = row[1].padEnd(indexOfPoint(row[1]) + points);
  const widths = HEADINGS.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string[] =>
    cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)));
  const calls = snapshot.entries.length * 2;
  const sum = totalCallTime(snapshot);
  return [
    `${paint("bold", "AgentExchange")}  ${source}  ${paint("dim", snapshot.finishedAt.toISOString().slice(0, 19).replace("T", " "))} UTC`,
    "",
    paint("dim", line(HEADINGS).join(GAP)),
    ...snapshot.entries.map((entry, index) => {
      const [symbol = "", price = "", change = "", ...rest] = line(rows[index] ?? []);
      if (entry.error !== null) return `${symbol}${GAP}${paint("red", entry.error.message)}`;
      return [symbol, price, paintChange(entry.ticker.changePct, change, paint), ...rest].join(GAP);
    }),
    "",
    `${calls} calls took ${formatMs(snapshot.took)}, ${Number((sum / snapshot.took).toFixed(1))}× faster than one after another (${formatMs(sum)}).`,
  ];
}

/** Formats the portfolio's value and return, or the error that prevented reading it. */
export function formatPortfolio(portfolio: Portfolio | Error): string {
  if (portfolio instanceof Error) return `Portfolio: ${portfolio.message}`;
  return `Portfolio: ${groupThousands(portfolio.totalEquity.toFixed(2))} USDT, ${withSign(portfolio.roiPct)}%.`;
}

/** The duration of all calls one after another. */
export function totalCallTime({ entries }: MarketSnapshot): number {
  return entries.reduce((sum, { took }) => sum + took.price + took.ticker, 0);
}

/** Returns a function that prints a table, in place of the previous one if `inPlace` is set and the table fits. */
export function createTablePrinter(
  out: { readonly rows: number; write(text: string): unknown },
  inPlace: boolean,
): (lines: readonly string[]) => void {
  let previousLines = 0;
  return (lines) => {
    const fits = inPlace && lines.length < (out.rows || 24);
    const back = fits && previousLines > 0 ? `\x1b[${previousLines}A\x1b[J` : "";
    out.write(`${back}${lines.join("\n")}\n${fits ? "" : "\n"}`);
    previousLines = fits ? lines.length : 0;
  };
}

type Cells = [symbol: string, price: string, ...rest: string[]];

function formatCells({ symbol, price, ticker, error, took }: SnapshotEntry): Cells {
  if (error !== null) return [symbol, ""];
  const change = `${directionOf(ticker.changePct)} ${withSign(ticker.changePct)}%`;
  return [
    symbol,
    groupThousands(price.price.toFixed(Math.max(2, price.price.decimalPlaces()))),
    change,
    groupThousands(ticker.volume.toFixed(ticker.volume.lt(1000) ? 2 : 0)),
    formatMs(took.price),
    formatMs(took.ticker),
  ];
}

function indexOfPoint(text: string): number {
  return text.includes(".") ? text.indexOf(".") : text.length;
}

function directionOf(change: Decimal): string {
  return change.isZero() ? "=" : change.isPositive() ? "▲" : "▼";
}

function withSign(change: Decimal): string {
  return `${change.isPositive() && !change.isZero() ? "+" : ""}${change.toFixed(2)}`;
}

function paintChange(change: Decimal, text: string, paint: Paint): string {
  return change.isZero() ? text : paint(change.isPositive() ? "green" : "red", text);
}

/** Inserts commas between thousands. Works on the string, so it is exact for any number of digits. */
function groupThousands(plain: string): string {
  const [whole = "", decimals] = plain.split(".");
  const groups = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return decimals === undefined ? groups : `${groups}.${decimals}`;
}

function formatMs(value: number): string {
  return `${Math.round(value)} ms`;
}
