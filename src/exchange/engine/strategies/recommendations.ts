import type { Definition, TestFigures } from "./model.ts";

/** Advice derived from a test's results, in a fixed order. */
export function recommendationsOf(figures: TestFigures, definition: Definition, fractions: boolean): readonly string[] {
  return [
    pairAdvice(figures),
    ...winRateAdvice(figures.averageWinRate, fractions),
    ...drawdownAdvice(figures.averageDrawdown),
    ...tradeAdvice(figures.averageTrades),
    figures.averageSharpe !== null && figures.averageSharpe < 0.5
      ? `The average Sharpe ratio of ${figures.averageSharpe.toFixed(2)} is low: the return hardly pays for its risk.`
      : undefined,
    ...ruleAdvice(definition),
    figures.averageRoi < 0
      ? `The average return is ${figures.averageRoi.toFixed(2)}%: think the rules over before trading them.`
      : undefined,
  ].filter((sentence) => sentence !== undefined);
}

function pairAdvice({ pairs }: TestFigures): string | undefined {
  const entries = Object.entries(pairs ?? {}).toSorted(([, a], [, b]) => b.averageRoi - a.averageRoi);
  const best = entries[0];
  const worst = entries.at(-1);
  if (best === undefined || worst === undefined || entries.length < 2) return undefined;
  const difference = best[1].averageRoi - worst[1].averageRoi;
  if (difference <= 5) return undefined;
  return `${best[0]} did better than ${worst[0]} by ${difference.toFixed(1)}%: consider leaving the weaker pair out.`;
}

/** The platform reads the win rate as a fraction, although it is in percent. */
function winRateAdvice(winRate: number | null, fractions: boolean): readonly string[] {
  if (winRate === null) return [];
  const share = fractions ? winRate : winRate / 100;
  const shown = `${(share * 100).toFixed(1)}%`;
  if (share < 0.5) return [`A win rate of ${shown} is low: enter more selectively.`];
  return share > 0.75 ? [`A win rate of ${shown} is high: targets further away may pay more.`] : [];
}

function drawdownAdvice(drawdown: number): readonly string[] {
  const shown = `${drawdown.toFixed(1)}%`;
  if (drawdown > 15)
    return [`An average drawdown of ${shown} is deep: smaller positions or closer stops would limit it.`];
  return drawdown > 0 && drawdown < 3 ? [`An average drawdown of ${shown} leaves room for larger positions.`] : [];
}

function tradeAdvice(trades: number): readonly string[] {
  const shown = trades.toFixed(1);
  if (trades < 3) return [`${shown} trades an episode are few: the figures may be chance.`];
  return trades > 50 ? [`${shown} trades an episode are many: fees weigh on the return.`] : [];
}

function ruleAdvice(definition: Definition): readonly string[] {
  const entry = numbersOf(definition["entry_conditions"]);
  const exit = numbersOf(definition["exit_conditions"]);
  const advice: string[] = [];
  const adx = entry("adx_above");
  if (adx !== undefined && adx > 30)
    advice.push(`adx_above ${adx} lets only strong trends in: lower it to trade more.`);
  else if (adx !== undefined && adx < 15)
    advice.push(`adx_above ${adx} filters little: raise it to avoid flat markets.`);
  const stop = exit("stop_loss_pct") ?? 0;
  const take = exit("take_profit_pct") ?? 0;
  if (stop > 0 && take > 0 && take / stop < 1.5)
    advice.push(`Take profit is only ${(take / stop).toFixed(1)} times the stop loss: aim for 1.5 or more.`);
  return advice;
}

function numbersOf(conditions: unknown): (name: string) => number | undefined {
  const values = (conditions ?? {}) as Readonly<Record<string, unknown>>;
  return (name) => {
    const value = values[name];
    return value === undefined || value === null ? undefined : Number(value);
  };
}
