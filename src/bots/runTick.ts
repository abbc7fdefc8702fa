import { createClient, getPairs, partsOf, type Client } from "../client/index.ts";
import { createToolbox, type JsonObject, type Toolbox } from "../tools/index.ts";
import { systemClock, type ClientOptions, type Clock } from "../transport/index.ts";
import { isAgentExchangeError } from "../errors/index.ts";
import { createBudget, type Budget } from "./run/budget.ts";
import { checkDecision, contextOf, symbolOfUrl, symbolsFor } from "./run/decide.ts";
import { checkLimits } from "./run/limits.ts";
import { metered, readingOptions } from "./run/meterClient.ts";
import { endingOf, endingOfReport, orderOf, unknownEnding, type Ending } from "./run/results.ts";
import { createStopper, untilAborted, type Stopper } from "./run/stopper.ts";
import { callIdOf, countMissed } from "./run/ticks.ts";
import { checkSymbols } from "./settings/checkSymbols.ts";
import type { Claim, Decision, Reconciled, RunRecord, Tick, TickOptions, TickResult } from "./types.ts";

/** Requests that are kept back while the strategy decides, and while the order is checked and sent. */
const KEPT_FOR_ORDER = 14;
const KEPT_FOR_RECONCILING = 6;
/** Milliseconds of the run's end that are kept back for the same: a search for a lost order waits 15 seconds. */
const TIME_FOR_ORDER = 25_000;
const TIME_FOR_RECONCILING = 17_000;

const TOOLS = ["placeMarketOrder", "placeLimitOrder", "placeStopLoss", "placeTakeProfit", "getPortfolio"] as const;

/** What the steps of a run share. */
interface Run {
  readonly options: TickOptions;
  readonly claim: Claim;
  readonly budget: Budget;
  readonly stopper: Stopper;
  /** Milliseconds. */
  readonly time: number;
  /** Ticks whose orders may be missing in the history. */
  open: readonly Tick[];
  reconciled: readonly Reconciled[];
  undecided: readonly string[];
  decision: Decision | null;
  cursor: string | null;
  /** Removes the credentials from a text. */
  redact: (text: string) => string;
}

/**
 * Runs a tick: claims it, finds out about orders whose outcome is unknown, lets the strategy decide, and places at most one
 * order through a toolbox. Run the tick again after a crash, at any time and in any process with the same store: it never
 * places a second order.
 *
 * @returns why the tick was skipped, or the record of its run; a run that fails is returned, with its error
 * @throws ValidationError if the tick or a limit is invalid, and what the store throws when the tick is claimed
 * @example
 * ```ts
 * import { dollarCostAverage, memoryBotStore, runTick } from "agentexchange/bots";
 *
 * const { apiKey } = await exchange.register();
 * const result = await runTick({
 *   tick: { scheduledTime: Date.UTC(2026, 10, 27, 12), cron: "0 * * * *" },
 *   store: memoryBotStore(),
 *   client: { ...exchange.connection, apiKey },
 *   strategy: dollarCostAverage({ amount: "25" }),
 *   mandate: { symbols: ["BTCUSDT"], maxPerDay: "100", until: "2036-12-31T00:00:00Z" },
 * });
 * console.log(result.kind === "ran" && result.record.outcome); // ordered
 * ```
 */
export async function runTick(options: TickOptions): Promise<TickResult> {
  const { requests, time, lease } = checkLimits(options.limits);
  const { store, tick } = options;
  const clock = clockOf(options);
  const startedAt = clock.now();
  const start = clock.elapsed();
  const elapsed = (): number => clock.elapsed() - start;
  const claim = store.claim(tick, startedAt, lease);
  if (typeof claim === "string") return { kind: "skipped", why: claim };
  const stopper = createStopper(clock, elapsed);
  const budget = createBudget(requests, () => stopper.stop("budget"));
  const run: Run = {
    options: { ...options, clock },
    claim,
    budget,
    stopper,
    time,
    // Until the journal says otherwise, an earlier run of this tick may have sent what it decided.
    open: claim.decision === null ? claim.open : [...claim.open, claim.tick],
    reconciled: [],
    undecided: [],
    decision: null,
    cursor: null,
    redact: (text) => text,
  };
  const stopRenewing = renewLease(run, clock, lease);
  let ending: Ending;
  let error: unknown;
  try {
    ending = await runClaimed(run);
  } catch (problem) {
    error = problem;
    ending = endingOfError(run, problem);
    if (ending.outcome === "partial") error = undefined;
  } finally {
    stopRenewing();
  }
  if (ending.outcome === "failed") error ??= new Error(ending.reason);
  const { outcome, reason, order, error: code } = ending;
  const record: RunRecord = {
    tick: claim.tick,
    fence: claim.fence,
    startedAt: new Date(startedAt).toISOString(),
    duration: Math.round(elapsed()),
    outcome,
    reason: run.redact(reason),
    reconciled: run.reconciled,
    order,
    undecided: run.undecided,
    missed: countMissed(claim.tick, claim.previous),
    cursor: run.cursor,
    requests: budget.used,
    error: code,
  };
  const isKept = ["ordered", "simulated", "held", "partial"].includes(outcome);
  const memory: JsonObject | undefined = isKept ? run.decision?.memory : undefined;
  try {
    const isRecorded = store.finish(claim, record, { memory, open: run.open });
    return { kind: "ran", record, isRecorded, ...(error === undefined ? {} : { error }) };
  } catch (problem) {
    return { kind: "ran", record, isRecorded: false, error: error ?? problem };
  }
}

function clockOf({ clock, client }: TickOptions): Clock {
  return clock ?? (typeof client === "function" ? undefined : client.clock) ?? systemClock;
}

/** Renews the lease until the returned function is called. A store that fails is tried again: the fence protects anyway. */
function renewLease({ options: { store }, claim, stopper }: Run, clock: Clock, lease: number): () => void {
  let timer: unknown;
  const wait = (): void => {
    timer = clock.setTimeout(() => {
      let isNewest = true;
      try {
        isNewest = store.renew(claim, clock.now(), lease);
      } catch {
        // The next attempt comes before the lease ends.
      }
      if (isNewest) wait();
      else stopper.stop("taken over");
    }, lease / 3);
  };
  wait();
  return () => clock.clearTimeout(timer);
}

async function runClaimed(run: Run): Promise<Ending> {
  const { options, budget, claim } = run;
  const { client, store, mandate, strategy, actor = strategy.name, dryRun = false } = options;
  const given: ClientOptions = typeof client === "function" ? await client() : client;
  const clientOptions = { ...given, clock: given.clock ?? options.clock };
  const trader = createClient(metered(clientOptions, budget, () => checkFence(run)));
  const reader = createClient(readingOptions(clientOptions, budget));
  const redact = partsOf(trader).transport.session.createRedactor();
  run.redact = (text) => redact(text);
  const journal = store.journalOf(claim);
  const toolbox = createToolbox(trader, {
    mandate,
    actor: actor.slice(0, 100),
    dryRun,
    tools: TOOLS,
    journal: {
      ...journal,
      append(after, entries) {
        // Without a request for the order and for finding out about it, it must not be recorded as sent.
        if (entries.some(({ kind }) => kind === "sending") && budget.remaining() < 1) {
          run.stopper.stop("budget");
          throw new Error("The budget of requests does not suffice for the order.");
        }
        return journal.append(after, entries);
      },
    },
  });
  try {
    return await trade(run, toolbox, reader);
  } finally {
    await reader.close();
    await toolbox.close();
    await trader.close();
  }
}

/** An order of a run that was taken over must not be sent. */
function checkFence({ options: { store }, claim, stopper }: Run): void {
  if (store.isNewest(claim)) return;
  stopper.stop("taken over");
  throw new Error("Another run has taken over, so this request was not sent.");
}

async function trade(run: Run, toolbox: Toolbox, reader: Client): Promise<Ending> {
  const { claim, stopper, time } = run;
  const before = await stopper.step(time, (signal) => reconcile(run, toolbox, signal));
  if (before !== undefined) return before;
  const halt = await stopper.step(time, (signal) => findHalt(run, toolbox, signal));
  if (halt !== undefined) return halt;

  run.budget.keepBack(KEPT_FOR_ORDER);
  const decision =
    claim.decision ?? (await stopper.step(time - TIME_FOR_ORDER, (signal) => decide(run, reader, signal)));
  run.decision = decision;
  run.cursor = decision.cursor ?? null;
  const { kind, reason, cursor } = decision;
  if (kind === "hold") return { outcome: cursor === undefined ? "held" : "partial", reason, order: null, error: null };
  const { symbol } = decision.input;
  if (typeof symbol === "string" && run.undecided.includes(symbol.toUpperCase()))
    return {
      outcome: "refused",
      reason: `The outcome of the last order for ${symbol} is not known yet.`,
      order: null,
      error: "SYMBOL_UNDECIDED",
    };
  if (!run.options.store.decide(claim, decision)) {
    stopper.stop("taken over");
    throw new Error("Another run has taken over.");
  }
  return place(run, toolbox, decision);
}

/** Finds out about earlier orders. Resolves to the ending of an earlier run of this tick, if that has sent an order. */
async function reconcile(run: Run, toolbox: Toolbox, signal: AbortSignal): Promise<Ending | undefined> {
  const { claim } = run;
  const unknown = await toolbox.reconcile({ signal });
  run.undecided = [...new Set(unknown.flatMap(({ symbol }) => (symbol === null ? [] : [symbol])))];
  const open: Tick[] = [];
  const reconciled: Reconciled[] = [];
  for (const tick of claim.open) {
    const report = await toolbox.lookUp(callIdOf(tick));
    if (report?.state === "unknown") open.push(tick);
    else reconciled.push({ tick, order: orderOf(report?.result ?? null) });
  }
  const own = await toolbox.lookUp(callIdOf(claim.tick));
  const ending = own === null ? undefined : endingOfReport(own, claim.decision?.reason ?? "An earlier run decided.");
  run.open = ending?.outcome === "unknown" ? [...open, claim.tick] : open;
  run.reconciled = reconciled;
  if (ending === undefined) return undefined;
  run.decision = claim.decision;
  run.cursor = claim.decision?.cursor ?? null;
  return ending;
}

/** Whether a person or the drawdown has halted the bot. */
async function findHalt(run: Run, toolbox: Toolbox, signal: AbortSignal): Promise<Ending | undefined> {
  const { halted: before } = await toolbox.status();
  // It tells the toolbox the equity, also on days without an order.
  if (before === false && run.options.mandate.maxDrawdownPct !== undefined)
    await toolbox.run("getPortfolio", {}, { signal });
  const { halted } = await toolbox.status();
  if (halted === false) return undefined;
  // The drawdown has just been reached: wait until pending orders are cancelled.
  if (before === false) await toolbox.halt({ reason: halted.reason });
  return { outcome: "refused", reason: `The bot is halted: ${halted.reason}.`, order: null, error: "HALTED" };
}

async function decide(run: Run, reader: Client, signal: AbortSignal): Promise<Decision> {
  const { options, claim, budget } = run;
  const { strategy, mandate } = options;
  // Before anything is sent, since an order for a pair that does not exist would fail each time.
  checkSymbols(mandate.symbols, await reader.send(getPairs, {}, { signal }));
  const symbols = symbolsFor(mandate.symbols, new Set(run.undecided), claim.cursor);
  if (symbols.length === 0)
    return { kind: "hold", reason: "No pair can be traded before the outcome of its last order is known." };
  const context = contextOf(claim, { client: reader, symbols, mandate, signal, remaining: () => budget.remaining() });
  try {
    return checkDecision(strategy, await untilAborted(signal, () => strategy.decide(context)));
  } finally {
    run.cursor = budget.refused === null ? null : symbolOfUrl(budget.refused, symbols);
  }
}

async function place(
  run: Run,
  toolbox: Toolbox,
  { tool, input, reason }: Extract<Decision, { kind: "order" }>,
): Promise<Ending> {
  const { claim, stopper, time, budget } = run;
  const callId = callIdOf(claim.tick);
  // Until the journal says otherwise.
  run.open = [...run.open, claim.tick];
  budget.keepBack(KEPT_FOR_RECONCILING);
  const result = await stopper.step(time - TIME_FOR_RECONCILING, (signal) =>
    toolbox.run(tool, input, { callId, reason, signal }),
  );
  if (result.ok) return close(run, endingOf(result, reason));
  budget.keepBack(0);
  const report = await stopper.step(time, async (signal) => {
    if ((await toolbox.lookUp(callId))?.state === "unknown") await toolbox.reconcile({ signal });
    return toolbox.lookUp(callId);
  });
  if (report?.state === "unknown") {
    const { symbol } = report;
    if (symbol !== null) run.undecided = [...new Set([...run.undecided, symbol])];
    return unknownEnding();
  }
  const known = report?.result ?? result;
  const ending = endingOf(known, reason);
  return close(run, known.ok || stopper.why === null || ending.outcome === "refused" ? ending : stoppedEnding(stopper));
}

/** The outcome of the tick's order is known, so later runs need not look for it. */
function close(run: Run, ending: Ending): Ending {
  run.open = run.open.filter((tick) => tick !== run.claim.tick);
  return ending;
}

function stoppedEnding({ why }: Stopper): Ending {
  const isOver = why === "budget" || why === "time";
  return {
    outcome: isOver ? "partial" : "failed",
    reason: isOver
      ? `The run's ${why === "budget" ? "budget of requests" : "time"} ended first; nothing was ordered.`
      : "Another run has taken over.",
    order: null,
    error: isOver ? null : "TAKEN_OVER",
  };
}

function endingOfError({ stopper }: Run, problem: unknown): Ending {
  if (stopper.why !== null) return stoppedEnding(stopper);
  const code = isAgentExchangeError(problem) ? problem.code : "UNEXPECTED";
  const message = problem instanceof Error ? problem.message : String(problem);
  return { outcome: "failed", reason: message.slice(0, 500), order: null, error: code };
}
