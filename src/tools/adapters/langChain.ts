import type { JsonSchema } from "../json.ts";
import type { ApprovalRequest, RunOptions, Toolbox, ToolResult } from "../types.ts";
import { type AdapterOptions, toCallId } from "./runCall.ts";
import { shownSchema } from "./shownSchema.ts";

/** Options of {@link toLangChain}. */
export interface LangChainOptions extends AdapterOptions {
  /**
   * Asks a person. In a LangGraph graph: `(request) => interrupt(request) === request.id`, resumed with the request's ID
   * for yes. Without it, the toolbox's own `ask` decides.
   */
  readonly ask?: ((request: ApprovalRequest) => boolean | Promise<boolean>) | undefined;
}

/** What LangChain passes to a tool. */
export interface LangChainConfig {
  readonly toolCall?: { readonly id?: string | undefined } | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly configurable?: Record<string, unknown> | undefined;
}

/** What LangChain's `DynamicStructuredTool` is made of. */
export interface LangChainToolFields {
  name: string;
  description: string;
  schema: JsonSchema;
  responseFormat: "content_and_artifact";
  func: (input: unknown, runManager?: unknown, config?: LangChainConfig) => Promise<[string, ToolResult]>;
}

/**
 * The tools of a toolbox for LangChain and LangGraph, version 1. A tool's message contains the result as JSON, its
 * `artifact` is the result.
 *
 * The conversation is the graph's `thread_id`, unless the options name another one.
 *
 * @param DynamicStructuredTool the class of this name that `@langchain/core/tools` exports
 * @example
 * ```ts
 * import { createToolbox, toLangChain } from "agentexchange/tools";
 * import { DynamicStructuredTool } from "@langchain/core/tools";
 *
 * const tools = toLangChain(createToolbox(client, { tools: ["getPrice"] }), DynamicStructuredTool);
 * console.log(tools.map(({ name }) => name).join()); // getPrice
 * ```
 */
export function toLangChain<TOOL extends object>(
  toolbox: Toolbox,
  DynamicStructuredTool: new (fields: LangChainToolFields) => TOOL,
  { ask, thread }: LangChainOptions = {},
): TOOL[] {
  return toolbox.list().map(({ name, description, inputSchema }) =>
    withoutValidation(
      new DynamicStructuredTool({
        name,
        description,
        schema: shownSchema(inputSchema),
        responseFormat: "content_and_artifact",
        func: async (input, _runManager, config) => {
          const callId = toCallId(config?.toolCall?.id, thread ?? threadOf(config));
          const result = await runAsking(toolbox, name, input, { callId, signal: config?.signal }, ask);
          return [JSON.stringify(result), result];
        },
      }),
    ),
  );
}

function threadOf(config: LangChainConfig | undefined): string | undefined {
  const id = config?.configurable?.["thread_id"];
  return typeof id === "string" || typeof id === "number" ? `${id}` : undefined;
}

/** Runs a call, and asks if it needs an approval. What `ask` throws passes through: an interrupt of LangGraph is thrown. */
async function runAsking(
  toolbox: Toolbox,
  name: string,
  input: unknown,
  options: RunOptions,
  ask: LangChainOptions["ask"],
): Promise<ToolResult> {
  const result = await toolbox.run(name, input, options);
  if (result.ok || result.approvalRequest === undefined || ask === undefined) return result;
  // Recorded under the call's ID, so that a graph that starts this step again asks the same question.
  const request = (await toolbox.needsApproval(name, input, options)) ?? result.approvalRequest;
  if (await ask(request)) return toolbox.run(name, input, { ...options, approval: await toolbox.approve(request) });
  return { ok: false, callId: result.callId, error: REFUSED };
}

const REFUSED = {
  code: "APPROVAL_REFUSED",
  message: "The person did not approve the order; it was not sent.",
  retryable: false,
  nextStep: "Do not try to go around the person's decision. Tell the person what you wanted, or do something else.",
};

/**
 * LangChain checks the input against the schema before the tool's function runs, and its refusal does not say what is
 * expected. The toolbox checks it in any case, so LangChain sees a view of the tool whose schema accepts everything.
 */
function withoutValidation<TOOL extends object>(tool: TOOL): TOOL {
  const call: unknown = Reflect.get(tool, "call");
  if (typeof call !== "function") return tool;
  const view: unknown = Object.create(tool, { schema: { value: {} } });
  return Object.defineProperty(tool, "call", {
    value: (...args: readonly unknown[]): unknown => Reflect.apply(call, view, args),
  });
}
