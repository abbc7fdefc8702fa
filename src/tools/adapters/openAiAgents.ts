import type { JsonSchema } from "../json.ts";
import type { Toolbox } from "../types.ts";
import { toParameters } from "./openAi.ts";
import { type AdapterOptions, runApproved, toCallId } from "./runCall.ts";

/** What the OpenAI Agents SDK passes to a tool: its context. */
export interface OpenAiAgentsContext {
  isToolApproved(approval: { toolName: string; callId: string }): boolean | undefined;
}

/** What a tool of the OpenAI Agents SDK is made of. */
export interface OpenAiAgentsToolFields {
  name: string;
  description: string;
  parameters: JsonSchema;
  strict: boolean;
  needsApproval: (context: unknown, input: unknown, callId?: string) => Promise<boolean>;
  execute: (
    input: unknown,
    context?: OpenAiAgentsContext,
    details?: { readonly toolCall?: { readonly callId?: string }; readonly signal?: AbortSignal },
  ) => Promise<string>;
}

/**
 * The tools of a toolbox for the OpenAI Agents SDK. A run is interrupted exactly when the toolbox would ask a person, and
 * `state.approve()` counts once, for the call that it was given to: with `alwaysApprove`, later orders above the limit are
 * refused.
 *
 * @param tool the function of this name that `@openai/agents` exports
 * @example
 * ```ts
 * import { createToolbox, toOpenAIAgents } from "agentexchange/tools";
 * import { Agent, tool } from "@openai/agents";
 *
 * const agent = new Agent({ name: "Trader", tools: toOpenAIAgents(createToolbox(client), tool) });
 * console.log(agent.tools.length > 0); // true
 * ```
 */
export function toOpenAIAgents<TOOL>(
  toolbox: Toolbox,
  tool: (fields: never) => TOOL,
  { thread }: AdapterOptions = {},
): TOOL[] {
  return toolbox.list().map(({ name, description, inputSchema }) => {
    const fields: OpenAiAgentsToolFields = {
      name,
      description,
      ...toParameters(inputSchema),
      needsApproval: async (_context, input, callId) =>
        (await toolbox.needsApproval(name, input, { callId: toCallId(callId, thread) })) !== null,
      execute: async (input, context, details) => {
        const id = details?.toolCall?.callId;
        const options = { callId: toCallId(id, thread), signal: details?.signal };
        const result = await runApproved(
          toolbox,
          name,
          input,
          options,
          () => id !== undefined && context?.isToolApproved({ toolName: name, callId: id }) === true,
        );
        return JSON.stringify(result);
      },
    };
    return tool(fields as never);
  });
}
