import type { JsonSchema } from "../json.ts";
import type { RunOptions, Toolbox } from "../types.ts";
import { type AdapterOptions, parseArguments, toCallId } from "./runCall.ts";
import { shownSchema } from "./shownSchema.ts";
import { toStrictSchema } from "./strictSchema.ts";

/** What a model needs to know of a function. */
export interface OpenAiFunction {
  name: string;
  description: string;
  parameters: Record<string, unknown>;
  /** False if strict mode cannot express the input, for example an object with any properties. */
  strict: boolean;
}

/** A call in a message of the Chat Completions API. */
export interface OpenAiChatCall {
  readonly id: string;
  readonly function: { readonly name: string; readonly arguments: string };
}

/** A call in the output of the Responses API. */
export interface OpenAiResponseCall {
  readonly call_id: string;
  readonly name: string;
  readonly arguments: string;
}

/** A message that answers an {@link OpenAiChatCall}. */
export interface OpenAiChatResult {
  role: "tool";
  tool_call_id: string;
  content: string;
}

/** An item that answers an {@link OpenAiResponseCall}. */
export interface OpenAiResponseResult {
  type: "function_call_output";
  call_id: string;
  output: string;
}

/** The tools of a toolbox for the `openai` package. */
export interface OpenAiTools {
  /** For `chat.completions.create`, and for other services with the same API. */
  chatTools: { type: "function"; function: OpenAiFunction }[];
  /** For `responses.create`. */
  responseTools: ({ type: "function" } & OpenAiFunction)[];
  /** Runs a call and resolves to its answer. It never rejects. */
  run: {
    (call: OpenAiChatCall, options?: Pick<RunOptions, "signal">): Promise<OpenAiChatResult>;
    (call: OpenAiResponseCall, options?: Pick<RunOptions, "signal">): Promise<OpenAiResponseResult>;
  };
}

/** A strict schema where possible. In strict mode, a model passes null for what it leaves out. */
export function toParameters(schema: JsonSchema): { parameters: JsonSchema; strict: boolean } {
  const shown = shownSchema(schema);
  const strict = toStrictSchema(shown);
  return { parameters: strict ?? shown, strict: strict !== null };
}

/**
 * The tools of a toolbox for OpenAI's APIs, or any service that speaks Chat Completions.
 *
 * @example
 * ```ts
 * import { createToolbox, toOpenAI } from "agentexchange/tools";
 *
 * const { run } = toOpenAI(createToolbox(client));
 * const { content } = await run({ id: "call_1", function: { name: "getPrice", arguments: '{"symbol":"BTCUSDT"}' } });
 * console.log(content.includes('"ok":true')); // true
 * ```
 */
export function toOpenAI(toolbox: Toolbox, { thread }: AdapterOptions = {}): OpenAiTools {
  const functions = toolbox
    .list()
    .map(({ name, description, inputSchema }) => Object.assign(toParameters(inputSchema), { name, description }));

  async function runText(name: string, text: string, id: string, options: RunOptions | undefined): Promise<string> {
    const result = await toolbox.run(name, parseArguments(text), { ...options, callId: toCallId(id, thread) });
    return JSON.stringify(result);
  }

  function run(call: OpenAiChatCall, options?: RunOptions): Promise<OpenAiChatResult>;
  function run(call: OpenAiResponseCall, options?: RunOptions): Promise<OpenAiResponseResult>;
  async function run(
    call: OpenAiChatCall | OpenAiResponseCall,
    options?: RunOptions,
  ): Promise<OpenAiChatResult | OpenAiResponseResult> {
    if ("call_id" in call) {
      const output = await runText(call.name, call.arguments, call.call_id, options);
      return { type: "function_call_output", call_id: call.call_id, output };
    }
    const content = await runText(call.function.name, call.function.arguments, call.id, options);
    return { role: "tool", tool_call_id: call.id, content };
  }

  return {
    chatTools: functions.map((one) => ({ type: "function", function: one })),
    responseTools: functions.map((one) => Object.assign({ type: "function" as const }, one)),
    run,
  };
}
