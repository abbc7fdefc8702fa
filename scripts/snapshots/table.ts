import type { Decimal, MarketSnapshot, Portfolio, SnapshotEntry } from "../../src/index.ts";

/** Colours a text, or leaves it as it is. */
export type Paint = (style: "green" | "red" | "dim" | "bold", text: string) => string;

const GAP = "   ";
const HEADS = ["SYMBOL", "PRICE, USDT", "24 H CHANGE", "VOLUME", "PRICE CALL", "TICKER CALL"] as const;

/** A snapshot as lines of text: one a pair, and what asking for all at once has saved. */
export function tableOf(snapshot: MarketSnapshot, source: string, paint: Paint): string[] {
  const rows = snapshot.entries.map(cellsOf);
  const points = Math.max(...rows.map(([, price]) => price.length - decimalPoint(price)));
  for (const row of rows) row[1] = row[1].padEnd(decimalPoint(row[1]) + points);
  const widths = HEADS.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string[] =>
    cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)));
  const calls = snapshot.entries.length * 2;
  const sum = sumOf(snapshot);
  return [
    `${paint("bold", "AgentExchange")}  ${source}  ${paint("dim", snapshot.finishedAt.toISOString().slice(0, 19).replace("T", " "))} UTC`,
    "",
    paint("dim", line(HEADS).join(GAP)),
    ...snapshot.entries.map((entry, index) => {
      const [symbol = "", price = "", change = "", ...rest] = line(rows[index] ?? []);
      if (entry.error !== null) return `${symbol}${GAP}${paint("red", entry.error.message)}`;
      return [symbol, price, paintChange(entry.ticker.changePct, change, paint), ...rest].join(GAP);
    }),
    "",
    `${calls} calls at once took ${milliseconds(snapshot.took)}; their times add up to ${milliseconds(sum)}, ${(sum / snapshot.took).toFixed(1)} times as much.`,
  ];
}

/** What the account is worth, or why that is not known. */
export function portfolioLine(portfolio: Portfolio | Error): string {
  if (portfolio instanceof Error) return `Portfolio: ${portfolio.message}`;
  return `Portfolio: ${grouped(portfolio.totalEquity.toFixed(2))} USDT, ${signed(portfolio.roiPct)} %.`;
}

/** The times of all calls added up: what they would have taken one after another. */
export function sumOf({ entries }: MarketSnapshot): number {
  return entries.reduce((sum, { took }) => sum + took.price + took.ticker, 0);
}

/** Prints tables one over the other where that is wanted and there is room, one after the other elsewhere. */
export function tablePrinter(
  out: { readonly rows: number; write(text: string): unknown },
  inPlace: boolean,
): (lines: readonly string[]) => void {
  let above = 0;
  return (lines) => {
    const fits = inPlace && lines.length < (out.rows || 24);
    const back = fits && above > 0 ? `\x1b[${above}A\x1b[J` : "";
    out.write(`${back}${lines.join("\n")}\n${fits ? "" : "\n"}`);
    above = fits ? lines.length : 0;
  };
}

type Cells = [symbol: string, price: string, ...rest: string[]];

function cellsOf({ symbol, price, ticker, error, took }: SnapshotEntry): Cells {
  if (error !== null) return [symbol, ""];
  const change = `${arrow(ticker.changePct)} ${signed(ticker.changePct)} %`;
  return [
    symbol,
    grouped(price.price.toFixed(Math.max(2, price.price.decimalPlaces()))),
    change,
    grouped(ticker.volume.toFixed(ticker.volume.lt(1000) ? 2 : 0)),
    milliseconds(took.price),
    milliseconds(took.ticker),
  ];
}

function decimalPoint(text: string): number {
  return text.includes(".") ? text.indexOf(".") : text.length;
}

function arrow(change: Decimal): string {
  return change.isZero() ? "=" : change.isPositive() ? "▲" : "▼";
}

function signed(change: Decimal): string {
  return `${change.isPositive() && !change.isZero() ? "+" : ""}${change.toFixed(2)}`;
}

function paintChange(change: Decimal, text: string, paint: Paint): string {
  return change.isZero() ? text : paint(change.isPositive() ? "green" : "red", text);
}

/** Commas between thousands; exact for any number of digits. */
function grouped(plain: string): string {
  const [whole = "", decimals] = plain.split(".");
  const groups = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return decimals === undefined ? groups : `${groups}.${decimals}`;
}

function milliseconds(value: number): string {
  return `${Math.round(value)} ms`;
}
