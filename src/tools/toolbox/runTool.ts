import { callOperation } from "../catalogue/callOperation.ts";
import type { AnyEndpoint } from "../catalogue/endpointList.ts";
import { endpointsByName } from "../catalogue/endpoints.ts";
import { toToolError } from "../errors/toToolError.ts";
import { canonicalJson } from "../journal/canonicalJson.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { placesOrder } from "../preview/plannedOrder.ts";
import { PREVIEW_TOOL, splitPreview } from "../preview/previewTool.ts";
import type { ShapedResult } from "../results/shaped.ts";
import { shapeResult } from "../results/shapeResult.ts";
import { suggestion } from "../../wire/index.ts";
import type { RunOptions, ToolError, ToolResult } from "../types.ts";
import type { Call, Outcome, ToolboxContext } from "./context.ts";
import { digestOf } from "./digest.ts";
import { closedError, isOutcome, Refusal, toolError } from "./failure.ts";
import { linkSignals } from "./linkSignals.ts";
import { observeEquity } from "./observeEquity.ts";
import { runOrder, type OrderOutcome } from "./orders.ts";
import { parseInput, type Parsed, type ValidInput } from "./parseInput.ts";
import { previewOrder, simulateCall } from "./preview.ts";
import { cancelAfterHalt, reconcileCall } from "./reconcileOpen.ts";
import { knownOutcome, outcomeOf } from "./settle.ts";
import { runWrite } from "./writes.ts";

/** Calls that a toolbox remembers without its journal. */
const MAX_REMEMBERED = 256;
const RUN_OPTIONS: readonly string[] = [
  "callId",
  "signal",
  "approval",
  "reason",
] satisfies readonly (keyof RunOptions)[];

/** Milliseconds after which the process that ran a write without an outcome has ended. */
const LONGEST_WRITE = 60_000;

interface Remembered {
  readonly digest: string;
  readonly result: Promise<ToolResult>;
}

/** Runs the tools of a set: {@link Toolbox.run}. */
export function createRun(
  context: ToolboxContext,
  names: ReadonlySet<string>,
): (name: string, input: unknown, options?: RunOptions) => Promise<ToolResult> {
  const remembered = new Map<string, Remembered>();

  function remember(callId: string, call: Remembered): void {
    remembered.set(callId, call);
    for (const oldest of remembered.keys()) {
      if (remembered.size <= MAX_REMEMBERED) break;
      remembered.delete(oldest);
    }
    call.result.then(
      (result) => {
        if (!result.ok && !isOutcome(result.error) && remembered.get(callId) === call) remembered.delete(callId);
      },
      () => {},
    );
  }

  return async (given, input, options = {}) => {
    // Programs in JavaScript can pass anything.
    const name = typeof given === "string" ? given : `(${typeof given})`;
    const problem = context.closing.aborted ? closedError() : optionsProblem(context, options);
    if (problem !== undefined) return { ok: false, callId: context.newId(), error: problem };
    const { callId = context.newId() } = options;
    const endpoint = names.has(name) ? endpointsByName.get(name) : undefined;
    const preview = name === PREVIEW_TOOL ? parsePreview(context, names, input) : undefined;
    const parsed = preview ?? (endpoint === undefined ? unknownTool(name, input, names) : parseInput(endpoint, input));
    const read =
      preview?.read ?? (endpoint?.effect === "read" && !parsed.error ? readOf(context, endpoint, parsed) : undefined);
    if (read !== undefined && options.callId === undefined)
      return runRead(context, name, parsed.input, read, callId, options);

    // Digests of reads are not recorded, so they need not be short.
    const digest = read === undefined ? digestOf(name, parsed.input) : canonicalJson([name, parsed.input]);
    const known = remembered.get(callId);
    if (known !== undefined)
      return known.digest === digest ? { ...(await known.result), repeated: true } : reused(context, callId);
    const result =
      read === undefined
        ? runEffect(context, name, endpoint, parsed, digest, callId, options)
        : runRead(context, name, parsed.input, read, callId, options);
    remember(callId, { digest, result });
    return result;
  };
}

/** Says what an order would do: {@link Toolbox.preview}. */
export function createPreview(
  context: ToolboxContext,
  names: ReadonlySet<string>,
): (name: string, input: unknown, options?: Pick<RunOptions, "signal">) => Promise<ToolResult> {
  return async (name, input, { signal } = {}) => {
    const callId = context.newId();
    const endpoint = names.has(name) ? endpointsByName.get(name) : undefined;
    const link = linkSignals(context.closing, signal);
    try {
      if (endpoint?.effect !== "order") throw new Refusal(notAvailable(name, "Only orders can be previewed."));
      const parsed = parseInput(endpoint, input);
      if (parsed.error !== undefined) throw new Refusal(parsed.error);
      return toResult(context, callId, await previewOrder(context, previewCall(endpoint, parsed, link.signal)));
    } catch (problem) {
      return { ok: false, callId, error: errorOf(context, problem) };
    } finally {
      link.dispose();
    }
  };
}

/** What the tool that previews orders reads; without `read` if its input is not valid. */
function parsePreview(
  context: ToolboxContext,
  names: ReadonlySet<string>,
  input: unknown,
): (Parsed & { readonly read?: Read }) | undefined {
  const orders = [...names].filter(placesOrder);
  if (orders.length === 0) return undefined;
  const { tool, order } = splitPreview(input);
  const endpoint = typeof tool === "string" && orders.includes(tool) ? endpointsByName.get(tool) : undefined;
  if (endpoint === undefined) {
    const { input: plain } = unknownTool(PREVIEW_TOOL, input, names);
    const message = `${PREVIEW_TOOL}: tool must be one of ${orders.join(", ")}.`;
    return { input: plain, error: toolError("INVALID_INPUT", message, "Name the tool that would place the order.") };
  }
  const parsed = parseInput(endpoint, order);
  if (parsed.error !== undefined) return parsed;
  const read: Read = async (signal) => {
    const outcome = await previewOrder(context, previewCall(endpoint, parsed, signal));
    if (!outcome.ok) throw new Refusal(outcome.error);
    return outcome;
  };
  return { input: { tool: endpoint.name, ...parsed.input }, params: parsed.params, read };
}

function previewCall(endpoint: AnyEndpoint, { input, params }: ValidInput, signal: AbortSignal): Call {
  const unused = { callId: "", digest: "", attempt: "", approval: undefined, reason: undefined };
  return { ...unused, endpoint, input, params, signal };
}

/** Reads something; the signal ends it. */
type Read = (signal: AbortSignal) => Promise<ShapedResult>;

function readOf(context: ToolboxContext, { name }: AnyEndpoint, { input }: Parsed): Read {
  return async (signal) => {
    const value = await callOperation(context.client, name, input, { signal });
    observeEquity(context, name, value);
    return shapeResult(name, value, { input });
  };
}

/** A read needs no journal before it runs, and no mandate. */
async function runRead(
  context: ToolboxContext,
  name: string,
  input: JsonValue,
  read: Read,
  callId: string,
  { signal, reason }: RunOptions,
): Promise<ToolResult> {
  const { ledger, closing } = context;
  const link = signal === undefined ? undefined : linkSignals(closing, signal);
  let result: ToolResult;
  try {
    const { data, more } = await read(link?.signal ?? closing);
    result = { ok: true, callId, data, ...(more === undefined ? {} : { more }) };
  } catch (error) {
    result = { ok: false, callId, error: errorOf(context, error) };
  }
  link?.dispose();
  const data: Record<string, JsonValue> = { callId, tool: name, input, ok: result.ok };
  if (reason !== undefined) data["reason"] = reason;
  if (!result.ok) data["code"] = result.error.code;
  ledger.noteRead(data);
  return result;
}

function errorOf({ redact }: ToolboxContext, problem: unknown): ToolError {
  return redact(problem instanceof Refusal ? problem.error : toToolError(problem));
}

/** Runs a call that has an effect, or records why it is refused. */
async function runEffect(
  context: ToolboxContext,
  name: string,
  endpoint: AnyEndpoint | undefined,
  parsed: Parsed,
  digest: string,
  callId: string,
  { signal, approval, reason }: RunOptions,
): Promise<ToolResult> {
  const link = linkSignals(context.closing, signal);
  const details = { tool: name, digest, input: cut(parsed.input), ...(reason === undefined ? {} : { reason }) };
  try {
    const repeated = await repeat(context, callId, digest, link.signal);
    if (repeated !== undefined) return repeated;
    if (parsed.error !== undefined || endpoint === undefined)
      return await refuse(context, callId, details, parsed.error ?? notAvailable(name, ""));
    link.signal.throwIfAborted();
    const attempt = context.newId();
    const { input, params } = parsed;
    const call: Call = { callId, endpoint, input, params, digest, attempt, approval, reason, signal: link.signal };
    const work =
      context.dryRun !== false
        ? simulateCall(context, call, context.dryRun === true ? undefined : context.dryRun)
        : endpoint.effect === "order"
          ? runOrder(context, call)
          : runWrite(context, call);
    context.running.set(attempt, work);
    try {
      return toResult(context, callId, await work);
    } finally {
      context.running.delete(attempt);
    }
  } catch (problem) {
    return await refuse(context, callId, details, errorOf(context, problem));
  } finally {
    link.dispose();
  }
}

/** The result of a call that has come before; undefined for a new one, or one that may run again. */
async function repeat(
  context: ToolboxContext,
  callId: string,
  digest: string,
  signal: AbortSignal,
): Promise<ToolResult | undefined> {
  const { ledger } = context;
  const record = (await ledger.sync()).calls.get(callId);
  if (record === undefined) return undefined;
  if (record.digest !== digest) return reused(context, callId);
  if (record.phase === "reserved" || record.phase === "asking") return undefined;
  const isSearched = record.phase !== "done" && record.intent !== null;
  if (isSearched) await reconcileCall(context, record, signal);
  const known = ledger.state.calls.get(callId);
  if (isSearched && typeof known?.orderId === "string" && ledger.state.resting.has(known.orderId))
    await cancelAfterHalt(context, known.orderId).catch(() => {});
  if (known === undefined) return undefined;
  if (known.phase === "done") return { ...toResult(context, callId, outcomeOf(known)), repeated: true };
  const isOld = Math.abs(context.now() - known.time) > LONGEST_WRITE;
  const outcome =
    known.intent !== null ? stillUnknown() : isOld ? writeUnknown() : knownOutcome(ledger.state, { callId });
  return { ...toResult(context, callId, outcome), repeated: true };
}

/** Records a refusal. It is the outcome of the call, unless the same call may go on later, or goes on in another run. */
async function refuse(
  context: ToolboxContext,
  callId: string,
  details: RefusedCall,
  given: ToolError,
): Promise<ToolResult> {
  const { ledger, redact } = context;
  const error = redact(given);
  const isFinal = isOutcome(error) && !error.retryable;
  const kind = isFinal ? "refused" : "failed";
  try {
    const other = await ledger.transact<OrderOutcome | undefined>((state) => {
      // Another run of this call has come further meanwhile, and what becomes of that is the outcome.
      if (isFinal && state.calls.get(callId)?.digest === details.digest)
        return { entries: [], result: knownOutcome(state, { callId }) };
      const data = { ...details, result: { ok: false, error: { ...error } as JsonObject } };
      return { entries: [{ kind, callId, data }], result: undefined };
    });
    if (other !== undefined) return { ...toResult(context, callId, other), repeated: true };
  } catch {
    // Nothing was sent, and that is what the result says.
  }
  return { ok: false, callId, error };
}

/** What the journal says about a call that is refused. */
type RefusedCall = JsonObject & { readonly digest: string };

function toResult({ redact }: ToolboxContext, callId: string, outcome: OrderOutcome): ToolResult {
  if (outcome.ok) {
    const { data, more } = outcome;
    // The journal in memory has the same object, and must not change with the caller's.
    return { ok: true, callId, data: structuredClone(data), ...(more === undefined ? {} : { more }) };
  }
  const { error, request } = outcome;
  return {
    ok: false,
    callId,
    error: redact(error),
    ...(request?.isRepeated === true ? { repeated: true } : {}),
    ...(request === undefined ? {} : { approvalRequest: request.approvalRequest }),
  };
}

const MAX_RECORDED = 4096;

/** Input of any size can be refused, but is not recorded. */
function cut(input: JsonValue): JsonValue {
  const { length } = canonicalJson(input);
  return length <= MAX_RECORDED ? input : { omitted: `${length} characters` };
}

function optionsProblem({ redact }: ToolboxContext, options: RunOptions | null): ToolError | undefined {
  const invalid = (message: string): ToolError =>
    toolError("INVALID_OPTIONS", message, "Correct the program that calls the toolbox.");
  if (typeof options !== "object" || options === null) return invalid("The options of run must be an object.");
  for (const name in options) {
    if (RUN_OPTIONS.includes(name)) continue;
    const hint = suggestion(name, RUN_OPTIONS) ?? `Expected ${RUN_OPTIONS.join(", ")}.`;
    return invalid(`Unknown option "${name.slice(0, 60)}". ${hint}`);
  }
  const { callId, reason, signal } = options;
  if (signal !== undefined && !isSignal(signal)) return invalid("signal must be an AbortSignal.");
  if (callId !== undefined && !(typeof callId === "string" && callId.length > 0 && callId.length <= 200))
    return invalid("callId must be a string of 1 to 200 characters.");
  // The journal would have it in another form, in which the call is not found again.
  if (callId !== undefined && redact(callId) !== callId) return invalid("callId must not contain a key or a token.");
  if (reason !== undefined && !(typeof reason === "string" && reason.length <= 2000))
    return invalid("reason must be a string of up to 2000 characters.");
  return undefined;
}

function isSignal(value: unknown): boolean {
  return typeof (value as AbortSignal | null)?.addEventListener === "function" && "aborted" in (value as AbortSignal);
}

function unknownTool(name: string, input: unknown, names: ReadonlySet<string>): Parsed {
  const hint = suggestion(name, names) ?? "";
  let size: JsonValue = null;
  try {
    size = (JSON.parse(JSON.stringify(input) ?? "null") as JsonValue) ?? null;
  } catch {
    // It is not JSON, and is not recorded.
  }
  return { input: size, error: notAvailable(name, hint) };
}

function notAvailable(name: string, hint: string): ToolError {
  return toolError(
    "TOOL_NOT_AVAILABLE",
    `There is no tool "${name.slice(0, 60)}" in this toolbox.${hint === "" ? "" : ` ${hint}`}`,
    "Use one of the listed tools.",
  );
}

async function reused(context: ToolboxContext, callId: string): Promise<ToolResult> {
  const error = toolError(
    "CALL_ID_REUSED",
    "This call ID belongs to an earlier call of another tool, or with another input; nothing was sent.",
    "Use a new call ID for each call.",
  );
  context.ledger.note({ kind: "failed", callId, data: { code: error.code } });
  return { ok: false, callId, error };
}

function writeUnknown(): Outcome {
  return {
    ok: false,
    error: toolError(
      "OUTCOME_UNKNOWN",
      "The process that ran this call has ended without recording its outcome; it may have been executed.",
      "Look at the account before you do it again.",
    ),
  };
}

function stillUnknown(): Outcome {
  return {
    ok: false,
    error: toolError(
      "ORDER_OUTCOME_UNKNOWN",
      "The order was sent, and whether it was executed is still not known. It keeps its reservation.",
      "Call again later with the same call ID to find out. Do not place the order again.",
      { retryable: true },
    ),
  };
}
