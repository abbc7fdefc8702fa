// The backtest that is being set up, and the one that runs.
import { computed, signal } from "@preact/signals";
import { Decimal, isAgentExchangeError } from "agentexchange";
import { count } from "../../parts/format.ts";
import { numberStyle } from "../../parts/readNumber.ts";
import { messageOf, recordFailure } from "../calls.ts";
import { link } from "../connection.ts";
import { MAX_CANDLES, runBacktest, timeframeOf, wholeCandles, type Plan, type Progress } from "./backtest.ts";
import * as draft from "./draft.ts";
import { range, refreshLibrary } from "./library.ts";
import { show } from "./results.ts";

const DAY = 86_400_000;
const DEFAULT_DAYS = 30;
const MIN_BALANCE = 1;
const MAX_BALANCE = 10_000_000;
const style = numberStyle();

/** Dates in UTC, such as 2026-11-01; null for the default. */
const typedFrom = signal<string | null>(null);
const typedTo = signal<string | null>(null);
export const balanceInput = signal(style.write(new Decimal(10_000)));

export interface Running {
  readonly name: string;
  readonly progress: Progress;
  readonly isCancelling: boolean;
}

export const running = signal<Running | null>(null);
/** The result of the last backtest, for display. */
export const outcome = signal<{ readonly text: string; readonly isGood: boolean } | null>(null);
let controller: AbortController | undefined;

const dateText = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** The last day that is over. */
const lastDay = computed(() => (range.value === null ? null : Math.floor(range.value.latest.getTime() / DAY) * DAY));
export const fromDate = computed(
  () => typedFrom.value ?? (lastDay.value === null ? "" : dateText(lastDay.value - DEFAULT_DAYS * DAY)),
);
export const toDate = computed(() => typedTo.value ?? (lastDay.value === null ? "" : dateText(lastDay.value)));
export const minDate = computed(() => (range.value === null ? "" : dateText(range.value.earliest.getTime())));
export const maxDate = computed(() => (lastDay.value === null ? "" : dateText(lastDay.value)));

export function setDates(from: string, to: string): void {
  typedFrom.value = from;
  typedTo.value = to;
}

/** What is wrong with each field; null where nothing is. */
export const problems = computed(() => {
  const [from, to] = [Date.parse(fromDate.value), Date.parse(toDate.value)];
  const definition = draft.checked.value.definition;
  const known = range.value;
  let fromProblem: string | null = null;
  let toProblem: string | null = null;
  if (known !== null) {
    if (Number.isNaN(from)) fromProblem = "Enter a date.";
    else if (from < known.earliest.getTime()) fromProblem = `There are no candles before ${minDate.value}.`;
    if (Number.isNaN(to)) toProblem = "Enter a date.";
    else if (to > known.latest.getTime()) toProblem = `There are no candles after ${maxDate.value} yet.`;
    else if (to <= from) toProblem = "Must be after the first day.";
    else if (definition !== null && fromProblem === null) {
      const candles = wholeCandles({ start: from, end: to }, timeframeOf(definition)).count * definition.pairs.length;
      if (candles > MAX_CANDLES)
        toProblem = `These are ${count(candles)} candles, and ${count(MAX_CANDLES)} can be run. Choose fewer days, fewer pairs or a longer timeframe.`;
    }
  }
  return { from: fromProblem, to: toProblem, balance: balanceProblem(balanceInput.value) };
});

/** The backtest that a run would make now, or what it needs. */
export const plan = computed<Plan | string>(() => {
  const definition = draft.ready.value;
  const current = link.value;
  if (range.value === null || current === null) return "Waiting for the exchange…";
  if (definition === null) return "Correct the strategy first.";
  const { from, to, balance } = problems.value;
  const reading = style.read(balanceInput.value);
  if (from !== null || to !== null || balance !== null || reading.kind !== "number") return "Correct the fields above.";
  return {
    name: draft.name.value.trim(),
    definition,
    start: Date.parse(fromDate.value),
    end: Date.parse(toDate.value),
    balance: reading.value,
    isLocal: current.kind === "embedded",
  };
});

function balanceProblem(input: string): string | null {
  const reading = style.read(input);
  switch (reading.kind) {
    case "empty":
      return "Enter an amount.";
    case "invalid":
      return `“${input}” is not a number.`;
    case "ambiguous":
      return `“${input}” can mean ${reading.readings.join(" or ")}. Write it without thousands separators.`;
    default: {
      const isOutside = reading.value.lt(MIN_BALANCE) || reading.value.gt(MAX_BALANCE);
      return isOutside ? `Enter ${count(MIN_BALANCE)} to ${count(MAX_BALANCE)}.` : null;
    }
  }
}

/** Runs the backtest that is set up, then shows its result. */
export async function run(): Promise<void> {
  const next = plan.peek();
  const client = link.peek()?.workClient;
  if (typeof next === "string" || client === undefined || running.peek() !== null) return;
  const { name } = next;
  const own = new AbortController();
  controller = own;
  outcome.value = null;
  running.value = { name, progress: { stage: "candles", share: 0, detail: "" }, isCancelling: false };
  try {
    const id = await runBacktest(client, next, own.signal, (progress) => {
      if (!own.signal.aborted) running.value = { name, progress, isCancelling: false };
    });
    show(id);
    outcome.value = { text: `“${name}” is done.`, isGood: true };
  } catch (error) {
    if (own.signal.aborted)
      outcome.value = { text: "Cancelled. What it reached until then is among the results.", isGood: true };
    else if (isAgentExchangeError(error) && error.code === "CLIENT_CLOSED")
      outcome.value = { text: "Stopped: the page was connected to another exchange.", isGood: false };
    else {
      recordFailure("backtest", error);
      outcome.value = { text: `The backtest failed: ${messageOf(error)}`, isGood: false };
    }
  } finally {
    running.value = null;
    refreshLibrary();
  }
}

export function cancel(): void {
  const current = running.peek();
  if (current === null) return;
  running.value = { ...current, isCancelling: true };
  controller?.abort(new DOMException("cancelled", "AbortError"));
}
