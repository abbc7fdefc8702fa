import { clientOf, partsOf, type AgentExchangeClient, type Client } from "../../client/index.ts";
import { invalid } from "../../endpoints/index.ts";
import { amountWithin } from "../../endpoints/inputs/index.ts";
import { randomUuid } from "../../transport/index.ts";
import { Exact, suggestion } from "../../wire/index.ts";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import * as v from "valibot";
import { operation } from "../catalogue/operations.ts";
import { toolNames } from "../catalogue/sets.ts";
import { memoryJournal } from "../journal/memoryJournal.ts";
import { previewTool } from "../preview/previewTool.ts";
import type { ApprovalPolicy, Toolbox, ToolboxOptions } from "../types.ts";
import { createApprovals } from "./approvals.ts";
import { lookUp, reconcileAll } from "./callReports.ts";
import type { CheckedPolicy, ToolboxContext } from "./context.ts";
import { closedError, Refusal } from "./failure.ts";
import { createHalting } from "./halting.ts";
import { createLedger } from "./ledger.ts";
import { checkMandate } from "./mandate.ts";
import { needsApproval } from "./needsApproval.ts";
import { createPreview, createRun } from "./runTool.ts";
import { settleCall } from "./settleCall.ts";
import { statusOf } from "./status.ts";

const OPTIONS: readonly string[] = [
  "mandate",
  "approve",
  "journal",
  "tools",
  "actor",
  "dryRun",
  "deadMansTimer",
] satisfies readonly (keyof ToolboxOptions)[];
const POLICY_FIELDS: readonly string[] = [
  "above",
  "ask",
  "validFor",
  "secret",
] satisfies readonly (keyof ApprovalPolicy)[];
const DEFAULT_VALID_FOR = 300_000;
const MIN_SECRET = 32;

/**
 * Creates the tools that an agent may use with a client: they check its mandate, ask a person, and record every call. Do
 * not give the client itself to the agent.
 *
 * @param client an `AgentExchangeClient`, or a client of `agentexchange/core`
 * @throws ValidationError if an option is unknown or invalid
 * @example
 * ```ts
 * import { createToolbox } from "agentexchange/tools";
 *
 * const toolbox = createToolbox(client, {
 *   mandate: { symbols: ["BTCUSDT"], maxOrder: "500", maxPerDay: "2000", until: "2036-12-31T00:00:00Z" },
 * });
 * const result = await toolbox.run("placeMarketOrder", { symbol: "BTCUSDT", side: "buy", quantity: "0.001" });
 * console.log(result.ok); // true
 * await toolbox.close();
 * ```
 */
export function createToolbox(client: AgentExchangeClient | Client, options: ToolboxOptions = {}): Toolbox {
  checkOptions(options);
  const {
    mandate,
    approve,
    journal = memoryJournal(),
    tools = "trading",
    actor = "agent",
    deadMansTimer,
    dryRun = false,
  } = options;
  const core = clientOf(client);
  const { config, session } = partsOf(core).transport;
  const { clock } = config;
  const instance = randomUuid();
  const key = approve?.secret === undefined ? randomKey() : utf8ToBytes(approve.secret);
  // With a secret, approvals are valid in every process that has it. The ID reveals nothing about it.
  const suffix =
    approve?.secret === undefined ? instance : bytesToHex(hmac(sha256, key, utf8ToBytes(actor))).slice(0, 32);
  const id = `${actor}:${suffix}`;
  /** The exchange's time minus the clock's reading: setting the clock has no effect on it. */
  let offset: number | undefined;
  const now = (): number => (offset === undefined ? session.serverTime.now() : clock.elapsed() + offset);
  const redact = <T>(value: T): T =>
    session.createRedactor(approve?.secret === undefined ? [] : [approve.secret])(value);
  const ledger = createLedger(journal, id, now, redact);
  const closing = new AbortController();
  const halting = createHalting(() => context, deadMansTimer);
  const policy = approve === undefined ? undefined : checkPolicy(approve);
  let calls = 0;
  const context: ToolboxContext = {
    client: core,
    clock,
    ledger,
    dryRun,
    mandate: mandate === undefined ? undefined : checkMandate(mandate),
    policy,
    approvals: createApprovals(key, id, now, policy?.validFor ?? DEFAULT_VALID_FOR),
    now,
    observeTime: (time) => void (offset = time.getTime() - clock.elapsed()),
    instance,
    newId: () => `${instance}-${++calls}`,
    redact,
    running: new Map(),
    searches: new Map(),
    closing: closing.signal,
    halting,
  };
  const names = toolNames(tools);
  const operations = names.map((name) => operation(name)).filter((one) => one !== undefined);
  const preview = previewTool(operations);
  const list = preview === undefined ? operations : [...operations, preview];
  const run = createRun(context, new Set(names));
  if (deadMansTimer !== undefined) halting.alive();
  return {
    id,
    list: () => list,
    run,
    preview: createPreview(context, new Set(names)),
    needsApproval: (name, input, runOptions) => needsApproval(context, new Set(names), name, input, runOptions),
    approve: async (request) => context.approvals.approve(request),
    halt: (haltOptions) => halting.halt(haltOptions),
    resume: (by) => halting.resume(by),
    reconcile: ({ signal } = {}) => reconcileAll(context, signal),
    settle: (callId, decision) => settleCall(context, callId, decision),
    lookUp: (callId) => lookUp(context, callId),
    alive: () => halting.alive(),
    status: () => statusOf(context),
    async close() {
      halting.stop();
      closing.abort(new Refusal(closedError()));
      await Promise.allSettled(context.running.values());
      await ledger.flush().catch(() => {});
    },
  };
}

function randomKey(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(32));
}

function checkOptions(options: ToolboxOptions): void {
  for (const name of Object.keys(options)) checkName(name, OPTIONS, "");
  const { actor, deadMansTimer, dryRun, journal } = options;
  check(actor === undefined || (typeof actor === "string" && actor.length <= 100), "actor", "must be a short string");
  check(deadMansTimer === undefined || deadMansTimer > 0, "deadMansTimer", "must be a positive number of milliseconds");
  check(
    dryRun === undefined || typeof dryRun === "boolean" || typeof dryRun?.fork === "function",
    "dryRun",
    "must be true, false or an embedded exchange",
  );
  check(
    journal === undefined || (typeof journal.read === "function" && typeof journal.append === "function"),
    "journal",
    "must have the methods read and append; memoryJournal() creates such a store",
  );
}

function checkPolicy(policy: ApprovalPolicy): CheckedPolicy {
  for (const name of Object.keys(policy)) checkName(name, POLICY_FIELDS, "approve.");
  const { above, ask, validFor = DEFAULT_VALID_FOR, secret } = policy;
  const amount = v.safeParse(amountWithin(0, 1e12), above);
  check(amount.success, "approve.above", 'must be an amount of USDT, such as "250"; "0" asks for all orders');
  check(
    ask === undefined || ask === false || typeof ask === "function",
    "approve.ask",
    "must be a function, or false if a framework asks",
  );
  check(validFor > 0 && validFor < Infinity, "approve.validFor", "must be a positive number of milliseconds");
  check(
    secret === undefined || (typeof secret === "string" && secret.length >= MIN_SECRET),
    "approve.secret",
    `must be a random string of at least ${MIN_SECRET} characters`,
  );
  return { above: new Exact(amount.success ? amount.output : 0), ask: ask === false ? undefined : ask, validFor };
}

function checkName(name: string, known: readonly string[], prefix: string): void {
  const message = `is not a known option. ${suggestion(name, known) ?? `Expected ${known.join(", ")}`}`;
  check(known.includes(name), `${prefix}${name}`, message);
}

function check(isValid: boolean, field: string, message: string): void {
  if (!isValid) throw invalid("createToolbox", [{ field, message }]);
}
