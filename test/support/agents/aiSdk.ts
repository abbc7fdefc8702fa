import type { LanguageModelV4CallOptions, LanguageModelV4StreamPart } from "@ai-sdk/provider";
import { generateText, isStepCount, jsonSchema, simulateReadableStream, streamText, type ModelMessage } from "ai";
import { MockLanguageModelV4 } from "ai/test";
import { toAiSdk } from "../../../src/tools/index.ts";
import {
  findAll,
  isRecord,
  ScriptedModel,
  textOf,
  type Framework,
  type Run,
  type Script,
  type Transcript,
} from "./script.ts";

const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
};

/** The mock model of the AI SDK, following a script. */
export function aiSdkModel(script: Script): { readonly model: MockLanguageModelV4; readonly scripted: ScriptedModel } {
  const scripted = new ScriptedModel(script);
  const respond = async ({ prompt, tools }: Pick<LanguageModelV4CallOptions, "prompt" | "tools">) => {
    const turn = await scripted.respond({ prompt, tools }, resultsIn(prompt));
    const calls = turn.map(({ id, name, input }) => ({
      type: "tool-call" as const,
      toolCallId: id,
      toolName: name,
      input: textOf(input),
    }));
    const unified = turn.length === 0 ? ("stop" as const) : ("tool-calls" as const);
    return { calls, finishReason: { unified, raw: undefined } };
  };
  const model = new MockLanguageModelV4({
    async doGenerate(options) {
      const { calls, finishReason } = await respond(options);
      return {
        content: calls.length > 0 ? calls : [{ type: "text", text: "Done." }],
        finishReason,
        usage,
        warnings: [],
      };
    },
    async doStream(options) {
      const { calls, finishReason } = await respond(options);
      const chunks: LanguageModelV4StreamPart[] = [
        { type: "stream-start", warnings: [] },
        ...calls,
        { type: "finish", finishReason, usage },
      ];
      return { stream: simulateReadableStream({ chunks, initialDelayInMs: null, chunkDelayInMs: null }) };
    },
  });
  return { model, scripted };
}

function* resultsIn(prompt: unknown): Generator<readonly [string, string]> {
  for (const { toolCallId, output } of findAll(prompt, "type", "tool-result"))
    if (isRecord(output)) yield [String(toolCallId), textOf(output["value"] ?? output)];
}

/** Runs until the model is done, and answers the AI SDK's questions; returns the messages with the last answers. */
export async function runAiSdk(
  { toolbox, script, person, signal, thread }: Run,
  streams = false,
): Promise<Transcript & { readonly answered: ModelMessage[] }> {
  const { model, scripted } = aiSdkModel(script);
  const messages: ModelMessage[] = [{ role: "user", content: "Trade." }];
  let answered: ModelMessage[] = [];
  for (;;) {
    const options = {
      model,
      messages,
      ...toAiSdk(toolbox, jsonSchema, { thread }),
      stopWhen: isStepCount(20),
      ...(signal && { abortSignal: signal }),
    };
    const result = streams ? streamText(options) : await generateText(options);
    const content = await result.content;
    messages.push(...(await result.responseMessages));
    const questions = content.filter((part) => part.type === "tool-approval-request");
    if (questions.length === 0) return { seen: scripted.seen, results: scripted.results, answered };
    messages.push({
      role: "tool",
      content: await Promise.all(
        questions.map(async ({ approvalId, reason = "" }) => ({
          type: "tool-approval-response" as const,
          approvalId,
          approved: await person.answer(reason),
        })),
      ),
    });
    answered = [...messages];
  }
}

export const aiSdk: Framework = { name: "AI SDK", asks: "framework", run: (options) => runAiSdk(options) };
export const aiSdkStream: Framework = {
  name: "AI SDK, streamed",
  asks: "framework",
  run: (options) => runAiSdk(options, true),
};
