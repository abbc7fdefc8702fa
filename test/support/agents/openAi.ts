import OpenAI from "openai";
import { toOpenAI } from "../../../src/tools/index.ts";
import { serve } from "../server.ts";
import { isRecord, ScriptedModel, textOf, type Framework, type Run, type Transcript } from "./script.ts";

/** The value as the array it should be. */
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function resultsIn(messages: unknown, type: "tool" | "function_call_output"): [string, string][] {
  return list(messages).flatMap((one): [string, string][] => {
    if (!isRecord(one)) return [];
    if (type === "tool" && one["role"] === type) return [[String(one["tool_call_id"]), textOf(one["content"])]];
    return one["type"] === type ? [[String(one["call_id"]), textOf(one["output"])]] : [];
  });
}

/** A server that speaks Chat Completions and Responses, for the official client. */
async function withServer(run: Run, loop: (client: OpenAI) => Promise<void>): Promise<Transcript> {
  const model = new ScriptedModel(run.script);
  const server = await serve(async (request) => {
    const body: unknown = await request.json();
    const { messages, input } = isRecord(body) ? body : {};
    const isChat = new URL(request.url).pathname.endsWith("/chat/completions");
    const turn = await model.respond(
      body,
      isChat ? resultsIn(messages, "tool") : resultsIn(input, "function_call_output"),
    );
    const calls = turn.map(({ id, name, input: given }) => ({ id, name, arguments: textOf(given) }));
    if (isChat) {
      const tool_calls = calls.map(({ id, name, arguments: text }) => ({
        id,
        type: "function",
        function: { name, arguments: text },
      }));
      const message = { role: "assistant", content: null, ...(calls.length > 0 && { tool_calls }) };
      const choice = { index: 0, message, finish_reason: calls.length > 0 ? "tool_calls" : "stop", logprobs: null };
      return Response.json({ id: "1", object: "chat.completion", created: 0, model: "scripted", choices: [choice] });
    }
    const output = calls.map(({ id, name, arguments: text }) => ({
      type: "function_call",
      id: `fc_${id}`,
      call_id: id,
      name,
      arguments: text,
      status: "completed",
    }));
    return Response.json({
      id: "1",
      object: "response",
      created_at: 0,
      model: "scripted",
      status: "completed",
      output,
    });
  });
  try {
    await loop(new OpenAI({ apiKey: "none", baseURL: `${server.url}/v1`, maxRetries: 0 }));
    return model;
  } finally {
    await server.close();
  }
}

export const openAiChat: Framework = {
  name: "OpenAI Chat Completions",
  asks: "toolbox",
  run: (options) =>
    withServer(options, async (client) => {
      const { chatTools, run } = toOpenAI(options.toolbox, { thread: options.thread });
      const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: "user", content: "Trade." }];
      for (;;) {
        const { choices } = await client.chat.completions.create({ model: "scripted", messages, tools: chatTools });
        const message = choices[0]?.message;
        if (message?.tool_calls === undefined) return;
        messages.push(message);
        const calls = message.tool_calls.filter((call) => call.type === "function");
        messages.push(...(await Promise.all(calls.map((call) => run(call, { signal: options.signal })))));
      }
    }),
};

export const openAiResponses: Framework = {
  name: "OpenAI Responses",
  asks: "toolbox",
  run: (options) =>
    withServer(options, async (client) => {
      const { responseTools, run } = toOpenAI(options.toolbox, { thread: options.thread });
      const input: OpenAI.Responses.ResponseInput = [{ role: "user", content: "Trade." }];
      for (;;) {
        const { output } = await client.responses.create({ model: "scripted", input, tools: responseTools });
        const calls = output.filter((item) => item.type === "function_call");
        if (calls.length === 0) return;
        input.push(...calls, ...(await Promise.all(calls.map((call) => run(call, { signal: options.signal })))));
      }
    }),
};
