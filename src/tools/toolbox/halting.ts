import { requestAboutOrders } from "../../client/index.ts";
import { getPortfolio } from "../../endpoints/account/index.ts";
import { cancelAllOrders, placeMarketOrder } from "../../endpoints/trading/index.ts";
import { invalid, validate, type Position } from "../../endpoints/index.ts";
import { endpointsByName } from "../catalogue/endpoints.ts";
import { toToolError } from "../errors/toToolError.ts";
import type { HaltReport, ToolError } from "../types.ts";
import { describeCall } from "./checks.ts";
import type { Call, Halting, ToolboxContext } from "./context.ts";
import { Refusal } from "./failure.ts";
import { sendOrder } from "./orders.ts";
import { reconcileOpen } from "./reconcileOpen.ts";
import type { CallRecord, LedgerState } from "./state.ts";
import { digestOf } from "./digest.ts";

/** The platform cancels 200 orders of an account at a time. */
const MAX_CANCELS = 50;

/** {@link Halting}, and what only the toolbox itself uses. */
export interface OwnHalting extends Halting {
  resume(by: string): Promise<void>;
  alive(): void;
  /** Clears the timer. */
  stop(): void;
}

/** @param timer milliseconds without `alive()` after which the toolbox halts; undefined for never */
export function createHalting(getContext: () => ToolboxContext, timer: number | undefined): OwnHalting {
  let local: Halting["local"] = null;
  let controller = new AbortController();
  let lastAlive: number | undefined;
  let handle: unknown;
  let isStopped = false;

  const idle = (): number => {
    const { clock } = getContext();
    return clock.elapsed() - (lastAlive ?? clock.elapsed());
  };

  function arm(): void {
    if (timer === undefined || isStopped) return;
    const { clock } = getContext();
    clock.clearTimeout(handle);
    handle = clock.setTimeout(
      () => {
        if (isStopped || local !== null) return;
        if (idle() < timer) arm();
        else void haltUnattended();
      },
      Math.max(1, timer - idle()),
    );
  }

  const haltUnattended = (): Promise<HaltReport> => halting.halt({ reason: `nobody called alive() for ${timer} ms` });

  function alive(): void {
    const isFirst = lastAlive === undefined;
    lastAlive = getContext().clock.elapsed();
    if (isFirst) arm();
  }

  const halting: OwnHalting = {
    get local() {
      return local;
    },
    get signal() {
      return controller.signal;
    },
    isUnattended() {
      if (timer === undefined || lastAlive === undefined || idle() < timer) return false;
      // Timers do not run while a machine sleeps or a Worker is idle.
      if (local === null) void haltUnattended();
      return true;
    },
    async halt(options) {
      const context = getContext();
      // Whatever a program passes, it halts.
      const reason = typeof options?.reason === "string" ? options.reason : "halt() was called";
      // A new object even if it is halted: a resume that is under way must not end this halt.
      local = local === null ? describeHalt(context, reason) : { ...local };
      controller.abort();
      return stopEverything(context, local.reason, options?.flatten === true);
    },
    async resume(by) {
      if (typeof by !== "string" || by.trim() === "" || by.length > 200)
        throw invalid("resume", [
          { field: "by", message: "must name the person who resumes, in up to 200 characters" },
        ]);
      const ended = local;
      await getContext().ledger.transact(() => ({
        entries: [{ kind: "resumed", callId: null, data: { by } }],
        result: undefined,
      }));
      if (local !== ended) return;
      local = null;
      controller = new AbortController();
      lastAlive = getContext().clock.elapsed();
      arm();
    },
    alive,
    stop() {
      isStopped = true;
      getContext().clock.clearTimeout(handle);
    },
  };
  return halting;
}

function describeHalt({ now, redact }: ToolboxContext, reason: string): NonNullable<Halting["local"]> {
  return { since: new Date(now()).toISOString(), reason: redact(reason.slice(0, 500)) };
}

/** Records the halt, cancels orders and sells positions. Whatever fails, the rest is tried. */
async function stopEverything(context: ToolboxContext, reason: string, flatten: boolean): Promise<HaltReport> {
  const problems: string[] = [];
  const attempt = async <T>(what: string, work: () => Promise<T>): Promise<T | null> => {
    try {
      return await work();
    } catch (error) {
      problems.push(`${what}: ${context.redact(toToolError(error)).message}`);
      return null;
    }
  };
  await attempt("The halt could not be recorded, so other processes do not know of it", () =>
    context.ledger.transact(({ halted }) => ({
      entries: halted === null ? [{ kind: "halted", callId: null, data: { reason } }] : [],
      result: undefined,
    })),
  );
  // A dry run has no orders of its own.
  if (context.dryRun !== false) return { cancelled: 0, flattened: flatten ? [] : null, problems };
  let cancelled = await attempt("Orders could not be cancelled", () => cancelAll(context));
  // Orders that were sent before the halt may arrive after the cancellation.
  if (context.running.size > 0) {
    await Promise.allSettled(context.running.values());
    const late = await attempt("Orders could not be cancelled", () => cancelAll(context));
    cancelled = cancelled === null || late === null ? null : cancelled + late;
  }
  const flattenAll = (): Promise<readonly string[] | null> =>
    attempt("Positions could not be read", () => sellAll(context, problems));
  let flattened = flatten ? await flattenAll() : null;
  // So may those whose outcome is unknown. Looking for them takes seconds.
  if (openOrders(context.ledger.state).length > 0) {
    await attempt("Orders with an unknown outcome could not be found", () => reconcileOpen(context, context.closing));
    const late = await attempt("Orders could not be cancelled", () => cancelAll(context));
    cancelled = cancelled === null || late === null ? null : cancelled + late;
    const more = flatten ? await flattenAll() : [];
    flattened = flattened === null || more === null ? null : [...new Set([...flattened, ...more])];
    const { length } = openOrders(context.ledger.state);
    if (length > 0) problems.push(`The outcome of ${length} orders is unknown; they may still arrive`);
  }
  return { cancelled, flattened, problems };
}

/** Orders that were sent and have no outcome. */
function openOrders({ open }: LedgerState): readonly CallRecord[] {
  return [...open.values()].filter(({ intent }) => intent !== null);
}

async function cancelAll({ client }: ToolboxContext): Promise<number> {
  let total = 0;
  for (let round = 0; round < MAX_CANCELS; round++) {
    const { cancelledCount } = await requestAboutOrders(client, cancelAllOrders, {});
    total += cancelledCount;
    if (cancelledCount === 0) break;
  }
  return total;
}

async function sellAll(context: ToolboxContext, problems: string[]): Promise<readonly string[]> {
  const { positions } = await requestAboutOrders(context.client, getPortfolio, {});
  const sold: string[] = [];
  for (const position of positions) {
    const error = position.quantity.gt(0) ? await sell(context, position) : undefined;
    if (error === undefined) sold.push(position.symbol);
    else problems.push(`${position.symbol} could not be sold: ${error.message}`);
  }
  return sold;
}

/** Sells a position, recorded like any other order. */
async function sell(context: ToolboxContext, { symbol, quantity }: Position): Promise<ToolError | undefined> {
  const endpoint = endpointsByName.get(placeMarketOrder.name);
  if (endpoint === undefined) return undefined;
  const input = { symbol, side: "sell", quantity: quantity.toFixed() };
  const id = context.newId();
  const call: Call = {
    callId: `halt-${id}`,
    endpoint,
    input,
    params: validate(endpoint, input),
    digest: digestOf(endpoint.name, input),
    attempt: id,
    approval: undefined,
    reason: "halt",
    signal: new AbortController().signal,
  };
  try {
    await context.ledger.transact((state) => {
      const day = new Date(context.now()).toISOString().slice(0, 10);
      const order = { symbol, side: "sell", quantity: quantity.toFixed(), counts: false, day, value: "0" };
      const data = { ...describeCall(call), order };
      return {
        entries: state.calls.has(call.callId) ? [] : [{ kind: "reserved", callId: call.callId, data }],
        result: undefined,
      };
    });
    const outcome = await sendOrder(context, call, true);
    return outcome.ok ? undefined : outcome.error;
  } catch (error) {
    return error instanceof Refusal ? error.error : toToolError(error);
  }
}
