import type { RunOptions, Toolbox } from "../types.ts";
import { type AdapterOptions, toCallId } from "./runCall.ts";
import { shownSchema } from "./shownSchema.ts";

/** A tool of Anthropic's API that `client.beta.messages.toolRunner` can run, too. */
export interface AnthropicTool {
  name: string;
  description: string;
  input_schema: { type: "object"; [keyword: string]: unknown };
  parse: (input: unknown) => unknown;
  run: (input: unknown, context?: AnthropicRunContext) => Promise<string>;
}

/** What the tool runner of the `@anthropic-ai/sdk` package passes to a tool. */
export interface AnthropicRunContext {
  readonly toolUse: { readonly id: string };
  readonly signal?: AbortSignal | null | undefined;
}

/** A block in a message in which the model calls a tool. */
export interface AnthropicToolUse {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
}

/** A block that answers an {@link AnthropicToolUse}. */
export interface AnthropicToolResult {
  type: "tool_result";
  tool_use_id: string;
  content: string;
  is_error: boolean;
}

/** The tools of a toolbox for the `@anthropic-ai/sdk` package. */
export interface AnthropicTools {
  /** For `messages.create` and `beta.messages.toolRunner`. */
  tools: AnthropicTool[];
  /** Runs a call and resolves to its answer. It never rejects. */
  run: (toolUse: AnthropicToolUse, options?: Pick<RunOptions, "signal">) => Promise<AnthropicToolResult>;
}

/**
 * The tools of a toolbox for Anthropic's Messages API.
 *
 * @example
 * ```ts
 * import { createToolbox, toAnthropic } from "agentexchange/tools";
 *
 * const { run } = toAnthropic(createToolbox(client));
 * const { is_error } = await run({ id: "toolu_1", name: "getPrice", input: { symbol: "BTC/USDT" } });
 * console.log(is_error); // true
 * ```
 */
export function toAnthropic(toolbox: Toolbox, { thread }: AdapterOptions = {}): AnthropicTools {
  return {
    tools: toolbox.list().map(({ name, description, inputSchema }) => ({
      name,
      description,
      input_schema: { ...shownSchema(inputSchema), type: "object" },
      parse: (input) => input,
      run: async (input, context) => {
        const callId = toCallId(context?.toolUse.id, thread);
        const result = await toolbox.run(name, input, { callId, signal: context?.signal ?? undefined });
        return JSON.stringify(result);
      },
    })),
    async run({ id, name, input }, options) {
      const result = await toolbox.run(name, input, { ...options, callId: toCallId(id, thread) });
      return { type: "tool_result", tool_use_id: id, content: JSON.stringify(result), is_error: !result.ok };
    },
  };
}
