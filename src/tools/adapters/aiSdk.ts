import type { Toolbox, ToolResult } from "../types.ts";
import { type AdapterOptions, runApproved, toCallId } from "./runCall.ts";
import { shownSchema } from "./shownSchema.ts";

/** What the AI SDK passes to a tool. */
export interface AiSdkCallOptions {
  readonly toolCallId: string;
  readonly messages: readonly unknown[];
  readonly abortSignal?: AbortSignal | undefined;
}

/** A tool of the AI SDK. `SCHEMA` is what its `jsonSchema` returns. */
export interface AiSdkTool<SCHEMA> {
  description: string;
  inputSchema: SCHEMA;
  execute: (input: unknown, options: AiSdkCallOptions) => Promise<ToolResult>;
}

/** What `generateText`, `streamText` and `ToolLoopAgent` of the AI SDK take. */
export interface AiSdkTools<SCHEMA> {
  tools: Record<string, AiSdkTool<SCHEMA>>;
  toolApproval: (options: {
    readonly toolCall: { readonly toolName: string; readonly toolCallId: string; readonly input: unknown };
    readonly messages: readonly unknown[];
  }) => Promise<{ type: "user-approval"; reason: string } | undefined>;
}

/**
 * The tools of a toolbox for the AI SDK, version 7: `generateText({ model, prompt, ...toAiSdk(toolbox, jsonSchema) })`.
 *
 * Pass both `tools` and `toolApproval`. The AI SDK then asks a person exactly when the toolbox would, and an answer counts
 * once, for the call that it was given to. Without `toolApproval`, calls that need an approval are refused.
 *
 * @param jsonSchema the function of this name that `ai` exports
 * @example
 * ```ts
 * import { createToolbox, toAiSdk } from "agentexchange/tools";
 * import { jsonSchema } from "ai";
 *
 * const { tools, toolApproval } = toAiSdk(createToolbox(client), jsonSchema);
 * console.log("placeLimitOrder" in tools, typeof toolApproval); // true function
 * ```
 */
export function toAiSdk<SCHEMA>(
  toolbox: Toolbox,
  jsonSchema: (schema: never) => SCHEMA,
  { thread }: AdapterOptions = {},
): AiSdkTools<SCHEMA> {
  const tools: Record<string, AiSdkTool<SCHEMA>> = {};
  for (const { name, description, inputSchema } of toolbox.list())
    tools[name] = {
      description,
      // Without a validator: `run` checks the input, and its refusals say what is expected.
      inputSchema: jsonSchema(shownSchema(inputSchema) as never),
      execute: (input, { toolCallId, messages, abortSignal: signal }) =>
        runApproved(toolbox, name, input, { callId: toCallId(toolCallId, thread), signal }, () =>
          findAnswers(messages, toolCallId).includes(true),
        ),
    };
  return {
    tools,
    async toolApproval({ toolCall: { toolName, toolCallId, input }, messages }) {
      // Tools that the program adds are its own affair.
      if (!Object.hasOwn(tools, toolName)) return undefined;
      // The AI SDK calls this again before it runs what was answered. A forged answer must not become a question.
      if (findAnswers(messages, toolCallId).length > 0) return undefined;
      const callId = toCallId(toolCallId, thread);
      const request = await toolbox.needsApproval(toolName, input, { callId });
      return request === null ? undefined : { type: "user-approval", reason: request.summary };
    },
  };
}

interface Part {
  readonly type?: unknown;
  readonly toolCallId?: unknown;
  readonly approvalId?: unknown;
  readonly approved?: unknown;
}

function partsOf(message: unknown): readonly Part[] {
  const content: unknown = typeof message === "object" && message !== null && "content" in message && message.content;
  return Array.isArray(content) ? content.filter((part: unknown) => typeof part === "object" && part !== null) : [];
}

/** The answers in the last message to questions about a call: the AI SDK runs a call if its answer is there. */
function findAnswers(messages: readonly unknown[], toolCallId: string): readonly boolean[] {
  const questions = messages
    .flatMap(partsOf)
    .filter((part) => part.type === "tool-approval-request" && part.toolCallId === toolCallId);
  const asked = new Set(questions.map(({ approvalId }) => approvalId));
  return partsOf(messages.at(-1))
    .filter((part) => part.type === "tool-approval-response" && asked.has(part.approvalId))
    .map(({ approved }) => approved === true);
}
