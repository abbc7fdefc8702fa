import { Decimal } from "../../wire/index.ts";
import type { ToolboxContext } from "./context.ts";
import { reachesDrawdown } from "./limits.ts";

/** Fields in which reads show the equity. */
const EQUITY_FIELDS: Readonly<Record<string, string>> = { getPortfolio: "totalEquity", getBalance: "totalEquityUsdt" };

/** A read of the account also tells whether equity has fallen by the mandate's share; then the toolbox halts. */
export function observeEquity({ mandate, ledger, halting }: ToolboxContext, tool: string, value: unknown): void {
  const field = EQUITY_FIELDS[tool];
  if (field === undefined || mandate?.maxDrawdownPct === undefined) return;
  const equity = (value as Readonly<Record<string, unknown>>)[field];
  if (!Decimal.isDecimal(equity)) return;
  const { peak, halted } = ledger.state;
  if (peak === null || equity.gt(peak))
    ledger.note({ kind: "equity", callId: null, data: { equity: equity.toFixed() } });
  else if (halted === null && halting.local === null && reachesDrawdown(mandate, peak, equity))
    void halting.halt({ reason: `the drawdown reached ${mandate.maxDrawdownPct.toFixed()} %` });
}
