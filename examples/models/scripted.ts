// Models that follow a script, so that the examples run without a key. Use your provider's model instead.
import Anthropic from "@anthropic-ai/sdk";
import { AIMessage } from "@langchain/core/messages";
import { fakeModel, type FakeBuiltModel } from "@langchain/core/testing";
import { Usage, type Model, type ModelResponse } from "@openai/agents";
import { MockLanguageModelV4 } from "ai/test";
import OpenAI from "openai";

/** Calls of tools, made at once; a string is the model's last words. */
export type Turn = string | readonly { readonly name: string; readonly input: Record<string, unknown> }[];

/** Adds the IDs that real models give their calls. */
function reader(turns: readonly Turn[]) {
  const run = crypto.randomUUID().slice(0, 8);
  let next = 0;
  return () => {
    const turn = turns[next++] ?? "Done.";
    return typeof turn === "string"
      ? turn
      : turn.map(({ name, input }, index) => ({ name, input, id: `call_${run}_${next}_${index}` }));
  };
}

/** For the AI SDK. */
export function scriptedAiSdk(turns: readonly Turn[]): MockLanguageModelV4 {
  const read = reader(turns);
  return new MockLanguageModelV4({
    doGenerate: async () => {
      const turn = read();
      return {
        content:
          typeof turn === "string"
            ? [{ type: "text", text: turn }]
            : turn.map(({ id, name, input }) => ({
                type: "tool-call",
                toolCallId: id,
                toolName: name,
                input: JSON.stringify(input),
              })),
        finishReason: { unified: typeof turn === "string" ? "stop" : "tool-calls", raw: undefined },
        usage: {
          inputTokens: { total: 0, noCache: 0, cacheRead: 0, cacheWrite: 0 },
          outputTokens: { total: 0, text: 0, reasoning: 0 },
        },
        warnings: [],
      };
    },
  });
}

/** For LangChain and LangGraph. */
export function scriptedLangChain(turns: readonly Turn[]): FakeBuiltModel {
  const read = reader(turns);
  const model = fakeModel();
  for (const _ of turns)
    model.respond(() => {
      const turn = read();
      if (typeof turn === "string") return new AIMessage(turn);
      return new AIMessage({ content: "", tool_calls: turn.map(({ id, name, input }) => ({ id, name, args: input })) });
    });
  return model;
}

/** A client of OpenAI's Responses API whose responses follow a script. */
export function scriptedOpenAIClient(turns: readonly Turn[]): OpenAI {
  const read = reader(turns);
  const fetch = async (): Promise<Response> => {
    const turn = read();
    const output =
      typeof turn === "string"
        ? [
            {
              type: "message",
              role: "assistant",
              id: "msg_1",
              content: [{ type: "output_text", text: turn, annotations: [] }],
            },
          ]
        : turn.map(({ id, name, input }) => ({
            type: "function_call",
            id: `fc_${id}`,
            call_id: id,
            name,
            arguments: JSON.stringify(input),
          }));
    return Response.json({ id: "resp_1", object: "response", status: "completed", output });
  };
  return new OpenAI({ apiKey: "none", fetch });
}

/** For the OpenAI Agents SDK. */
export function scriptedOpenAI(turns: readonly Turn[]): Model {
  const read = reader(turns);
  return {
    async getResponse(): Promise<ModelResponse> {
      const turn = read();
      return {
        usage: new Usage(),
        output:
          typeof turn === "string"
            ? [
                {
                  type: "message",
                  role: "assistant",
                  status: "completed",
                  content: [{ type: "output_text", text: turn }],
                },
              ]
            : turn.map(({ id, name, input }) => ({
                type: "function_call",
                callId: id,
                name,
                arguments: JSON.stringify(input),
                status: "completed",
              })),
      };
    },
    getStreamedResponse() {
      throw new Error("The script is not streamed.");
    },
  };
}

/** A client of Anthropic's API whose responses follow a script. */
export function scriptedAnthropic(turns: readonly Turn[]): Anthropic {
  const read = reader(turns);
  const fetch = async (): Promise<Response> => {
    const turn = read();
    return Response.json({
      id: "msg_1",
      type: "message",
      role: "assistant",
      model: "scripted",
      content:
        typeof turn === "string" ? [{ type: "text", text: turn }] : turn.map((call) => ({ type: "tool_use", ...call })),
      stop_reason: typeof turn === "string" ? "end_turn" : "tool_use",
      stop_sequence: null,
      usage: { input_tokens: 0, output_tokens: 0 },
    });
  };
  return new Anthropic({ apiKey: "none", fetch });
}
