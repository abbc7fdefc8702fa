import type { ServerContext } from "@modelcontextprotocol/server";
import type { JsonObject, JsonValue, RunOptions, Toolbox, ToolResult } from "../tools/index.ts";
import { isObject } from "./json.ts";

/** Tells the client how far a call is. */
type Report = (progress: number, total: number, message: string) => Promise<void>;

/** A call of a long operation. */
interface LongCall {
  readonly toolbox: Toolbox;
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly options: RunOptions & { readonly callId: string; readonly signal: AbortSignal };
  readonly report: Report;
}

const MIN_PAUSE = 250;
const MAX_PAUSE = 3000;
/** Clients give up after a minute unless progress extends their timeout. */
const MAX_WAIT = 45_000;
const MAX_PARTS = 20;
const MIN_STEPS = 100;

/** How operations are run if the client wants progress. Others have none to report. */
const LONG: ReadonlyMap<string, (call: LongCall) => Promise<ToolResult>> = new Map([
  ["runTest", waitForTest],
  ["stepBacktestBatch", stepInParts],
  ["batchStepFast", stepInParts],
]);

/** Runs a tool, and reports progress of long operations to a client that asked for it. */
export function runWithProgress(
  toolbox: Toolbox,
  name: string,
  input: Readonly<Record<string, unknown>>,
  options: RunOptions & { readonly signal: AbortSignal },
  { mcpReq }: ServerContext,
): Promise<ToolResult> {
  const progressToken = mcpReq._meta?.progressToken;
  const long = LONG.get(name);
  const { callId } = options;
  if (progressToken === undefined || long === undefined || callId === undefined)
    return toolbox.run(name, input, options);
  let last = -1;
  const report: Report = async (progress, total, message) => {
    // The protocol requires that progress increases.
    if (!(progress > last)) return;
    last = progress;
    await mcpReq.notify({ method: "notifications/progress", params: { progressToken, progress, total, message } });
  };
  return long({ toolbox, name, input, options: { ...options, callId }, report });
}

/** Starts a strategy test and waits for its end, but no longer than clients wait. */
async function waitForTest(call: LongCall): Promise<ToolResult> {
  const { toolbox, name, input, options, report } = call;
  const started = await toolbox.run(name, input, options);
  if (!started.ok || !isJsonObject(started.data) || !toolbox.list().some((tool) => tool.name === "getTestStatus"))
    return started;
  const query = { strategyId: input["strategyId"], testId: started.data["testRunId"] };
  let state: JsonObject = started.data;
  let waited = 0;
  for (let pause = MIN_PAUSE; ; pause = Math.min(pause * 1.5, MAX_PAUSE)) {
    const { status, episodesCompleted, episodesTotal } = state;
    await report(
      Number(episodesCompleted),
      Number(episodesTotal),
      `Strategy test: ${typeof status === "string" ? status : "unknown"}`,
    );
    if (status !== "queued" && status !== "running") break;
    if (waited >= MAX_WAIT || !(await sleep(pause, options.signal))) break;
    waited += pause;
    const asked = await toolbox.run("getTestStatus", query, { signal: options.signal });
    if (!asked.ok || !isJsonObject(asked.data)) break;
    state = asked.data;
  }
  const names = Object.keys(started.data);
  const data: JsonObject = Object.fromEntries(Object.entries(state).filter(([field]) => names.includes(field)));
  const isRunning = state["status"] === "queued" || state["status"] === "running";
  return isRunning
    ? { ...started, data, more: "The test is still running. Ask getTestStatus for its results." }
    : { ...started, data };
}

/** Executes many steps of a backtest in parts, each a call of its own in the journal. */
async function stepInParts(call: LongCall): Promise<ToolResult> {
  const { toolbox, name, input, options, report } = call;
  const steps = Number(input["steps"]);
  const size = Math.max(MIN_STEPS, Math.ceil(steps / MAX_PARTS));
  // Invalid input is the toolbox's to refuse.
  if (!Number.isInteger(steps) || steps <= size) return toolbox.run(name, input, options);
  let executed = 0;
  const fills: JsonValue[] = [];
  for (let part = 1; ; part++) {
    const count = Math.min(size, steps - executed);
    const result = await toolbox.run(
      name,
      { ...input, steps: count },
      { ...options, callId: `${options.callId}/${part}` },
    );
    if (!result.ok) return afterSteps(result, options.callId, executed);
    if (!isJsonObject(result.data)) return result;
    const { stepsExecuted, ordersFilled, isComplete } = result.data;
    executed += typeof stepsExecuted === "number" ? stepsExecuted : count;
    if (isJsonArray(ordersFilled)) fills.push(...ordersFilled);
    await report(executed, steps, `Backtest: ${executed} of ${steps} steps`);
    if (isComplete !== true && executed < steps) continue;
    const data = {
      ...result.data,
      ...(stepsExecuted !== undefined && { stepsExecuted: executed }),
      ...(input["includeIntermediateTrades"] === true && { ordersFilled: fills }),
    };
    return { ...result, callId: options.callId, data };
  }
}

/** A failure that tells how many steps were executed before it. */
function afterSteps(result: ToolResult & { readonly ok: false }, callId: string, stepsExecuted: number): ToolResult {
  if (stepsExecuted === 0) return { ...result, callId };
  return { ...result, callId, error: { ...result.error, details: { ...result.error.details, stepsExecuted } } };
}

/** Resolves to false at once if the call is cancelled. */
function sleep(duration: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve(false);
      return;
    }
    const onAbort = (): void => {
      clearTimeout(timer);
      resolve(false);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", onAbort);
      resolve(true);
    }, duration);
    signal.addEventListener("abort", onAbort, { once: true });
  });
}

function isJsonArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function isJsonObject(value: JsonValue): value is JsonObject {
  return isObject(value);
}
